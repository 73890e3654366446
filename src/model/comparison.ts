import type { MetricUnit } from './thresholds.js';

export type ChangeVerdict = 'better' | 'same' | 'worse' | 'cannot-tell';

/**
 * What is compared with what: `pairs` of runs that alternated, `runs` on both sides, or, with one run on a side, the `blocks`
 * of time of that run.
 */
export type ComparisonUnit = 'pairs' | 'runs' | 'blocks';

/** A run, or several of the same, against a baseline. docs/gate.md has the method and its sources. */
export interface Comparison {
  readonly baseline: ComparedSide;
  readonly current: ComparedSide;
  readonly unit: ComparisonUnit;
  /** Of the intervals, all metrics together (corrected for their number): 0.95. */
  readonly confidence: number;
  /** One sentence: the test, the correction. */
  readonly method: string;
  /** One metric that is worse makes it worse; else one that can't be told leaves it open; else one that is better makes it better. */
  readonly verdict: ChangeVerdict;
  readonly metrics: readonly MetricChange[];
  /** What differs between the two and may explain a change, in whole sentences: another machine, another version. */
  readonly warnings: readonly string[];
}

export interface ComparedSide {
  /** What it is told as: a file, a URL (masked), or "this run". */
  readonly name: string;
  readonly startedAt: string;
  readonly runs: number;
}

export interface MetricChange {
  /** As in a threshold: `phases.connect.p99`. */
  readonly metric: string;
  readonly unit: MetricUnit;
  /** What is better. */
  readonly better: 'lower' | 'higher';
  /** In the base of `unit`; null: not measured. */
  readonly baseline: number | null;
  readonly current: number | null;
  /** `ratio`: the change is a share of the baseline, 0.2 is a fifth more. `difference`: in the unit itself. */
  readonly scale: 'ratio' | 'difference';
  /** The change and its confidence interval, on that scale. null: can't be told. */
  readonly change: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Smaller changes are called the same. */
  readonly matters: number;
  /** The smallest change that this much data would have seen four times in five; null: can't be told. */
  readonly smallestSeen: number | null;
  readonly verdict: ChangeVerdict;
  /** Why it can't be told; null where it can. */
  readonly why: string | null;
}
