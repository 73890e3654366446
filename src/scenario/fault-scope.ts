import type { FaultScope } from '../model/faults.js';
import { percentage } from './percentages.js';
import { duration, wholeNumber } from './quantities.js';

const DAY_MS = 86_400_000;
const MAX_CONNECTIONS = 10_000_000;

/** When a fault may strike. */
export const WINDOW_SHAPE = {
  from: duration(0, 7 * DAY_MS, {
    description: 'From when on, counted from the first connection that the broker accepts.',
  }).prefault('0'),
  until: duration(0, 7 * DAY_MS, { description: 'Until when; for ever without it.' }).optional(),
};

/** Whom it concerns. */
export const WHOM_SHAPE = {
  share: percentage({
    description:
      'Of the connections; the seed and the number of a connection decide. The ledger has the true count.',
  }).prefault('100%'),
  skip: wholeNumber(0, MAX_CONNECTIONS, {
    description: 'So many connections at the beginning are spared: publishers connect first.',
  }).prefault('0'),
};

export interface WrittenScope {
  readonly share?: number;
  readonly skip?: number;
  readonly from: number;
  readonly until?: number | undefined;
}

export function scopeOf({ share = 1, skip = 0, from, until }: WrittenScope): FaultScope {
  return { share, skip, fromMs: from, untilMs: until ?? null };
}
