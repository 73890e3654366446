import type { GeneratorHealth, UnsoundCause } from '../model/health.js';
import type { GeneratorRow } from '../model/result.js';
import { NearestToLimit } from './nearest.js';
import type { Gauges } from './snapshot.js';

/** The largest that each process, and that any worker, said of itself within one second. */
export class UsageOfSecond {
  readonly byPid = new Map<number, { cpuUs: number; rssBytes: number }>();
  readonly #unsoundUs = new Map<UnsoundCause, Map<number, number>>();
  readonly #unsoundWorkers = new Set<number>();
  cpuWaitUs = 0;
  gcMaxUs = 0;
  utilization = 0;
  loopDelayMaxUs = 0;
  pausedUs = 0;
  ownLagMaxUs = 0;
  heapShare = 0;
  openFiles = 0;
  machineBusy = 0;

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
    this.loopDelayMaxUs = Math.max(this.loopDelayMaxUs, gauges.loopDelayMaxUs);
    this.pausedUs = Math.max(this.pausedUs, gauges.pausedUs);
    this.ownLagMaxUs = Math.max(this.ownLagMaxUs, gauges.ownLagMaxUs);
    this.openFiles = Math.max(this.openFiles, gauges.openFiles);
    if (gauges.heapLimitBytes > 0) {
      this.heapShare = Math.max(this.heapShare, gauges.heapLiveBytes / gauges.heapLimitBytes);
    }
  }

  get unsoundWorkers(): number {
    return this.#unsoundWorkers.size;
  }

  /** Of several workers that were unwell for one reason, the time of the worst. */
  get unsoundSec(): GeneratorRow['unsoundSec'] {
    const seconds: Partial<Record<UnsoundCause, number>> = {};
    for (const [cause, byWorker] of this.#unsoundUs) {
      seconds[cause] = Math.round(Math.max(...byWorker.values()) / 1000) / 1000;
    }
    return seconds;
  }

  /**
   * A worker was not well for a part of the second.
   *
   * @param cause null: it was well again, but what it read had waited for it; this counts no time
   * @param lateUs by how much it was late
   */
  wasUnsound(worker: number, cause: UnsoundCause | null, spanUs: number, lateUs: number): void {
    this.#unsoundWorkers.add(worker);
    this.loopDelayMaxUs = Math.max(this.loopDelayMaxUs, lateUs);
    if (cause === null) return;
    const byWorker = this.#unsoundUs.get(cause) ?? new Map<number, number>();
    this.#unsoundUs.set(cause, byWorker);
    byWorker.set(worker, (byWorker.get(worker) ?? 0) + spanUs);
  }
}

/** What the processes that hold workers used, second by second; the same in whatever order their snapshots came. */
export class ProcessUsage {
  readonly #cpuUs = new Map<number, number>();
  readonly #rssBytes = new Map<number, number>();
  readonly #heap = new NearestToLimit();
  readonly #openFiles = new NearestToLimit();
  #maxRssBytes = 0;

  /** CPU time, since the start of the run, of the processes that hold workers. */
  get cpuMs(): number {
    return Math.round(sum(this.#cpuUs) / 1000);
  }

  /** The most that the processes that hold workers had together. */
  get maxRssBytes(): number {
    return this.#maxRssBytes;
  }

  get health(): Pick<GeneratorHealth, 'heap' | 'openFiles'> {
    return { heap: this.#heap.nearest, openFiles: this.#openFiles.nearest };
  }

  /** @param atMs since the start of the run */
  sawLimits(gauges: Gauges, atMs: number): void {
    this.#heap.add(gauges.heapLiveBytes, gauges.heapLimitBytes, atMs);
    this.#openFiles.add(gauges.openFiles, gauges.openFilesLimit, atMs);
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
    const { gcMaxUs, utilization, loopDelayMaxUs, ownLagMaxUs, openFiles, unsoundWorkers, unsoundSec } =
      second;
    return {
      cpuMs: Math.round((sum(this.#cpuUs) - beforeUs) / 1000),
      rssBytes,
      cpuWaitMs: Math.round(second.cpuWaitUs / 1000),
      gcMaxUs,
      utilization: thousandths(utilization),
      unsoundWorkers,
      unsoundSec,
      loopDelayMaxUs,
      pausedMs: Math.round(second.pausedUs / 1000),
      ownLagMaxUs,
      heapShare: thousandths(second.heapShare),
      openFiles,
      machineBusy: thousandths(second.machineBusy),
    };
  }
}

/** Of two rows that become one: times and counts add up, everything else is the larger. */
export function mergeGeneratorRows(a: GeneratorRow, b: GeneratorRow): GeneratorRow {
  const unsoundSec = { ...a.unsoundSec };
  for (const [cause, seconds] of Object.entries(b.unsoundSec) as [UnsoundCause, number][]) {
    unsoundSec[cause] = (unsoundSec[cause] ?? 0) + seconds;
  }
  return {
    cpuMs: a.cpuMs + b.cpuMs,
    rssBytes: Math.max(a.rssBytes, b.rssBytes),
    lagMaxUs: Math.max(a.lagMaxUs, b.lagMaxUs),
    readDelayMaxUs: Math.max(a.readDelayMaxUs, b.readDelayMaxUs),
    cpuWaitMs: Math.max(a.cpuWaitMs, b.cpuWaitMs),
    gcMaxUs: Math.max(a.gcMaxUs, b.gcMaxUs),
    utilization: Math.max(a.utilization, b.utilization),
    unsoundWorkers: Math.max(a.unsoundWorkers, b.unsoundWorkers),
    unsoundSec,
    loopDelayMaxUs: Math.max(a.loopDelayMaxUs, b.loopDelayMaxUs),
    pausedMs: Math.max(a.pausedMs, b.pausedMs),
    ownLagMaxUs: Math.max(a.ownLagMaxUs, b.ownLagMaxUs),
    heapShare: Math.max(a.heapShare, b.heapShare),
    openFiles: Math.max(a.openFiles, b.openFiles),
    machineBusy: Math.max(a.machineBusy, b.machineBusy),
  };
}

function thousandths(share: number): number {
  return Math.round(share * 1000) / 1000;
}

function sum(byPid: ReadonlyMap<number, number>): number {
  let total = 0;
  for (const value of byPid.values()) total += value;
  return total;
}
