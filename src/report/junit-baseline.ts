import type { Comparison, MetricChange } from '../model/comparison.js';
import type { RunResult } from '../model/result.js';
import { PASSED, type Case, type CaseOutcome, type Suite } from './junit-case.js';
import { formatChange, formatInterval, formatMetric, formatSize } from './metric-text.js';

/** One case for each metric that was compared; what can't be told is skipped. Nothing where nothing was compared. */
export function baselineSuite({ comparison }: RunResult): readonly Suite[] {
  if (comparison === null) return [];
  return [{ name: 'baseline', cases: comparison.metrics.map((metric) => caseOf(metric, comparison)) }];
}

function caseOf(metric: MetricChange, comparison: Comparison): Case {
  const interval = formatInterval(metric);
  const change = metric.change === null ? 'not told' : formatChange(metric.change, metric);
  const out = [
    `baseline: ${valueOf(metric.baseline, metric)} (${comparison.baseline.name})`,
    `current: ${valueOf(metric.current, metric)} (${comparison.current.name})`,
    `change: ${change}${interval === null ? '' : `, from ${interval}`}`,
    `changes that matter: ${formatSize(metric.matters, metric)}`,
    ...(metric.smallestSeen === null
      ? []
      : [`smallest change that would have been seen: ${formatSize(metric.smallestSeen, metric)}`]),
  ];
  return { name: metric.metric, timeSec: null, outcome: outcomeOf(metric, interval, out), out };
}

function outcomeOf(metric: MetricChange, interval: string | null, details: readonly string[]): CaseOutcome {
  if (metric.verdict === 'cannot-tell') {
    return { is: 'skipped', message: `can't tell: ${metric.why ?? 'not measured'}` };
  }
  if (metric.verdict !== 'worse') return PASSED;
  const change = metric.change === null ? '' : ` by ${formatChange(metric.change, metric)}`;
  const message = `${metric.metric} is worse than the baseline${change}${interval === null ? '' : ` (${interval})`}.`;
  return { is: 'failure', type: 'worse', message, details };
}

function valueOf(value: number | null, { unit }: MetricChange): string {
  return value === null ? 'not measured' : formatMetric(value, unit);
}
