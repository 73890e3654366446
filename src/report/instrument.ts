import type { LatencySummary, RunResult } from '../model/result.js';
import { formatUs } from './format.js';

/** Before a latency that is smaller than the instrument's error. */
export const UNRESOLVED = '~';

/**
 * The instrument's error in microseconds: 99 of 100 times what was read got its time stamp no later than that. null:
 * nothing was read, so that nothing is known of it.
 */
export function instrumentErrorUs({ generator }: RunResult): number | null {
  return generator.readDelayUs?.p99 ?? null;
}

/** A latency of the target, marked where the instrument can't resolve it. */
export function formatLatency(us: number, errorUs: number | null): string {
  return isUnresolved(us, errorUs) ? UNRESOLVED + formatUs(us) : formatUs(us);
}

export function isUnresolved(us: number, errorUs: number | null): boolean {
  return errorUs !== null && us < errorUs;
}

/** Whether any figure of these, as a table shows them, is marked. The smallest is the first to be. */
export function anyUnresolved(
  rows: readonly (LatencySummary | null)[],
  errorUs: number | null,
  smallest: 'min' | 'p50',
): boolean {
  return rows.some((us) => us !== null && isUnresolved(us[smallest], errorUs));
}

/** The foot-note of a table of latencies. */
export function instrumentNote(errorUs: number | null, marked: boolean): string {
  if (errorUs === null) return "The instrument's error is not known: nothing was read.";
  const mark = marked ? ` ${UNRESOLVED}\u00a0marks a latency below it: not resolvable.` : '';
  return `Instrument's error ± ${formatUs(errorUs)}: p99 of the generator's own delay before a read.${mark}`;
}
