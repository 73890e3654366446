import type { Latency } from '../model/phases.js';
import type { RunPlan } from '../model/plan.js';
import type { MetricUnit } from '../model/thresholds.js';
import type { MetricSource } from './source.js';

/** One metric of the catalogue, with the statistic, kind or phase that a threshold asks for. */
export interface Metric {
  /** Its full name, in the one spelling: `phases.connect.p99`, `failures.kind(stomp-error)`. */
  readonly name: string;
  /** Of its plain value; a share is never a plain value. */
  readonly unit: Exclude<MetricUnit, 'share'>;
  /** What a bound in % is a share of, as a reader is told; null: it is a share of nothing. */
  readonly shareOf: string | null;
  /** One line. */
  readonly description: string;
  readonly better: 'lower' | 'higher';
  /** It can be told of a part of the run: of a window, from a moment on, and while the run goes on. */
  readonly inParts: boolean;
  /** null: it is no latency. */
  readonly latency: Latency | null;
  /** From above 0 to below 100; null: it is no percentile. */
  readonly percentile: number | null;
  /** The instrument's own error (generator.readDelay) is in it. */
  readonly fromSocket: boolean;
  /** Why a run of this plan never has it, as a clause; null: it has. */
  absentFrom(plan: RunPlan): string | null;
  /** In a unit that it may be compared in. null: there is nothing to observe, or it can't be told of this part. */
  observe(source: MetricSource, unit: MetricUnit): Observation | null;
}

export interface Observation {
  /** In the base of the unit: microseconds, a count, a share from 0, events a second, bytes. */
  readonly value: number;
  /** Of a latency the samples, of a share what it is a share of; null: it is a plain figure. */
  readonly samples: number | null;
}
