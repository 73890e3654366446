import type { FailureRow } from '../../model/result.js';
import type { Finding } from '../../model/findings.js';
import { found, many, rounded, secondsText } from './found.js';
import { inWhichWay } from './refusals.js';
import {
  ASKED_VARIES,
  CONSTANT_RATE_ROWS,
  FEWEST,
  FLAT,
  LASTING_ROWS,
  REFUSED_SHARE,
  UNSOUND_SHARE,
  leastWandering,
} from './thresholds.js';
import { type Slice, type Timeline, clearOnes, sumOf } from './timeline.js';

/**
 * So many connects succeed in each second and no more, whatever is asked; open connections go on growing. Told by
 * successes that don't follow a rate that varies, by a status that says so (429), or by successes that are more even
 * than any share of failures by chance would leave them.
 */
export function connectRateLimit({ slices, refusals }: Timeline, targets: number): Finding[] {
  const limited = limitedSlices(slices);
  const first = limited[0];
  const { main } = refusals;
  if (first === undefined || main === null) return [];
  const succeeded = limited.map((slice) => slice.connected / slice.widthSec);
  const asked = limited.map((slice) => askedIn(slice) / slice.widthSec);
  const perSec = mean(succeeded);
  const refused = sumOf(slices, (slice) => slice.refused);
  const flat = succeeded.every((rate) => Math.abs(rate - perSec) <= FLAT * perSec);
  if (!flat || refused < FEWEST || limited.some(({ connected }) => connected < FEWEST)) return [];
  const varied = Math.max(...asked) >= ASKED_VARIES * Math.min(...asked);
  if (!varied && !saysSo(main) && (targets > 1 || !isTooEven(limited))) return [];
  const most = Math.max(...asked);
  const caveat =
    varied || saysSo(main)
      ? ''
      : ' The rate asked for was constant: a balancer with a part of its servers down would look the same.';
  const text = `From ${secondsText(first.startMs)} on about ${rounded(perSec)} connects a second succeeded, while up to ${rounded(most)} were asked for; ${many(refused, 'connect')} failed: ${inWhichWay(refusals)}.${caveat}`;
  const values = {
    connectsPerSec: rounded(perSec),
    askedPerSec: rounded(most),
    connectsRefused: Math.round(refused),
  };
  return [found('connect-rate-limit', 'critical', first.startMs, text, values)];
}

function askedIn({ connected, refused }: Slice): number {
  return connected + refused;
}

/**
 * The longest stretch of whole rows in which some were let in and a tenth or more was not. The rows at its ends are
 * left out: the limit was reached, and the arrivals ended, somewhere within them.
 */
function limitedSlices(slices: readonly Slice[]): readonly Slice[] {
  let best: readonly Slice[] = [];
  let from = 0;
  for (let i = 0; i <= slices.length; i++) {
    const slice = slices[i];
    if (slice !== undefined && isLimited(slice)) continue;
    if (i - from - 2 > best.length) best = slices.slice(from + 1, i - 1);
    from = i + 1;
  }
  const sound = clearOnes(best, UNSOUND_SHARE);
  return sound.length >= LASTING_ROWS && sound.every(grows) ? sound : [];
}

/** Of a row in which the generator was not well nothing is known: it does not end a stretch. */
function isLimited(slice: Slice): boolean {
  if (!slice.clear) return slice.connected > 0;
  return slice.connected > 0 && slice.refused >= REFUSED_SHARE * askedIn(slice);
}

/** What is let in stays: with a limit of connections it would be a replacement for what has left. */
function grows({ open, openBefore, connected }: Slice): boolean {
  return open - openBefore >= connected / 2;
}

function saysSo({ kind, code }: FailureRow): boolean {
  return kind === 'upgrade-status' && code === 429;
}

/** Whether the successes keep to a straight line as no share of failures by chance does. */
function isTooEven(limited: readonly Slice[]): boolean {
  const rows = limited.length;
  if (rows < CONSTANT_RATE_ROWS) return false;
  const share = sumOf(limited, (slice) => slice.connected) / sumOf(limited, askedIn);
  const deviation = Math.sqrt(mean(limited.map(askedIn)) * share * (1 - share));
  const perRow = mean(limited.map((slice) => slice.connected));
  let sum = 0;
  let farthest = 0;
  for (const { connected } of limited) {
    sum += connected - perRow;
    farthest = Math.max(farthest, Math.abs(sum));
  }
  return farthest <= leastWandering(rows) * deviation * Math.sqrt(rows);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
