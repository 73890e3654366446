import type { Gauges } from './snapshot.js';

/** The largest that each process said of itself within one second: threads of a process all tell the same figures. */
export class UsageOfSecond {
  readonly byPid = new Map<number, { cpuUs: number; rssBytes: number }>();

  add({ pid, processCpuUs, processRssBytes }: Gauges): void {
    const { cpuUs = 0, rssBytes = 0 } = this.byPid.get(pid) ?? {};
    this.byPid.set(pid, {
      cpuUs: Math.max(cpuUs, processCpuUs),
      rssBytes: Math.max(rssBytes, processRssBytes),
    });
  }
}

/** What the processes that hold workers used, second by second; the same in whatever order their snapshots came. */
export class ProcessUsage {
  readonly #cpuUs = new Map<number, number>();
  readonly #rssBytes = new Map<number, number>();
  #maxRssBytes = 0;

  /** CPU time, since the start of the run, of the processes that hold workers. */
  get cpuMs(): number {
    return Math.round(sum(this.#cpuUs) / 1000);
  }

  /** The most that the processes that hold workers had together. */
  get maxRssBytes(): number {
    return this.#maxRssBytes;
  }

  /** Takes the seconds in their order. A process that was silent has spent nothing, and has what it last had. */
  close(second: UsageOfSecond): { readonly cpuMs: number; readonly rssBytes: number } {
    const beforeUs = sum(this.#cpuUs);
    for (const [pid, { cpuUs, rssBytes }] of second.byPid) {
      this.#cpuUs.set(pid, Math.max(cpuUs, this.#cpuUs.get(pid) ?? 0));
      this.#rssBytes.set(pid, rssBytes);
    }
    const rssBytes = sum(this.#rssBytes);
    this.#maxRssBytes = Math.max(this.#maxRssBytes, rssBytes);
    return { cpuMs: Math.round((sum(this.#cpuUs) - beforeUs) / 1000), rssBytes };
  }
}

function sum(byPid: ReadonlyMap<number, number>): number {
  let total = 0;
  for (const value of byPid.values()) total += value;
  return total;
}
