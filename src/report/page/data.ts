import type { Percentile } from './percentiles.js';

/** What the page's script gets to draw: plain JSON, in a `<script type="application/json">`. */
export interface PageData {
  /** The end of the last row, in seconds from the start of the run; at least 1. */
  readonly endSec: number;
  readonly hold: { readonly fromSec: number; readonly toSec: number } | null;
  /** Where findings began and where a threshold ended the run; on every chart over time. */
  readonly marks: readonly Mark[];
  /** Worst windows of thresholds; on every chart over time. */
  readonly spans: readonly Span[];
  readonly charts: readonly Chart[];
}

export interface Mark {
  /** From 0 to endSec. */
  readonly atSec: number;
  /** Numbers of findings and letters of thresholds, as the page's lists have them. */
  readonly label: string;
}

export interface Span {
  /** From 0 to endSec. */
  readonly fromSec: number;
  readonly toSec: number;
  /** Letters of thresholds, as the page's table has them. */
  readonly label: string;
  readonly missed: boolean;
}

export interface Chart {
  /** Of its `<figure data-chart>`. */
  readonly id: string;
  /** As it is called where the figures of all charts at one moment stand together. */
  readonly title: string;
  /** `time`: xs are seconds from the start. `percentile`: xs are percentiles from 0 to 100, drawn by their nines. */
  readonly axis: 'time' | 'percentile';
  /** Of y. `us` is drawn on a logarithmic axis. */
  readonly unit: 'count' | 'perSec' | 'us';
  readonly stacked: boolean;
  readonly xs: readonly number[];
  /** All that there is to be shown; selection.ts says which of it is. */
  readonly series: readonly ChartSeries[];
}

export interface ChartSeries {
  readonly label: string;
  /** Index of the palette in style.ts. */
  readonly color: number;
  readonly dashed: boolean;
  readonly filled: boolean;
  readonly values: Column;
  /**
   * Of a line that has fewer values than the chart has xs: how many xs each value lies behind the one before it, the first
   * behind the start. What is left out between two of them lies between extremes that are there.
   */
  readonly steps?: readonly number[];
  /** Of latencies: which percentile of each row this is. */
  readonly percentile?: Percentile;
  /** `rare`: drawn only when it is asked for alone. `rest`: all the rare ones in one, and nothing by itself. */
  readonly band?: 'rare' | 'rest';
}

/** A figure for each x; null: none. */
export type Column = readonly (number | null)[];
