import type { ArrivalStage, RunPlan } from '../model/plan.js';
import { deliveredDestinations, reach, subscribedDestinations } from './audience.js';

/** What a plan comes to, if everything goes as planned. */
export interface Expectations {
  /** From the start of the run to when the last connection is due. */
  readonly lastArrivalMs: number;
  readonly publishers: number;
  readonly messagesPerSec: number;
  /** While all connections are held. */
  readonly deliveriesPerSec: number;
  readonly leavingMs: number;
  /** Of the schedule alone: what the target takes comes on top of it. */
  readonly totalMs: number;
  /** What a user should know before starting it, in whole sentences. */
  readonly notes: readonly string[];
}

const MAX_COUNTED_CONNECTIONS = 1_000_000;

export function expectationsOf(plan: RunPlan): Expectations {
  const { connections, stages } = plan.connect;
  const lastArrivalMs = dueMs(stages, connections - 1);
  const { ratePerSec } = plan.disconnect;
  const leavingMs = ratePerSec === null ? 0 : ((connections - 1) / ratePerSec) * 1000;
  return {
    lastArrivalMs,
    publishers: plan.publish.reduce((sum, { publishers }) => sum + publishers, 0),
    messagesPerSec: plan.publish.reduce((sum, entry) => sum + entry.ratePerSec, 0),
    deliveriesPerSec: deliveriesPerSec(plan),
    leavingMs,
    totalMs: lastArrivalMs + plan.holdMs + leavingMs,
    notes: notesOn(plan),
  };
}

/** When so many arrivals have been due: the inverse of the integral of the rate. */
function dueMs(stages: readonly ArrivalStage[], arrivals: number): number {
  let rest = arrivals;
  let startMs = 0;
  for (const { fromPerSec, toPerSec, durationMs } of stages) {
    const seconds = (durationMs ?? Infinity) / 1000;
    const inStage = durationMs === null ? Infinity : ((fromPerSec + toPerSec) / 2) * seconds;
    if (rest > inStage) {
      rest -= inStage;
      startMs += seconds * 1000;
      continue;
    }
    // rest = from * t + slope * t² / 2, solved without cancellation.
    const slope = durationMs === null ? 0 : (toPerSec - fromPerSec) / seconds;
    const root = Math.sqrt(Math.max(0, fromPerSec * fromPerSec + 2 * slope * rest));
    return startMs + (rest === 0 ? 0 : ((2 * rest) / (fromPerSec + root)) * 1000);
  }
  return startMs;
}

/** The sum, over all messages of a second, of those who get each. */
function deliveriesPerSec(plan: RunPlan): number {
  const subscribers = new Map<string, number>();
  const queues = new Set<string>();
  for (const { destination, distribution } of plan.subscribe) {
    const { connections } = plan.connect;
    const destinations = subscribedDestinations(destination, connections, MAX_COUNTED_CONNECTIONS);
    const each = connections / destinations.length;
    for (const name of destinations) {
      if (distribution === 'queue') queues.add(name);
      else subscribers.set(name, (subscribers.get(name) ?? 0) + each);
    }
  }
  return plan.publish.reduce((sum, entry) => {
    const destinations = deliveredDestinations(entry);
    let reached = 0;
    for (const name of destinations) reached += (subscribers.get(name) ?? 0) + (queues.has(name) ? 1 : 0);
    return sum + (entry.ratePerSec * reached) / destinations.length;
  }, 0);
}

function notesOn(plan: RunPlan): string[] {
  const notes: string[] = [];
  for (const [index, entry] of plan.subscribe.entries()) {
    const where = `subscribe[${index}]`;
    const { reached, destinations } = reach(entry.destination, plan.connect.connections, plan.publish);
    if (reached < destinations && plan.publish.length > 0) {
      const share = `${reached} of the ${destinations} destinations of ${where}`;
      notes.push(`Messages of this run arrive at ${share}.`);
    }
    if (reached < destinations && entry.awaitMessage) {
      notes.push(`${where} waits for a message that others have to publish.`);
    }
  }
  for (const [index, { ratePerSec, deliversTo }] of plan.publish.entries()) {
    const share = deliveredDestinations({ deliversTo, publishers: 1_000_000 });
    const intervalMs = (new Set(share).size / ratePerSec) * 1000;
    if (intervalMs > plan.timeoutsMs.message && plan.subscribe.some(({ awaitMessage }) => awaitMessage)) {
      notes.push(
        `publish[${index}] comes round to each of its destinations every ${Math.round(intervalMs / 1000)} s, and timeouts.message is shorter.`,
      );
    }
  }
  if (plan.connect.tls.insecure) notes.push('Certificates are not checked.');
  return notes;
}
