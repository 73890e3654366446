import type { MetricChange } from '../model/comparison.js';
import { formatChange, formatInterval, formatMetric } from '../report/metric-text.js';

/** `7.48 ms, and 6.21 ms in the baseline: +20.5 % (+14.8 % to +25.9 %)`. */
export function changeSentence(metric: MetricChange): string {
  const shown = (value: number | null): string =>
    value === null ? 'not measured' : formatMetric(value, metric.unit);
  const values = `${shown(metric.current)}, and ${shown(metric.baseline)} in the baseline`;
  if (metric.change === null) return values;
  const interval = formatInterval(metric);
  return `${values}: ${formatChange(metric.change, metric)}${interval === null ? '' : ` (${interval})`}`;
}
