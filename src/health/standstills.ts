import type { UnsoundCause } from '../model/health.js';
import type { Scheduled } from './scheduling.js';

/** What a thread has done by some moment; each figure counts from its beginning. Times are microseconds. */
export interface Pulse {
  readonly atUs: number;
  /** null where the kernel doesn't tell. */
  readonly scheduled: Scheduled | null;
  readonly gcUs: number;
  /** Sockets read and SENDs written: each a small piece of the work that a worker is there for. */
  readonly transfers: number;
  /** MESSAGE frames, of which many may come with one read. */
  readonly messages: number;
  /** Connections begun. */
  readonly connects: number;
}

/** Why the event loop did not turn: whatever took most of the time. */
export type StandstillCause = Exclude<UnsoundCause, 'schedule-lag'>;

/** A time in which the event loop did not turn, beyond what it sleeps. */
export interface Standstill {
  readonly cause: StandstillCause;
  readonly us: number;
}

/** A pause that is shorter is the grain of the kernel's account. */
export const PAUSE_US = 100_000;

/** What one read or SEND, one MESSAGE and one connect cost about, in a loop that does nothing else (docs/verdicts.md). */
const TRANSFER_COST_US = 30;
const MESSAGE_COST_US = 10;
const CONNECT_COST_US = 500;

/**
 * What was between two turns of the loop. What was asked of the thread takes time too: when its reads, writes and
 * connects alone explain half of it, the loop was not blocked but had too much to do.
 *
 * @param sleepUs how long the loop sleeps at most, when nothing happens
 */
export function standstillBetween(before: Pulse, after: Pulse, sleepUs: number): Standstill {
  const gapUs = after.atUs - before.atUs;
  const us = Math.max(0, Math.round(gapUs - sleepUs));
  if (before.scheduled === null || after.scheduled === null) return { cause: 'loop-blocked', us };
  const ranUs = after.scheduled.ranUs - before.scheduled.ranUs;
  const waitedUs = after.scheduled.waitedUs - before.scheduled.waitedUs;
  const stillUs = gapUs - sleepUs - ranUs - waitedUs;
  if (stillUs > PAUSE_US && stillUs > ranUs && stillUs > waitedUs) return { cause: 'process-paused', us };
  if (waitedUs > ranUs) return { cause: 'cpu-starved', us };
  if ((after.gcUs - before.gcUs) * 2 > ranUs) return { cause: 'gc-pauses', us };
  const workUs =
    (after.transfers - before.transfers) * TRANSFER_COST_US +
    (after.messages - before.messages) * MESSAGE_COST_US +
    (after.connects - before.connects) * CONNECT_COST_US;
  return { cause: workUs * 2 > ranUs ? 'cpu-saturated' : 'loop-blocked', us };
}
