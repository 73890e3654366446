import type { ComparedRun } from '../baseline/compared-run.js';
import { COMPARED_LATENCIES, COMPARED_SHARES } from '../baseline/compared-metrics.js';
import type { MetricUnit } from '../model/thresholds.js';

/** How far one metric differs between runs of the same, in the base of its unit. */
export interface MetricSpread {
  readonly metric: string;
  readonly unit: MetricUnit;
  /** That measured it. */
  readonly runs: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Of what a comparison would look at, in its order; nothing of what no run measured. */
export function spreadOf(runs: readonly ComparedRun[]): readonly MetricSpread[] {
  const shares = COMPARED_SHARES.map((metric) =>
    spread(
      metric,
      'share',
      runs.map(({ shares }) => shares[metric]).map((figures) => figures && figures.count / figures.of),
    ),
  );
  const latencies = COMPARED_LATENCIES.flatMap(({ name, percentiles }) =>
    percentiles.map((percentile) =>
      spread(
        `${name}.${percentile}`,
        'us',
        runs.map(({ latencies }) => latencies[name]?.us[percentile]),
      ),
    ),
  );
  return [...shares, ...latencies].filter((found) => found !== null);
}

function spread(
  metric: string,
  unit: MetricUnit,
  measured: readonly (number | undefined)[],
): MetricSpread | null {
  const values = measured.filter((value) => value !== undefined).sort((a, b) => a - b);
  const [min, max] = [values[0], values.at(-1)];
  if (min === undefined || max === undefined) return null;
  return { metric, unit, runs: values.length, median: medianOf(values), min, max };
}

/** Of an even number the mean of the two in the middle. */
function medianOf(sorted: readonly number[]): number {
  const half = (sorted.length - 1) / 2;
  const [low = 0, high = low] = [sorted[Math.floor(half)], sorted[Math.ceil(half)]];
  return (low + high) / 2;
}
