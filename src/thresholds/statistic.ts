import type { LatencyFigures } from './source.js';

/** What a threshold takes of a latency. */
export interface Statistic {
  /** In the one spelling: `p99.9`, `max`. */
  readonly name: string;
  /** From above 0 to below 100; null: it is no percentile. */
  readonly percentile: number | null;
  /** Microseconds; null where there is no sample. */
  of(figures: LatencyFigures): number | null;
}

const EXTREMES: Readonly<Record<string, Statistic>> = {
  min: { name: 'min', percentile: null, of: ({ minUs }) => minUs },
  mean: { name: 'mean', percentile: null, of: ({ meanUs }) => meanUs },
  max: { name: 'max', percentile: null, of: ({ count, maxUs }) => (count === 0 ? null : maxUs) },
};

/** Reads `min`, `mean`, `max`, or a percentile above 0 and below 100 with at most four decimals; undefined for anything else. */
export function statisticNamed(text: string): Statistic | undefined {
  if (Object.hasOwn(EXTREMES, text)) return EXTREMES[text];
  const match = /^p(\d{1,2}(?:\.\d{1,4})?)$/.exec(text);
  const percentile = Number(match?.[1] ?? 0);
  if (percentile === 0) return undefined;
  return { name: `p${percentile}`, percentile, of: (figures) => figures.valueAt(percentile) };
}
