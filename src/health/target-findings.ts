import { type Finding, type FindingKind, generatorVerdict } from '../model/findings.js';
import { sharesMachine } from './beside-target.js';
import type { Measured } from './measured.js';
import { allLost } from './target/all-lost.js';
import { type Collapse, collapseOf } from './target/collapse.js';
import { connectRateLimit } from './target/connect-rate-limit.js';
import { connectionLimit } from './target/connection-limit.js';
import { lostDeliveries, wrongDeliveries } from './target/deliveries.js';
import { backlogOf, deliveryBacklog } from './target/delivery-backlog.js';
import { idleTimeout } from './target/idle-timeout.js';
import { killedBy } from './target/killed-by.js';
import { loginRefused } from './target/login-refused.js';
import { messageTooBig, overloaded } from './target/said.js';
import { stalled } from './target/stalled.js';
import { LEAST_BACKLOG_ROWS, MISSED_AFTER_INTERVALS } from './target/thresholds.js';
import { type Timeline, timelineOf } from './target/timeline.js';

/** Limits of our own machine, which look like a limit of the target. */
const OWN_LIMITS: ReadonlySet<FindingKind> = new Set<FindingKind>([
  'local-ports',
  'open-files',
  'socket-memory',
  'worker-lost',
]);

/**
 * What the timeline shows about the target. `own` are the findings about the generator: where its figures can't be
 * used nothing is concluded from them, and where its own limits explain failed connects no other limit is.
 */
export function targetFindings(measured: Measured, own: readonly Finding[]): Finding[] {
  if (generatorVerdict(own) === 'invalid') return [];
  const timeline = timelineOf(measured);
  const login = loginRefused(measured);
  const idle = idleTimeout(timeline, measured);
  const collapse = idle.length > 0 ? null : collapseIn(timeline, measured);
  const before = upTo(timeline, collapse);
  const backlog = backlogOf(before, collapse === null ? undefined : LEAST_BACKLOG_ROWS);
  const standstills = stalled(before, collapse);
  const limited =
    login.length > 0 || own.some((finding) => isOwnLimit(finding, measured))
      ? []
      : limits(before, measured, standstills);
  return [
    ...login,
    ...limited,
    ...idle,
    ...(collapse === null ? [] : allLost(collapse)),
    ...(collapse === null ? [] : killedBy(timeline, collapse, backlog, limited.length > 0)),
    ...deliveryBacklog(backlog),
    ...standstills,
    ...overloaded(measured),
    ...messageTooBig(measured),
    ...wrongDeliveries(measured),
    // What waits in a target that hangs is lost with it.
    ...(collapse?.how === 'hung' ? [] : lostDeliveries(timeline, measured, backlog)),
  ];
}

/** Short memory in which no socket failed can be of a target on the same machine: then its limits are its own. */
function isOwnLimit({ kind, severity }: Finding, { plan }: Measured): boolean {
  return OWN_LIMITS.has(kind) && !(severity === 'warning' && kind === 'socket-memory' && sharesMachine(plan));
}

function limits(timeline: Timeline, { plan }: Measured, standstills: readonly Finding[]): Finding[] {
  const limit = connectionLimit(timeline, standstills);
  return limit.length > 0 ? limit : connectRateLimit(timeline, plan.target.urls.length);
}

function collapseIn(timeline: Timeline, { failures, server, run }: Measured): Collapse | null {
  const held = failures.filter(({ phase, role }) => phase === 'hold' && role === 'connection');
  const [most] = [...held].sort((a, b) => b.count - a.count);
  const silenceMs = (server.heartbeatMs?.receive ?? 0) * MISSED_AFTER_INTERVALS;
  const { holdEnd = run.durationMs } = run.marksMs;
  return collapseOf(timeline, most?.kind === 'heartbeat-missed', silenceMs, holdEnd);
}

/** What was before the target broke: what comes after it follows from it. */
function upTo(timeline: Timeline, collapse: Collapse | null): Timeline {
  return collapse === null ? timeline : { ...timeline, slices: timeline.slices.slice(0, collapse.at) };
}
