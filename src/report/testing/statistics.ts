import type { Curve, LatencySummary, SeriesLatency } from '../../model/result.js';

/** What metrics/ would make of these microseconds, by sorting them. */
export function summaryOf(samples: readonly number[]): LatencySummary | null {
  if (samples.length === 0) return null;
  const sorted = ascending(samples);
  return {
    min: at(sorted, 0),
    mean: sorted.reduce((sum, us) => sum + us, 0) / sorted.length,
    p50: at(sorted, 50),
    p90: at(sorted, 90),
    p99: at(sorted, 99),
    p999: at(sorted, 99.9),
    max: at(sorted, 100),
  };
}

export function curveOf(samples: readonly number[]): Curve {
  if (samples.length === 0) return [];
  const sorted = ascending(samples);
  const percentiles = [
    0, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 97.5, 98, 99, 99.5, 99.75, 99.9,
  ];
  const resolved = percentiles.filter((percentile) => (1 - percentile / 100) * samples.length >= 1);
  return [...resolved, 100].map((percentile) => [percentile, at(sorted, percentile)] as const);
}

export function secondOf(samples: readonly number[]): SeriesLatency | null {
  const summary = summaryOf(samples);
  if (summary === null) return null;
  const { p50, p90, p99, p999, max } = summary;
  return { count: samples.length, p50, p90, p99, p999, max };
}

function ascending(samples: readonly number[]): readonly number[] {
  return [...samples].sort((a, b) => a - b);
}

function at(sorted: readonly number[], percentile: number): number {
  const index = Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1);
  return sorted[index] ?? 0;
}
