import { type Slice, type Timeline, sumOf } from './timeline.js';
import { AT_ONCE_MS, FEWEST, HUNG_MS, LARGE_PART, NEARLY_ALL, UNWELL_ROWS } from './thresholds.js';

/** The moment at which the target broke. */
export interface Collapse {
  /** all, part: of the open connections were lost at once. hung: they stayed, and nothing ended well any more. */
  readonly how: 'all' | 'part' | 'hung';
  /** Index of the slice in which it began. */
  readonly at: number;
  readonly atMs: number;
  readonly lost: number;
  readonly openBefore: number;
  /** Within how long they were lost, as far as the rows tell. */
  readonly withinMs: number;
  /** Connects turned away afterwards. */
  readonly refusedAfter: number;
}

/**
 * The first moment at which the target lost its connections, or hung for good. A server that refuses further connects
 * and goes on serving the ones that it has is none.
 *
 * @param silenceMs how long after its cause a missed heart-beat is noticed
 */
export function collapseOf(
  { slices }: Timeline,
  lostBySilence: boolean,
  silenceMs: number,
  lastWorkMs: number,
): Collapse | null {
  const loss = lossAtOnce(slices);
  const hang = hangOf(slices, lastWorkMs);
  if (loss === null || (hang !== null && hang.at < loss.at)) return hang;
  if (!lostBySilence) return loss;
  // What is noticed by heart-beats that don't come was so since the last one that came.
  const atMs = Math.max(0, loss.atMs - silenceMs);
  const at = slices.findIndex(({ endMs }) => endMs > atMs);
  return { ...loss, atMs, at: Math.max(0, at) };
}

function lossAtOnce(slices: readonly Slice[]): Collapse | null {
  let part: Collapse | null = null;
  for (const [at, first] of slices.entries()) {
    if (first.lost < 1) continue;
    const last = lastAtOnce(slices, at);
    const lost = sumOf(slices, (slice) => slice.lost, at, last);
    const opened = sumOf(slices, (slice) => slice.opened, at, last);
    const left = slices[last]?.open ?? 0;
    const had = first.openBefore + opened;
    // What ended well meanwhile was not there to be lost.
    const couldBeLost = had - sumOf(slices, endedWell, at, last);
    if (lost < FEWEST || !soundUpTo(slices, at)) continue;
    const openBefore = Math.max(
      first.openBefore,
      ...slices.slice(at, last + 1).map(({ open }) => open),
      lost,
    );
    const collapse = {
      at,
      atMs: first.startMs,
      lost,
      openBefore,
      withinMs: (slices[last]?.endMs ?? first.endMs) - first.startMs,
      refusedAfter: sumOf(slices, ({ refused }) => refused, at + 1),
    };
    if (isAll({ lost, opened, left, openBefore: first.openBefore, couldBeLost })) {
      return { how: 'all', ...tightened(slices, collapse, last) };
    }
    if (
      part === null &&
      first.openBefore > 0 &&
      left <= (1 - LARGE_PART) * openBefore &&
      lost >= LARGE_PART * couldBeLost &&
      lost >= LARGE_PART * first.openBefore
    ) {
      part = { how: 'part', ...tightened(slices, collapse, last) };
    }
  }
  return part;
}

interface Loss {
  readonly lost: number;
  /** Within the same time. */
  readonly opened: number;
  readonly openBefore: number;
  readonly left: number;
  readonly couldBeLost: number;
}

/**
 * What is open after it has come since: a server that was restarted takes new ones at once. Some that were dropped just
 * before all the others left well are not all.
 */
function isAll({ lost, opened, openBefore, left, couldBeLost }: Loss): boolean {
  const few = (1 - NEARLY_ALL) * openBefore;
  const alsoMany = lost >= LARGE_PART * openBefore;
  if (alsoMany && lost >= NEARLY_ALL * couldBeLost && left <= Math.max(few, (1 - NEARLY_ALL) * lost))
    return true;
  return lost >= NEARLY_ALL * openBefore && opened <= LARGE_PART * openBefore && left <= opened + few;
}

/** Begins with the slice from which on nearly all of the loss is: a straggler before it is not the beginning. */
function tightened(
  slices: readonly Slice[],
  collapse: Omit<Collapse, 'how'>,
  last: number,
): Omit<Collapse, 'how'> {
  let { at } = collapse;
  while (at < last && sumOf(slices, ({ lost }) => lost, at + 1, last) >= NEARLY_ALL * collapse.lost) at++;
  let until = last;
  while (until > at && sumOf(slices, ({ lost }) => lost, at, until - 1) >= NEARLY_ALL * collapse.lost)
    until--;
  const from = slices[at];
  const to = slices[until];
  if (from === undefined || to === undefined) return collapse;
  return { ...collapse, at, atMs: from.startMs, withinMs: to.endMs - from.startMs };
}

function endedWell(slice: Slice): number {
  return Math.max(0, slice.openBefore + slice.opened - slice.open - slice.lost);
}

/** At least one slice; a slice wider than "at once" is the narrowest that there is. */
function lastAtOnce(slices: readonly Slice[], at: number): number {
  const startMs = slices[at]?.startMs ?? 0;
  let last = at;
  while ((slices[last + 1]?.endMs ?? Infinity) - startMs <= AT_ONCE_MS) last++;
  return last;
}

/**
 * That so many are lost can itself hold the generator up: what counts is whether it was well before. Not even the last
 * rows of a time in which it was not well are the target's: it reads what happened in them when it is well again.
 */
function soundUpTo(slices: readonly Slice[], at: number): boolean {
  const before = at === 0 ? slices.slice(0, 1) : slices.slice(Math.max(0, at - UNWELL_ROWS), at);
  const upTo = slices.slice(Math.max(0, at + 1 - UNWELL_ROWS), at + 1);
  return before.some(({ clear }) => clear) && (upTo.length < UNWELL_ROWS || upTo.some(({ clear }) => clear));
}

/** Nothing ends well any more, though there is work, from some moment to the end of the work. */
function hangOf(slices: readonly Slice[], lastWorkMs: number): Collapse | null {
  let end = slices.length - 1;
  while (end >= 0 && (slices[end]?.startMs ?? 0) >= lastWorkMs) end--;
  let at = end + 1;
  let last = -1;
  for (let i = end; i >= 0; i--) {
    const slice = slices[i];
    if (slice === undefined || slice.phases > 0 || slice.received > 0) break;
    at = i;
    if (last < 0 && hasWork(slice)) last = i;
  }
  const before = slices[at - 1];
  const first = slices[at];
  const final = slices[last];
  if (before === undefined || first === undefined || final === undefined) return null;
  const lasted = slices.slice(at, last + 1);
  if (final.endMs - first.startMs < HUNG_MS || !lasted.every(({ sound }) => sound) || !before.sound)
    return null;
  // It has to be work throughout, and connections that are still there: without them there is nobody to answer.
  if (lasted.filter(hasWork).length < NEARLY_ALL * lasted.length) return null;
  if (before.open < FEWEST || final.open < LARGE_PART * before.open) return null;
  return {
    how: 'hung',
    at,
    atMs: first.startMs,
    lost: 0,
    openBefore: before.open,
    withinMs: 0,
    refusedAfter: sumOf(slices, ({ refused }) => refused, at + 1),
  };
}

/** Deliveries that are owed. Connects alone are not enough: at a connection limit they hang, and all else is well. */
function hasWork({ expected, outstanding }: Slice): boolean {
  return expected > 0 && outstanding > 0;
}
