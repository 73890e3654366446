import type { ThresholdVerdict } from '../model/thresholds.js';

/** A threshold drawn as a bar up to what was observed, with the bound across it. Each is a share of the bar's room. */
export interface MarginBar {
  readonly observed: number;
  readonly bound: number;
  /** On which side of the bound what was asked for lies. */
  readonly allowed: 'below' | 'above';
  /** The bar ends where the room does, and what was observed lies further on. */
  readonly beyond: boolean;
  /** From where to where it may truly be, by the instrument's error. */
  readonly error: readonly [from: number, to: number] | null;
}

/** How many times the bound the room reaches at least, and at most. */
const LEAST_ROOM = 1.5;
const MOST_ROOM = 3.5;

/** null: there is nothing that a bar could show: no figure, a bound of nothing, or one that is to be met exactly. */
export function marginBar({ threshold, observed, errorUs }: ThresholdVerdict): MarginBar | null {
  const { comparator, bound, unit } = threshold;
  if (observed === null || !(bound > 0) || comparator === '==' || comparator === '!=') return null;
  const wanted = Math.min(MOST_ROOM * bound, Math.max(LEAST_ROOM * bound, observed * 1.1));
  // There is no more than all of it.
  const room = unit === 'share' && bound <= 1 && observed <= 1 ? Math.min(1, wanted) : wanted;
  const share = (value: number): number => Math.min(1, Math.max(0, value / room));
  return {
    observed: share(observed),
    bound: share(bound),
    allowed: comparator === '<' || comparator === '<=' ? 'below' : 'above',
    beyond: observed > room,
    error: errorUs === null || unit !== 'us' ? null : [share(observed - errorUs), share(observed + errorUs)],
  };
}
