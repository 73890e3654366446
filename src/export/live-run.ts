import { zeroCounters } from '../metrics/counters.js';
import type { Latency } from '../model/phases.js';
import type { GeneratorRow } from '../model/result.js';
import { LatencyHistogram } from './latency-histogram.js';
import type { PushProgress, RunIdentity, RunTotals } from './protocol.js';

const AT_REST: GeneratorRow = {
  cpuMs: 0,
  rssBytes: 0,
  lagMaxUs: 0,
  readDelayMaxUs: 0,
  cpuWaitMs: 0,
  gcMaxUs: 0,
  utilization: 0,
  unsoundWorkers: 0,
  unsoundSec: {},
  loopDelayMaxUs: 0,
  pausedMs: 0,
  ownLagMaxUs: 0,
  heapShare: 0,
  openFiles: 0,
  machineBusy: 0,
};

const NOTHING_YET: RunTotals = {
  throughSec: 0,
  counts: zeroCounters(),
  published: 0,
  expected: 0,
  failures: [],
  cpuMs: 0,
  open: 0,
  generator: AT_REST,
  latencies: [],
  mergedSec: 0,
};

/** One run as an exporter knows it: what is shown to whoever scrapes, and pushed. */
export class LiveRun {
  readonly identity: RunIdentity;
  /** stompede's own. */
  readonly version: string;
  readonly #latencies = new Map<Latency, LatencyHistogram>();
  #totals = NOTHING_YET;
  /** null: nothing is pushed anywhere. */
  pushes: PushProgress | null = null;

  constructor(identity: RunIdentity, version: string) {
    this.identity = identity;
    this.version = version;
  }

  add(totals: RunTotals): void {
    this.#totals = totals;
    for (const counts of totals.latencies) {
      const histogram = this.#latencies.get(counts.latency) ?? new LatencyHistogram();
      this.#latencies.set(counts.latency, histogram);
      histogram.add(counts);
    }
  }

  get totals(): RunTotals {
    return this.#totals;
  }

  /** undefined: nothing of it was recorded yet. */
  latency(latency: Latency): LatencyHistogram | undefined {
    return this.#latencies.get(latency);
  }
}
