import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMsOf, familyOf, residentBytesOf } from './processes.mjs';

/** Looks at a program and the processes that it starts every `everyMs`, until stop(); what it saw is in `samples`. */
export function watch(pid, everyMs) {
  const samples = [];
  let stopped = false;
  const done = (async () => {
    while (!stopped) {
      const processes = familyOf(pid).map((each) => ({
        pid: each,
        cpuMs: cpuMsOf(each),
        residentBytes: residentBytesOf(each),
      }));
      samples.push({
        atMs: performance.now(),
        processes: processes.filter(({ cpuMs, residentBytes }) => cpuMs !== null && residentBytes !== null),
      });
      await sleep(everyMs);
    }
  })();
  return {
    samples,
    async stop() {
      stopped = true;
      await done;
    },
  };
}

/** The share of a core that one process had between two moments. */
export function shareOfCore(samples, pid, fromMs, untilMs) {
  const own = samples
    .filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs)
    .map(({ atMs, processes }) => ({ atMs, cpuMs: processes.find((each) => each.pid === pid)?.cpuMs }))
    .filter(({ cpuMs }) => cpuMs !== undefined);
  const [first, last] = [own[0], own.at(-1)];
  if (own.length < 2) throw new Error('too few samples of a process');
  return (last.cpuMs - first.cpuMs) / (last.atMs - first.atMs);
}
