// npm run bench:soak [-- --minutes 20]: 2,000 connections that get 20,000 messages a second, and the memory of every process of the
// generator once in five seconds, with its garbage collected. Fails when memory grows: zero lies outside the slope's interval, and the slope is one
// that matters.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { withContext } from './support/context.mjs';
import { machine } from './support/record.mjs';
import { Sinks } from './support/sinks.mjs';
import { slopeInterval, theilSen } from './support/statistics.mjs';
import { stompede } from './support/stompede.mjs';
import { watch } from './support/watch.mjs';

/** In every thread: a full collection of garbage now and then. */
const COLLECTING = ['--expose-gc', `--import=${path.resolve(import.meta.dirname, 'support/collecting.mjs')}`];
const CONNECTIONS = 2000;
const RATE_PER_SEC = 10;
const SAMPLE_SEC = 5;
/** V8 compiles, and its heaps and the pools of the allocator find their size. */
const WARM_UP_SHARE = 0.2;
const WARM_UP_MAX_SEC = 240;
/** Longer than the waves that collections of garbage make; shorter where there is little to cut blocks from. */
const BLOCK_SEC = 120;
/** 144 MB a day: below it a run of a week ends before it has taken a gigabyte. */
const MATTERS_KB_PER_MIN = 100;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '20' } } });
const minutes = Number(values.minutes);
if (!(minutes >= 2)) {
  console.error('Usage: npm run bench:soak -- --minutes N, at least 2');
  process.exit(2);
}

const scenario = {
  connect: { connections: CONNECTIONS, rate: '500/s' },
  subscribe: [{ destination: '/topic/a' }],
  publish: [{ destination: '/topic/a', rate: `${RATE_PER_SEC}/s`, size: '100B' }],
  hold: `${minutes * 60}s`,
};

console.log(`${machine()}; ${minutes} minutes`);
await withContext({}, async ({ programs, scratch }) => {
  let watched = null;
  const result = await Sinks.during(programs.sink, {}, (sinks) =>
    stompede(
      scratch,
      { ...scenario, target: sinks.urls },
      {
        nodeArgs: COLLECTING,
        onStart: (pid) => (watched = watch(pid, SAMPLE_SEC * 1000)),
        limitMs: (minutes + 10) * 60_000,
      },
    ),
  ).finally(() => watched?.stop());
  const { deliveries, generator } = result;
  console.log(
    `${deliveries.received.toLocaleString('en')} of ${deliveries.expected.toLocaleString('en')} deliveries, generator ${generator.verdict}`,
  );
  const grows = judge(byProcess(watched.samples));
  process.exitCode = grows ? 1 : 0;
});

/** Each process's memory in the order of time, of those that lived as long as the run. */
function byProcess(samples) {
  const held = samples.slice(0, Math.floor((minutes * 60) / SAMPLE_SEC));
  const warmUp = Math.round(Math.min(held.length * WARM_UP_SHARE, WARM_UP_MAX_SEC / SAMPLE_SEC));
  const settled = held.slice(warmUp);
  const pids = settled[0].processes.map(({ pid }) => pid);
  return pids.map((pid) => ({
    pid,
    kilobytes: settled.flatMap(({ processes }) =>
      processes.filter((each) => each.pid === pid).map(({ residentBytes }) => residentBytes / 1024),
    ),
  }));
}

function judge(processes) {
  let grows = false;
  for (const { pid, kilobytes } of processes) {
    const block = Math.max(2, Math.min(BLOCK_SEC / SAMPLE_SEC, Math.floor(kilobytes.length / 5)));
    const { slope, low, high } = slopeInterval(kilobytes, block);
    const half = Math.floor(kilobytes.length / 2);
    // Growth that ends is no leak: it is slower in the second half.
    const halves = [kilobytes.slice(0, half), kilobytes.slice(half)].map(theilSen);
    const [perMinute, from, to, early, late] = [slope, low, high, ...halves].map(
      (each) => (each * 60) / SAMPLE_SEC,
    );
    const isSlope = from > 0 && perMinute > MATTERS_KB_PER_MIN;
    grows ||= isSlope;
    console.log(
      `process ${pid}: ${Math.round(kilobytes[0] / 1024)} MB at first, ${Math.round(kilobytes.at(-1) / 1024)} MB at last; ` +
        `slope ${perMinute.toFixed(1)} KB a minute (95 %: ${from.toFixed(1)} to ${to.toFixed(1)}), ` +
        `${early.toFixed(1)} in its first half and ${late.toFixed(1)} in its second${isSlope ? ': it grows' : ''}`,
    );
  }
  return grows;
}
