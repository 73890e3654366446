import type { Phase } from '../model/phases.js';
import type { FailureCount, MetricSource } from './source.js';

/** What several metrics are read by. */

/** All that could fail: of a window, those under way when it began and those that were started in it. */
export const ATTEMPTED = {
  name: 'connections.attempted',
  whole: ({ underWayBefore, counts: { started } }: MetricSource): number => underWayBefore + started,
} as const;

export function failuresOf(source: MetricSource, which: (row: FailureCount) => boolean): number {
  let failures = 0;
  for (const row of source.failures) if (which(row)) failures += row.count;
  return failures;
}

export function isConnection({ role }: FailureCount): boolean {
  return role === 'connection';
}

export function succeededIn(phase: Phase, source: MetricSource): number {
  return (source.latency(phase)?.count ?? 0) + unconfirmedIn(phase, source);
}

export function unconfirmedIn(phase: Phase, { counts }: MetricSource): number {
  if (phase === 'subscribe') return counts.subscribeUnconfirmed;
  if (phase === 'unsubscribe') return counts.unsubscribeUnconfirmed;
  return 0;
}
