import { zeroCounters } from '../metrics/counters.js';
import { GENERATOR_AT_REST } from '../metrics/generator-at-rest.js';
import type { Latency } from '../model/phases.js';
import { LatencyHistogram } from './latency-histogram.js';
import type { PushProgress, RunIdentity, RunTotals } from './protocol.js';

const NOTHING_YET: RunTotals = {
  throughSec: 0,
  counts: zeroCounters(),
  published: 0,
  expected: 0,
  failures: [],
  cpuMs: 0,
  open: 0,
  generator: GENERATOR_AT_REST,
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
