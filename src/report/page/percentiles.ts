// The percentiles that the reader picks from. Inlined in the page: it imports nothing.

/** As a SeriesLatency has them. */
export type Percentile = 'p50' | 'p90' | 'p99' | 'p999' | 'max';

interface PercentileInfo {
  readonly name: Percentile;
  readonly label: string;
  /** From 0 to 100. */
  readonly percent: number;
  /** Of the page's palette, where the percentiles of one thing are drawn together. */
  readonly color: number;
}

export const PERCENTILES: readonly PercentileInfo[] = [
  { name: 'p50', label: 'p50', percent: 50, color: 0 },
  { name: 'p90', label: 'p90', percent: 90, color: 1 },
  { name: 'p99', label: 'p99', percent: 99, color: 4 },
  { name: 'p999', label: 'p99.9', percent: 99.9, color: 3 },
  { name: 'max', label: 'max', percent: 100, color: 2 },
];

/** What is shown before anybody picks. */
export const FIRST_PERCENTILE: Percentile = 'p99';

export function percentileInfo(name: Percentile): PercentileInfo | undefined {
  return PERCENTILES.find((info) => info.name === name);
}
