import type { Comparison, MetricChange } from '../model/comparison.js';
import { formatChange, formatInterval, formatMetric } from '../report/metric-text.js';

/** `phases.connect.p99 is 24.4 ms instead of 20.3 ms: +20.2 % (at 95 % confidence +15 % to +26 %).` */
export function changeText(metric: MetricChange, confidence: number): string {
  const [now, before] = [valueText(metric, metric.current), valueText(metric, metric.baseline)];
  const interval = formatInterval(metric);
  const estimate =
    metric.change === null || interval === null
      ? ''
      : `: ${formatChange(metric.change, metric)} (at ${confidence * 100} % confidence ${interval})`;
  return plain(`${metric.metric} is ${now} instead of ${before}${estimate}.`);
}

/** What a comparison comes to, in a sentence or two. */
export function comparisonText(comparison: Comparison): string {
  const { baseline, metrics, verdict } = comparison;
  const counted = (which: string): number => metrics.filter((metric) => metric.verdict === which).length;
  if (verdict === 'worse') return worseText(comparison);
  if (verdict === 'cannot-tell') {
    const untold = counted('cannot-tell');
    return untold === metrics.length
      ? `Whether it is worse than ${baseline.name} can't be told.`
      : `Nothing is seen to be worse than ${baseline.name}; of ${untold} of ${metrics.length} metrics it can't be told.`;
  }
  const better = counted('better');
  const also = better === 0 ? '' : `, and ${better} of ${metrics.length} metrics are better`;
  return `Nothing is worse than ${baseline.name}${also}.`;
}

/** A sentence for each metric that got worse. */
export function worseReasons({ metrics, confidence }: Comparison): readonly string[] {
  return metrics.filter(({ verdict }) => verdict === 'worse').map((metric) => changeText(metric, confidence));
}

/** The first that got worse, in the comparison's order, and how many more. */
function worseText(comparison: Comparison): string {
  const [first = '', ...others] = worseReasons(comparison);
  const more = others.length === 0 ? '' : ` ${others.length} more got worse.`;
  return `Worse than ${comparison.baseline.name}: ${first}${more}`;
}

function valueText({ unit }: MetricChange, value: number | null): string {
  return value === null ? 'not measured' : formatMetric(value, unit);
}

/** What is searched for is typed with plain spaces. */
function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}
