import type { GeneratorRow } from '../model/result.js';
import type { Gauges } from './snapshot.js';

/** The largest that each process, and that any worker, said of itself within one second. */
export class UsageOfSecond {
  readonly byPid = new Map<number, { cpuUs: number; rssBytes: number }>();
  cpuWaitUs = 0;
  gcMaxUs = 0;
  utilization = 0;
  unsoundWorkers = 0;

  add(gauges: Gauges): void {
    // Threads of one process all tell the same figures of it.
    const { cpuUs = 0, rssBytes = 0 } = this.byPid.get(gauges.pid) ?? {};
    this.byPid.set(gauges.pid, {
      cpuUs: Math.max(cpuUs, gauges.processCpuUs),
      rssBytes: Math.max(rssBytes, gauges.processRssBytes),
    });
    this.cpuWaitUs = Math.max(this.cpuWaitUs, gauges.cpuWaitUs);
    this.gcMaxUs = Math.max(this.gcMaxUs, gauges.gcMaxUs);
    this.utilization = Math.max(this.utilization, gauges.utilization);
    if (gauges.unsound) this.unsoundWorkers++;
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
  close(second: UsageOfSecond): Omit<GeneratorRow, 'lagMaxUs' | 'readDelayMaxUs'> {
    const beforeUs = sum(this.#cpuUs);
    for (const [pid, { cpuUs, rssBytes }] of second.byPid) {
      this.#cpuUs.set(pid, Math.max(cpuUs, this.#cpuUs.get(pid) ?? 0));
      this.#rssBytes.set(pid, rssBytes);
    }
    const rssBytes = sum(this.#rssBytes);
    this.#maxRssBytes = Math.max(this.#maxRssBytes, rssBytes);
    return {
      cpuMs: Math.round((sum(this.#cpuUs) - beforeUs) / 1000),
      rssBytes,
      cpuWaitMs: Math.round(second.cpuWaitUs / 1000),
      gcMaxUs: second.gcMaxUs,
      utilization: second.utilization,
      unsoundWorkers: second.unsoundWorkers,
    };
  }
}

function sum(byPid: ReadonlyMap<number, number>): number {
  let total = 0;
  for (const value of byPid.values()) total += value;
  return total;
}
