import type { Latency } from '../model/phases.js';
import type { GeneratorRow } from '../model/result.js';
import type { Counters } from './counters.js';
import type { HistogramDelta } from './interval-histogram.js';
import type { FailureDelta } from './snapshot.js';

/**
 * One second of the run, once every worker has reported past its end: what windows, blocks and exporters are made from. It is
 * told once, in order, and is not changed afterwards. What is here must not be changed by who hears it.
 */
export interface ClosedSecond {
  /** Seconds from the start of the run. */
  readonly atSec: number;
  /** 1; what is left of the run after its last whole second is narrower. */
  readonly widthSec: number;
  /** Of this second alone. */
  readonly counts: Readonly<Counters>;
  /** Of this second alone: what each worker handed over. */
  readonly latencies: ReadonlyMap<Latency, readonly HistogramDelta[]>;
  /** Of this second alone. */
  readonly failures: readonly FailureDelta[];
  /** Open WebSocket connections at its end. */
  readonly open: number;
  readonly published: number;
  /** As far as it is known by now: what turns out not to be owed is taken back later. */
  readonly expected: number;
  /** How the generator was in it. */
  readonly generator: GeneratorRow;
}

export type OnSecond = (second: ClosedSecond) => void;
