import type { RunPlan } from '../model/plan.js';
import { Schedule } from '../pacing/schedule.js';
import { deliveredDestinations, reach, subscribersOf } from './audience.js';

/** What a plan comes to, if everything goes as planned. */
export interface Expectations {
  /** From the launch to when the last publisher is due: they connect before all others, at the same rates. */
  readonly preparingMs: number;
  /** From the start of the arrivals to when the last connection is due. */
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

/** Each takes 0.1 µs. */
const MAX_COUNTED_CONNECTIONS = 1_000_000;

export function expectationsOf(plan: RunPlan): Expectations {
  const { connections, stages } = plan.connect;
  const schedule = new Schedule(stages);
  const publishers = plan.publish.reduce((sum, entry) => sum + entry.publishers, 0);
  const preparingMs = publishers === 0 ? 0 : schedule.dueMs(publishers - 1);
  const lastArrivalMs = schedule.dueMs(connections - 1);
  const { ratePerSec } = plan.disconnect;
  const leavingMs = ratePerSec === null ? 0 : ((connections - 1) / ratePerSec) * 1000;
  return {
    preparingMs,
    lastArrivalMs,
    publishers,
    messagesPerSec: plan.publish.reduce((sum, entry) => sum + entry.ratePerSec, 0),
    deliveriesPerSec: deliveriesPerSec(plan),
    leavingMs,
    totalMs: preparingMs + lastArrivalMs + plan.holdMs + leavingMs,
    notes: notesOn(plan),
  };
}

/** The sum, over all messages of a second, of those who get each. */
function deliveriesPerSec(plan: RunPlan): number {
  const delivered = plan.publish.map((entry) => ({ entry, destinations: deliveredDestinations(entry) }));
  const names = new Set(delivered.flatMap(({ destinations }) => destinations));
  const subscribers = new Map<string, number>();
  const queues = new Set<string>();
  for (const { destination, distribution } of plan.subscribe) {
    const { connections } = plan.connect;
    for (const [name, count] of subscribersOf(destination, connections, names, MAX_COUNTED_CONNECTIONS)) {
      if (distribution === 'queue') queues.add(name);
      else subscribers.set(name, (subscribers.get(name) ?? 0) + count);
    }
  }
  return delivered.reduce((sum, { entry, destinations }) => {
    let reached = 0;
    for (const name of destinations) reached += (subscribers.get(name) ?? 0) + (queues.has(name) ? 1 : 0);
    return sum + (entry.ratePerSec * reached) / destinations.length;
  }, 0);
}

function notesOn(plan: RunPlan): string[] {
  const notes = plan.subscribe.flatMap((_, index) => notesOnSubscription(plan, index));
  for (const [index, entry] of plan.publish.entries()) {
    const destinations = new Set(deliveredDestinations(entry)).size;
    const intervalSec = destinations / entry.ratePerSec;
    if (plan.subscribe.some(({ awaitMessage }) => awaitMessage) && isTooLong(plan, intervalSec)) {
      notes.push(
        `publish[${index}] comes round to each of its destinations every ${Math.ceil(intervalSec)} s: longer than timeouts.message.`,
      );
    }
  }
  if (plan.connect.tls.insecure) notes.push('Certificates are not checked.');
  return notes;
}

function notesOnSubscription(plan: RunPlan, index: number): string[] {
  const entry = plan.subscribe[index];
  if (entry === undefined) return [];
  const notes: string[] = [];
  const { connections } = plan.connect;
  const { reached, destinations } = reach(entry.destination, connections, plan.publish);
  if (reached < destinations && plan.publish.length > 0) {
    const some = `arrive at only ${reached} of the ${destinations} destinations of subscribe[${index}]`;
    notes.push(`Messages of this run ${reached === 0 ? `do not arrive at subscribe[${index}]` : some}.`);
  }
  if (reached < destinations && entry.awaitMessage) {
    notes.push(`subscribe[${index}] waits for messages that others have to publish.`);
  }
  const perSec = plan.publish.reduce((sum, { ratePerSec }) => sum + ratePerSec, 0);
  if (entry.awaitMessage && entry.distribution === 'queue' && isTooLong(plan, connections / perSec)) {
    notes.push(
      `A queue gives each message to one subscriber: until all of subscribe[${index}] have had one, timeouts.message is over.`,
    );
  }
  return notes;
}

function isTooLong(plan: RunPlan, intervalSec: number): boolean {
  return Number.isFinite(intervalSec) && intervalSec * 1000 > plan.timeoutsMs.message;
}
