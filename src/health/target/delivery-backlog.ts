import type { Finding } from '../../model/findings.js';
import { formatUs } from '../../shared/units.js';
import { found, many, rounded, secondsText } from './found.js';
import {
  GROWING_ROWS,
  LAG_GROWTH,
  LAG_NOISE,
  NOT_OUR_OWN,
  SLOW_US,
  UNSOUND_SHARE_OF_LAG,
} from './thresholds.js';
import type { Slice, Timeline } from './timeline.js';

/** Messages that came in faster than they went out, from some moment to the end of publishing or of the target. */
export interface Backlog {
  readonly startMs: number;
  readonly endMs: number;
  readonly inflowPerSec: number;
  readonly throughputPerSec: number;
  readonly lagUs: number;
  readonly outstanding: number;
}

/** A lag that rises row by row as long as something is published, with what is outstanding. */
export function backlogOf({ slices }: Timeline, leastRows = GROWING_ROWS): Backlog | null {
  const end = slices.findLastIndex(({ expected, delivery }) => expected > 0 && delivery !== null);
  const start = startOfRise(slices, end);
  const rise = slices.slice(start, end + 1);
  const ours = rise.filter((slice) => !slice.sound && !isTargetsOwn(slice));
  const first = rise[0];
  const last = rise.at(-1);
  if (first === undefined || last === undefined) return null;
  if (ours.length > UNSOUND_SHARE_OF_LAG * rise.length || rise.length - ours.length < leastRows) return null;
  const lagUs = last.delivery?.p50 ?? 0;
  const middleUs = rise[Math.floor((rise.length * 2) / 3) - 1]?.delivery?.p50 ?? 0;
  if (lagUs < SLOW_US || lagUs < LAG_GROWTH * (first.delivery?.p50 ?? 0)) return null;
  // A queue that is bounded, or has caught up, is as long in the end as it was.
  if (middleUs > lagUs * 0.95) return null;
  const risen = rise.slice(1);
  const inflowPerSec = median(risen.map(({ expected, widthSec }) => expected / widthSec));
  const throughputPerSec = median(risen.map(({ received, widthSec }) => received / widthSec));
  const grown = last.outstanding - first.outstanding;
  // Little's law: what waits is the throughput times the lag. Messages that are dropped wait nowhere.
  if (inflowPerSec <= throughputPerSec || grown < 0.3 * throughputPerSec * (lagUs / 1e6)) return null;
  return {
    startMs: first.endMs,
    endMs: last.endMs,
    inflowPerSec,
    throughputPerSec,
    lagUs,
    outstanding: last.outstanding,
  };
}

/** A target beside us that takes all the CPU makes us wait for ours, by milliseconds: that does not explain seconds. */
function isTargetsOwn({ delivery, ownDelayUs }: Slice): boolean {
  return delivery !== null && delivery.p50 >= NOT_OUR_OWN * ownDelayUs;
}

export function deliveryBacklog(backlog: Backlog | null): Finding[] {
  if (backlog === null) return [];
  const { startMs, endMs, inflowPerSec, throughputPerSec, lagUs, outstanding } = backlog;
  const text = `From ${secondsText(startMs)} to ${secondsText(endMs)} ${rounded(inflowPerSec)} deliveries a second were due and ${rounded(throughputPerSec)} came; half of the last were more than ${formatUs(lagUs)} late, with ${many(outstanding, 'delivery', 'deliveries')} outstanding, and rising.`;
  const values = {
    inflowPerSec: rounded(inflowPerSec),
    throughputPerSec: rounded(throughputPerSec),
    lagMs: Math.round(lagUs / 1000),
    outstanding: Math.round(outstanding),
  };
  return [found('delivery-backlog', 'critical', startMs, text, values)];
}

/** Back from the end, as long as the lag was lower the earlier it was; the first one is the last that was still well. */
function startOfRise(slices: readonly Slice[], end: number): number {
  let start = Math.max(0, end);
  let leastUs = slices[end]?.delivery?.p50 ?? 0;
  for (let i = end - 1; i >= 0; i--) {
    const p50 = slices[i]?.delivery?.p50;
    if (p50 === undefined || p50 > leastUs / LAG_NOISE) break;
    if (p50 >= leastUs && leastUs < SLOW_US / LAG_GROWTH) break;
    leastUs = Math.min(leastUs, p50);
    start = i;
  }
  return start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
