/**
 * What a metric is measured in. `us`: microseconds. `share`: from 0 to 1, of what the metric says. `perSec`: events in a
 * second. In a scenario each is written with its unit (250ms, 0.1%, 2800/s, 64MB); a count alone has none.
 */
export type MetricUnit = 'us' | 'count' | 'share' | 'perSec' | 'bytes';

export const COMPARATORS = ['<', '<=', '>', '>=', '==', '!='] as const;

export type Comparator = (typeof COMPARATORS)[number];

/** One threshold, checked when the scenario was read (thresholds/). */
export interface ThresholdPlan {
  /** As it is told: `phases.connect.p99 < 250ms`. */
  readonly that: string;
  /** The metric's full name in the catalogue: `phases.connect.p99`, `failures.kind(stomp-error)`. */
  readonly metric: string;
  readonly comparator: Comparator;
  /** In the base of `unit`: microseconds, a count, a share from 0 to 1, events a second, bytes. */
  readonly bound: number;
  readonly unit: MetricUnit;
  /** Judged from that moment on, milliseconds from the start of the run; 0: from the beginning. Without a window only windowed metrics have one. */
  readonly fromMs: number;
  /** Each window of that length is judged by itself, whole seconds; null: the whole run at once. */
  readonly windowMs: number | null;
  /** Missing it ends the run in order, with its reports. */
  readonly abort: boolean;
  /** It ends the run no sooner than that, milliseconds from the start of the run. */
  readonly afterMs: number;
  /** Where it was written; null: by stompede itself (`implied`). */
  readonly place: ThresholdPlace | null;
}

/** `file` as it was given on the command line, null for a flag; line and column from 1, 0 where there are none. */
export interface ThresholdPlace {
  readonly file: string | null;
  readonly line: number;
  readonly column: number;
}

/**
 * pass and miss say what they say. `too-few`: there were not enough samples to tell the percentile that was asked for, or
 * nothing at all. `unresolved`: the bound lies within the instrument's own error of what was measured. Only pass is a pass.
 */
export type ThresholdOutcome = 'pass' | 'miss' | 'too-few' | 'unresolved';

export interface ThresholdVerdict {
  readonly threshold: ThresholdPlan;
  /** Nobody wrote it: it holds wherever a scenario says nothing else about its metric. */
  readonly implied: boolean;
  readonly outcome: ThresholdOutcome;
  /** In the threshold's unit; of windows, the worst one's. null: there was nothing to observe. */
  readonly observed: number | null;
  /**
   * How far from the bound, as a share of it: 0.4 is 40 % of the bound left, -0.1 is missed by 10 %. null: where there is no
   * observed value, the bound is 0, or the comparator is == or !=.
   */
  readonly margin: number | null;
  /** What the observed value was taken from; null where it is a plain count. */
  readonly samples: number | null;
  /** The fewest samples that this percentile can be told from; null: it is no percentile. */
  readonly samplesNeeded: number | null;
  /** The instrument's error that it was judged with; null where it plays no part. */
  readonly errorUs: number | null;
  readonly windows: ThresholdWindows | null;
  /** It ended the run at that moment, milliseconds from the start; null: it did not. */
  readonly abortedAtMs: number | null;
  /** One sentence with figures. */
  readonly text: string;
}

export interface ThresholdWindows {
  readonly judged: number;
  readonly missed: number;
  readonly tooFew: number;
  readonly unresolved: number;
  /** The worst one, milliseconds from the start of the run; null: none was judged. */
  readonly worstFromMs: number | null;
  readonly worstToMs: number | null;
}
