import type { Finding } from '../../model/findings.js';
import type { SeriesLatency } from '../../model/result.js';
import { formatUs } from '../../shared/units.js';
import type { Collapse } from './collapse.js';
import { found, many, secondsText } from './found.js';
import { FEWEST_DELAYED, LARGE_PART, RAISED, STALL_US, TAIL_SHARE, WELL_SHARE } from './thresholds.js';
import type { Slice, Timeline } from './timeline.js';

/** The target stood still: nothing ended well for a while, then all that had waited at once. */
export function stalled({ slices }: Timeline, collapse: Collapse | null): Finding[] {
  const findings: Finding[] = [];
  let longest: { readonly at: number; readonly us: number } | null = null;
  let times = 0;
  for (let at = 1; at < slices.length; at++) {
    const us = standstillUs(slices, at);
    if (us === null) continue;
    times++;
    if (longest === null || us > longest.us) longest = { at, us };
    // The burst can be spread over two rows.
    at++;
  }
  const burst = longest === null ? undefined : slices[longest.at];
  if (longest !== null && burst !== undefined) {
    const { us } = longest;
    const often = times === 1 ? '' : ` That was the longest of ${times} times.`;
    const text = `Nothing was answered or delivered for ${formatUs(us)}, until a moment between ${secondsText(burst.startMs)} and ${secondsText(burst.endMs)}; then all that had waited came at once.${often}`;
    const beganMs = Math.max(0, burst.startMs - us / 1000);
    findings.push(found('stalled', 'warning', beganMs, text, { stalledMs: Math.round(us / 1000), times }));
  }
  if (collapse?.how === 'hung') {
    const { atMs, openBefore } = collapse;
    const text = `From ${secondsText(atMs)} on nothing was answered or delivered any more, to the end; ${many(openBefore, 'connection')} stayed open.`;
    findings.push(found('stalled', 'critical', atMs, text, { connectionsOpen: openBefore }));
  }
  return findings;
}

/** How long the target stood still before the burst that is in slice `at`, microseconds; null: it did not. */
function standstillUs(slices: readonly Slice[], at: number): number | null {
  return standstillOf(slices, at, deliveries) ?? standstillOf(slices, at, openings);
}

/** One kind of work: how much was asked for in a slice, how much was done, and how long it took. */
interface Work {
  readonly asked: number;
  readonly done: number;
  readonly took: SeriesLatency | null;
}

function deliveries({ expected, received, delivery }: Slice): Work {
  return { asked: expected, done: received, took: delivery };
}

function openings({ started, connected, opening }: Slice): Work {
  return { asked: started, done: connected, took: opening };
}

function standstillOf(slices: readonly Slice[], at: number, workOf: (slice: Slice) => Work): number | null {
  const burst = slices[at];
  if (burst === undefined) return null;
  const { took } = workOf(burst);
  if (took === null || took.max < STALL_US || took.count < FEWEST_DELAYED) return null;
  const us = took.max;
  const from = slices.findIndex(({ endMs }) => endMs > burst.startMs - us / 1000);
  // Well before it, and well again after it: otherwise it is slow, and does not stand still.
  if (!isWell(slices, from - 1, -1, us, workOf) || !isWell(slices, at + 1, 1, us, workOf)) return null;
  const span = slices.slice(from, at + 1);
  if (!span.every(({ sound }) => sound)) return null;
  // Rows that lie wholly within it, with a margin for when exactly it ended.
  const inside = span.filter(
    ({ startMs, endMs }) => startMs >= burst.endMs - us / 1000 && endMs <= burst.startMs,
  );
  if (inside.some(({ phases, received }) => phases + received > 0)) return null;
  const before = slices[at - 1];
  if (before === undefined) return null;
  // What had waited did so for all times up to the longest: no tail of a few slow ones.
  if (took.p99 < TAIL_SHARE * us) return null;
  // It is a good part of what comes, or it is missing in the row before.
  const { asked, done, took: usual } = workOf(before);
  const missing = asked >= FEWEST_DELAYED && done <= LARGE_PART * asked;
  return missing || took.p50 >= Math.max(us / 10, RAISED * (usual?.p50 ?? 0)) ? us : null;
}

/** The nearest slice in that direction that has such work shows it done in a fraction of the time. */
function isWell(
  slices: readonly Slice[],
  from: number,
  step: 1 | -1,
  us: number,
  workOf: (slice: Slice) => Work,
): boolean {
  // The burst can be spread over two rows.
  for (let i = from, seen = 0; i >= 0 && i < slices.length && seen < 2; i += step) {
    const slice = slices[i];
    const took = slice === undefined ? null : workOf(slice).took;
    if (took === null) continue;
    if (took.p99 <= WELL_SHARE * us) return true;
    seen++;
  }
  return false;
}
