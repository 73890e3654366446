import {
  FEWEST,
  HEALTHY_US,
  LEAST_BACKLOG_ROWS,
  NOT_OUR_OWN,
  OTHER_REASON_SHARE,
  RAISED,
  REFUSED_SHARE,
} from './thresholds.js';
import { type Slice, sumOf } from './timeline.js';

/** What connects met with up to the moment at which the target broke, and had not met with at the beginning. */
export interface Strain {
  /** The middle handshake of the last seconds, and of the first ones; microseconds. */
  readonly openingUs: number;
  readonly openingAtFirstUs: number;
  /** In the last seconds; null where it is not that. */
  readonly refused: number | null;
}

/**
 * A sign that connections were too much for the target: in each of the last seconds before it broke handshakes took
 * long, and several times what they took at first, or a good part of them failed, as none had at first. A target that
 * was well up to the end may as well have been stopped by hand, and connections grow in every ramp.
 *
 * @param slices up to the moment at which it broke
 */
export function strainOf(slices: readonly Slice[]): Strain | null {
  const asked = slices.filter(({ connected, refused }) => connected + refused >= FEWEST);
  const first = asked.slice(0, LEAST_BACKLOG_ROWS);
  const last = asked.slice(-LEAST_BACKLOG_ROWS);
  // The seconds directly before it count, and only where the generator was well.
  const recent = slices.slice(-LEAST_BACKLOG_ROWS);
  if (last.length < LEAST_BACKLOG_ROWS || recent.some((slice, i) => slice !== last[i] || !slice.clear))
    return null;
  const openingAtFirstUs = median(first);
  const openingUs = median(last);
  const isSlow = last.every(
    ({ middleOpeningUs, ownDelayUs, sound }) =>
      middleOpeningUs >= Math.max(HEALTHY_US, RAISED * openingAtFirstUs) &&
      middleOpeningUs >= (sound ? RAISED : NOT_OUR_OWN) * ownDelayUs,
  );
  if (isSlow) return { openingUs, openingAtFirstUs, refused: null };
  const failing = last.every(({ connected, refused }) => refused >= REFUSED_SHARE * (connected + refused));
  const refused = sumOf(last, (slice) => slice.refused);
  if (!failing || refused < FEWEST || refusedShare(first) > OTHER_REASON_SHARE) return null;
  return { openingUs, openingAtFirstUs, refused };
}

function refusedShare(slices: readonly Slice[]): number {
  const refused = sumOf(slices, (slice) => slice.refused);
  return refused / Math.max(1, refused + sumOf(slices, ({ connected }) => connected));
}

function median(slices: readonly Slice[]): number {
  const sorted = slices.map(({ middleOpeningUs }) => middleOpeningUs).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
