import type { Finding } from '../../model/findings.js';
import { formatCount } from '../../shared/units.js';
import { found, many, secondsText } from './found.js';
import { inWhichWay } from './refusals.js';
import {
  FEWEST,
  LARGE_PART,
  LASTING_ROWS,
  NEARLY_ALL,
  OTHER_REASON_SHARE,
  STRAY_SHARE,
  UNSOUND_SHARE,
} from './thresholds.js';
import { type Slice, type Timeline, clearOnes, sumOf } from './timeline.js';

/**
 * The number of open connections reached a level and stayed there, while every further connect failed. A limit on the
 * rate lets some in every second; a server that broke loses the ones that it has; one that stands still serves nobody.
 *
 * @param standstills what `stalled` found
 */
export function connectionLimit({ slices, refusals }: Timeline, standstills: readonly Finding[]): Finding[] {
  const last = slices.findLastIndex(({ refused }) => refused >= 1);
  const full = firstFull(slices, last);
  const plateau = slices.slice(full, last + 1);
  const from = plateau[0];
  if (from === undefined || clearOnes(plateau, UNSOUND_SHARE).length < LASTING_ROWS) return [];
  const refused = sumOf(plateau, (slice) => slice.refused);
  const held = plateau.map(({ open }) => open);
  const most = Math.max(...held);
  const least = Math.min(...held);
  if (most < 1 || refused < FEWEST || least < NEARLY_ALL * most) return [];
  if (!isOwnStory(slices, full) || standsStill(slices, full, last, standstills)) return [];
  const lost = sumOf(plateau, (slice) => slice.lost);
  const heldMs = (plateau.at(-1)?.endMs ?? from.endMs) - from.startMs;
  const text = `${many(most, 'connection')} stayed open from ${secondsText(from.startMs)} on, and all ${many(refused, 'further connect')} of the ${secondsText(heldMs)} after it failed: ${inWhichWay(refusals)}. Of the open ones ${lost === 0 ? 'none was' : `${formatCount(lost)} were`} lost meanwhile.`;
  const values = {
    connectionsOpen: most,
    connectsRefused: Math.round(refused),
    connectionsLost: lost,
    lastedMs: heldMs,
  };
  return [found('connection-limit', 'critical', from.startMs, text, values)];
}

/** The first slice after the last one in which somebody was let in. */
function firstFull(slices: readonly Slice[], last: number): number {
  let full = last + 1;
  while (full > 0) {
    const slice = slices[full - 1];
    if (slice === undefined || slice.connected > STRAY_SHARE * slice.refused) break;
    full--;
  }
  // Rows without any connect at its beginning are none in which it was full.
  while (full <= last && (slices[full]?.refused ?? 0) < 1) full++;
  return full;
}

/** Before it was full, connects went well; the slice in which it became full has both. */
function isOwnStory(slices: readonly Slice[], full: number): boolean {
  const refused = sumOf(slices, (slice) => slice.refused, 0, full - 2);
  const connected = sumOf(slices, (slice) => slice.connected, 0, full - 1);
  return connected > 0 && refused <= OTHER_REASON_SHARE * (refused + connected);
}

/**
 * Whether those whom it held got nothing, either, while it was full. Where nothing was due to them a standstill of that
 * time, which shows by what came after it, explains the failed connects as well.
 */
function standsStill(
  slices: readonly Slice[],
  full: number,
  last: number,
  standstills: readonly Finding[],
): boolean {
  let due = 0;
  let served = 0;
  for (let i = full; i <= last; i++) {
    const slice = slices[i];
    if (slice === undefined || slice.expected < 1) continue;
    due++;
    // What was due at the end of a row comes in the next one.
    if (slice.received + (slices[i + 1]?.received ?? 0) > 0) served++;
  }
  if (due > 0) return served <= LARGE_PART * due;
  const fromMs = slices[full]?.startMs ?? 0;
  const toMs = slices[last]?.endMs ?? fromMs;
  return standstills.some(
    ({ atMs, evidence }) => atMs < toMs && atMs + (evidence.values['stalledMs'] ?? Infinity) > fromMs,
  );
}
