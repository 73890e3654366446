import type { Finding } from '../../model/findings.js';
import type { LatencySummary } from '../../model/result.js';
import { formatUs } from '../../shared/units.js';
import type { Measured } from '../measured.js';
import { found, many } from './found.js';
import { CONSTANT_AGE, FEWEST, LARGE_PART, SPREAD_RATIO, STRAY_SHARE, UNSOUND_SHARE } from './thresholds.js';
import { type Slice, type Timeline } from './timeline.js';

/** Openings that are no further apart than this were one moment: what a busy server does of itself takes as long. */
const ONE_MOMENT_US = 250_000;

/**
 * Held connections end one after the other at the same age, or after the same time without a byte of ours: a timer of
 * the server or of a proxy. When all end at one moment, that they are equally old says nothing.
 */
export function idleTimeout({ slices }: Timeline, measured: Measured): Finding[] {
  const { connections, failures, plan } = measured;
  const { droppedWhileHolding, droppedAgeUs, droppedIdleUs } = connections;
  const aged = endedByOtherSide(failures);
  if (droppedAgeUs === null || droppedIdleUs === null || aged < FEWEST) return [];
  // Rows don't tell the ends that have an age from others: with more than stragglers of these the moments are not theirs.
  if (aged < (1 - STRAY_SHARE) * droppedWhileHolding) return [];
  // A timer ends connections, and does not make SUBSCRIBE fail: a server that does both breaks.
  if (endedBySubscribe(failures) >= LARGE_PART * droppedWhileHolding) return [];
  const drops = slices.filter(({ lost }) => lost > 0);
  const firstMs = drops[0]?.startMs;
  const unclear = drops.reduce((sum, { clear, lost }) => sum + (clear ? 0 : lost), 0);
  if (firstMs === undefined || unclear > UNSOUND_SHARE * droppedWhileHolding) return [];
  const dropsSpreadUs = spreadUs(slices, ({ lost }) => lost);
  // Equally old although they were opened one after the other: then they did not end at one moment either. At one moment
  // the first and the last differ in age by all of that, however many had come at once in between.
  const openedSpreadUs = Math.max(
    spreadUs(slices, ({ opened }) => opened),
    dueSpreadUs(measured, aged),
  );
  const agesDifferUs = droppedAgeUs.max - droppedAgeUs.min;
  const oneAfterTheOtherUs = Math.max(dropsSpreadUs, openedSpreadUs > agesDifferUs ? openedSpreadUs : 0);
  const byAge = isConstant(droppedAgeUs) && oneAfterTheOtherUs > SPREAD_RATIO * wideness(droppedAgeUs);
  const endedSpreadUs = byAge ? oneAfterTheOtherUs : dropsSpreadUs;
  const byIdle = isConstant(droppedIdleUs) && endedSpreadUs > SPREAD_RATIO * wideness(droppedIdleUs);
  if (!byIdle && !byAge) return [];
  const age = droppedAgeUs.p50;
  const idle = droppedIdleUs.p50;
  const what = byIdle
    ? `after ${formatUs(idle)} without a byte from us (the middle one)${byAge ? `, ${formatUs(age)} old` : ', however old they were'}`
    : `at the age of ${formatUs(age)} (the middle one), though we had sent something ${formatUs(idle)} before: heart-beats would not help`;
  const { sendMs } = plan.stomp.heartbeat;
  const beats = sendMs === 0 ? ' The scenario sends no heart-beats.' : '';
  const text = `${many(aged, 'held connection')} ended one after the other ${what}.${byIdle ? beats : ''}`;
  const values = {
    connectionsDropped: aged,
    ageMs: Math.round(age / 1000),
    idleMs: Math.round(idle / 1000),
  };
  return [found('idle-timeout', 'critical', firstMs, text, values)];
}

/** Held connections that have an age: the ones that fell silent, or broke a rule, were ended by us (session/connection.ts). */
function endedByOtherSide(failures: Measured['failures']): number {
  return failures.reduce((sum, { role, phase, kind, count }) => {
    const byUs = kind === 'heartbeat-missed' || kind === 'protocol-error';
    return role === 'connection' && phase === 'hold' && !byUs ? sum + count : sum;
  }, 0);
}

/** Connections that the target ended in answer to SUBSCRIBE. */
function endedBySubscribe(failures: Measured['failures']): number {
  return failures.reduce(
    (sum, { role, phase, kind, count }) =>
      role === 'connection' && phase === 'subscribe' && kind !== 'subscribe-timeout' ? sum + count : sum,
    0,
  );
}

/**
 * How far apart so many openings were at least by the schedule, which is finer than rows: at its highest rate, less the
 * longest that anything between an arrival and its open connection took.
 */
function dueSpreadUs({ plan, schedule, phases }: Measured, count: number): number {
  const perSec = Math.max(
    ...plan.connect.stages.flatMap(({ fromPerSec, toPerSec }) => [fromPerSec, toPerSec]),
  );
  const opening = [phases.dns, phases.tcp, phases.tls, phases.upgrade].map((phase) => phase?.us?.max ?? 0);
  const slowestUs = opening.reduce((sum, us) => sum + us, schedule.lagUs?.max ?? 0);
  const leastUs = ((count - 1) / perSec) * 1e6 - slowestUs;
  return leastUs < ONE_MOMENT_US ? 0 : leastUs;
}

// Without the lower percentiles it is the mean that tells whether many are lower.
function isConstant(us: LatencySummary): boolean {
  return us.p50 > 0 && wideness(us) <= CONSTANT_AGE * us.p50;
}

function wideness({ p50, p90, mean }: LatencySummary): number {
  return Math.max(p90 - p50, Math.abs(mean - p50));
}

/**
 * How far apart the first and the last of some events were at least, stragglers left out: from the end of the row of
 * the first to the beginning of the row of the last.
 */
function spreadUs(slices: readonly Slice[], count: (slice: Slice) => number): number {
  const all = slices.reduce((sum, slice) => sum + count(slice), 0);
  let before = 0;
  let firstEndMs: number | null = null;
  let lastStartMs = 0;
  for (const slice of slices) {
    if (count(slice) > 0 && before < (1 - STRAY_SHARE) * all) lastStartMs = slice.startMs;
    before += count(slice);
    if (firstEndMs === null && before > STRAY_SHARE * all) firstEndMs = slice.endMs;
  }
  return Math.max(0, lastStartMs - (firstEndMs ?? 0)) * 1000;
}
