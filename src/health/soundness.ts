import type { UnsoundCause } from '../model/health.js';
import type { Standstill } from './standstills.js';

/** What a worker knows of itself for one interval. */
export interface WorkerInterval {
  readonly spanUs: number;
  /** On a CPU. */
  readonly ranUs: number;
  readonly cpuWaitUs: number;
  /** The longest time in which its event loop did not turn, and why. */
  readonly standstill: Standstill;
  /** The longest of the interval before: what waited for it may be read in this one, however short this one is. */
  readonly standstillBefore: Standstill;
  readonly readDelayMaxUs: number;
  readonly ownLagMaxUs: number;
  /** From 0 to 1. */
  readonly utilization: number;
}

/**
 * From here on a time stamp is too late to be trusted: a fifth of a second is what a person notices, and 100 times what
 * a loop of Node needs when it is well. A worker that was later than this was not well.
 */
export const LATE_US = 200_000;

/**
 * A thread that waits for a CPU this much of the time, and longer than it has one, wakes up late again and again, by a
 * few milliseconds each: no single delay shows it, and no read delay has it in it. That workers and a broker beside
 * them share the cores of one machine makes each wait too, but not for longer than it runs.
 */
export const STARVED_SHARE = 0.2;

/** A loop that is as busy as this has no reserve: what it is late by is for want of CPU, not by one event. */
const SATURATED_SHARE = 0.95;

/** Why a worker was not well in an interval, or null: the one place where that is decided. */
export function unsoundCause(interval: WorkerInterval): UnsoundCause | null {
  const { standstill, standstillBefore, spanUs, ranUs, cpuWaitUs, utilization } = interval;
  if (standstill.us > LATE_US) return standstill.cause;
  // A short interval (a drain asks ten times a second) has to have waited as long as a whole one.
  if (cpuWaitUs > STARVED_SHARE * Math.max(spanUs, 1e6) && cpuWaitUs > ranUs) return 'cpu-starved';
  // Such a delay is of two turns at most: what held up the longer of them has been seen.
  if (interval.readDelayMaxUs > LATE_US) {
    return (standstillBefore.us > standstill.us ? standstillBefore : standstill).cause;
  }
  if (interval.ownLagMaxUs <= LATE_US) return null;
  return utilization >= SATURATED_SHARE ? 'cpu-saturated' : 'schedule-lag';
}
