import type { SeriesRow } from '../../model/result.js';
import { BUSY, SMALL_DELAY_US } from './thresholds.js';

/** The longest by which the generator itself may have been late in a row, microseconds; Infinity: too busy to say. */
export function ownDelayUs({ generator }: SeriesRow): number {
  const { utilization, readDelayMaxUs, loopDelayMaxUs, pausedMs } = generator;
  // Without a reserve what waits in our own sockets is not seen: it was readable long before.
  if (utilization >= BUSY) return Infinity;
  return Math.max(readDelayMaxUs, loopDelayMaxUs, pausedMs * 1000);
}

/** Whether what connections met with in this row can be held against the target. */
export function isClear(row: SeriesRow | undefined): boolean {
  if (row === undefined) return false;
  return row.generator.unsoundWorkers === 0 || ownDelayUs(row) <= SMALL_DELAY_US;
}
