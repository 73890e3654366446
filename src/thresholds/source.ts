import type { Counters } from '../metrics/counters.js';
import type { FailureKind } from '../model/failures.js';
import type { Finding } from '../model/findings.js';
import type { Latency, Stage } from '../model/phases.js';

/**
 * What metrics are read from (catalogue.ts): the whole run once it is over, or a part of it, be it a window or all that there
 * is so far. What only the end of a run can tell is null in a part.
 */
export interface MetricSource {
  /** How long it is that this covers: what a rate is of. */
  readonly seconds: number;
  /** connect.connections. */
  readonly planned: number;
  readonly publishersPlanned: number;
  /** Connections attempted before this part and neither complete nor failed by then; 0 of the whole run. */
  readonly underWayBefore: number;
  /** Of this part of the run alone. */
  readonly counts: Readonly<Counters>;
  /** What one latency came to; null where there is no sample of it. */
  latency(latency: Latency): LatencyFigures | null;
  /** Several rows may be of the same role, phase and kind. */
  readonly failures: readonly FailureCount[];
  /** The most WebSocket connections that were open: of a part, at the end of one of its seconds. */
  readonly peakOpen: number;
  /** SENDs of this run. */
  readonly published: number;
  readonly deliveries: DeliveryFigures | null;
  readonly findings: readonly Finding[] | null;
  readonly generator: GeneratorFigures | null;
}

/** metrics/latency-total.ts has all of it. Microseconds. */
export interface LatencyFigures {
  readonly count: number;
  /** From a percentile above 0 and below 100. */
  valueAt(percentile: number): number | null;
  readonly minUs: number | null;
  readonly maxUs: number;
  readonly meanUs: number | null;
}

export interface FailureCount {
  readonly role: 'connection' | 'publisher';
  readonly phase: Stage;
  readonly kind: FailureKind;
  readonly count: number;
}

/** As in DeliveryResult (model/result.ts). */
export interface DeliveryFigures {
  readonly expected: number;
  readonly received: number;
  readonly lost: number;
  readonly edge: number;
  readonly duplicated: number;
}

export interface GeneratorFigures {
  readonly cpuMs: number;
  readonly maxRssBytes: number;
}
