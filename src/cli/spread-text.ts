import { formatMetric } from '../report/metric-text.js';
import { textTable, type Cell } from '../report/text-table.js';
import type { MetricSpread } from '../run/spread.js';
import { formatCount } from '../shared/units.js';

/** How far runs of the same differ, as a part of the summary; empty where nothing was measured. */
export function spreadText(spreads: readonly MetricSpread[], columns: number): string {
  if (spreads.length === 0) return '';
  const head = ['', 'median', 'least', 'most', 'runs'].map((text): Cell => ({ text }));
  const rows = spreads.map(({ metric, unit, median, min, max, runs }): readonly Cell[] => [
    { text: metric },
    ...[median, min, max].map((value) => ({ text: formatMetric(value, unit).replaceAll('\u00a0', ' ') })),
    { text: formatCount(runs) },
  ]);
  const lines = textTable([head, ...rows], Math.max(80, columns) - 2).map((line) => `  ${line}`);
  return ['', 'Between runs', ...lines, ''].join('\n');
}
