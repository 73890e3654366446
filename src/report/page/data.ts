/** What the page's script gets to draw: plain JSON, in a `<script type="application/json">`. */
export interface PageData {
  /** The end of the last row, in seconds from the start of the run; at least 1. */
  readonly endSec: number;
  readonly hold: { readonly fromSec: number; readonly toSec: number } | null;
  /** Where findings began; on every chart over time. */
  readonly marks: readonly Mark[];
  readonly charts: readonly Chart[];
}

export interface Mark {
  /** From 0 to endSec. */
  readonly atSec: number;
  /** Numbers of findings, as the page's list has them. */
  readonly label: string;
}

export interface Chart {
  /** Of its `<figure data-chart>`. */
  readonly id: string;
  /** `time`: xs are seconds from the start. `percentile`: xs are percentiles from 0 to 100, drawn by their nines. */
  readonly axis: 'time' | 'percentile';
  /** Of y. `us` is drawn on a logarithmic axis. */
  readonly unit: 'count' | 'perSec' | 'us';
  readonly stacked: boolean;
  readonly xs: readonly number[];
  /** One of them is shown; where there are several, the reader chooses. */
  readonly views: readonly ChartView[];
}

export interface ChartView {
  readonly name: string;
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
}

/** A figure for each x; null: none. */
export type Column = readonly (number | null)[];
