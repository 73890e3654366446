import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addCounters, zeroCounters } from '../metrics/counters.js';
import { interleave } from '../metrics/testing/arbitraries.js';
import { Timeline } from '../metrics/timeline.js';
import {
  DESTINATIONS,
  DeliveryWorld,
  QUEUE,
  type SentMessage,
  WILDCARD,
  type WorldSubscription,
} from './testing/delivery-world.js';
import { TIMEOUTS } from './testing/simulated-host.js';

const DRAIN_US = TIMEOUTS.drain * 1000;
const WORKERS = 3;
const PUBLISHERS = 4;

type Step = (world: DeliveryWorld) => void;

const anyConnection = fc.nat(9);
const anySubscription = fc.nat(1);
/** Mostly one of the last that were sent, now and then any. */
const anyMessage = fc.oneof({ weight: 4, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(40) });
const messageOf = ({ messages }: DeliveryWorld, back: number): SentMessage | undefined =>
  messages[messages.length - 1 - back];

const publish = fc.nat(PUBLISHERS - 1).map<Step>((p) => (world) => {
  world.publish(p);
});
/** To every subscription that it is for, or to all but some. */
const broadcast = fc.tuple(anyMessage, fc.nat(4095)).map<Step>(([back, except]) => (world) => {
  const message = messageOf(world, back);
  if (message === undefined) return;
  world.connections.forEach(({ subscriptions }, c) => {
    subscriptions.forEach(({ spec, goneUs }, i) => {
      const isFor = spec.destination === message.destination || spec.destination === WILDCARD;
      const missed = ((except >>> ((c * 2 + i) % 12)) & 1) === 1;
      if (isFor && goneUs === Infinity && !missed) world.deliver(message, c, i);
    });
  });
});
/** To any subscription at all: late, once more, in any order, where it does not belong. */
const deliver = fc.tuple(anyMessage, anyConnection, anySubscription).map<Step>(([back, c, i]) => (world) => {
  const message = messageOf(world, back);
  if (message !== undefined) world.deliver(message, c, i);
});
const wanted = fc.uniqueArray(
  fc.tuple(fc.constantFrom(...DESTINATIONS, WILDCARD), fc.constantFrom('receipt', 'none')),
  { minLength: 1, maxLength: 2, selector: ([destination]) => destination },
);
const weighted = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary });

const anyStep = fc.oneof(
  weighted(
    4,
    fc.integer({ min: 1, max: 1_500_000 }).map<Step>((us) => (world) => world.pass(us)),
  ),
  weighted(8, publish),
  weighted(5, broadcast),
  weighted(6, deliver),
  weighted(
    5,
    fc.tuple(fc.nat(), wanted).map<Step>(
      ([worker, of]) =>
        (world) =>
          world.connect(worker, of),
    ),
  ),
  weighted(
    6,
    fc.tuple(anyConnection, anySubscription).map<Step>(
      ([c, i]) =>
        (world) =>
          world.receipt(c, i),
    ),
  ),
  weighted(
    2,
    anyConnection.map<Step>((c) => (world) => world.leave(c)),
  ),
  weighted(
    2,
    anyConnection.map<Step>((c) => (world) => world.drop(c)),
  ),
  weighted(
    1,
    fc.nat(PUBLISHERS - 1).map<Step>((p) => (world) => world.cutPublisher(p)),
  ),
  weighted(
    2,
    anyMessage.map<Step>((back) => (world) => {
      const message = messageOf(world, back);
      if (message !== undefined) world.confirmSend(message);
    }),
  ),
  weighted(
    1,
    fc.tuple(anyConnection, fc.constantFrom('misrouted', 'corrupted', 'foreign'), anyMessage).map<Step>(
      ([c, what, back]) =>
        (world) =>
          world.stray(c, what, messageOf(world, back)),
    ),
  ),
  weighted(
    1,
    fc.boolean().map<Step>((drained) => (world) => world.endDrain(drained)),
  ),
  weighted(
    3,
    fc.nat(WORKERS - 1).map<Step>((worker) => (world) => world.snapshot(worker)),
  ),
);

/** Everything that the ledger counts, from every pair of a message and a subscription. */
function model(world: DeliveryWorld) {
  const counted = {
    ...{ expected: 0, received: 0, lost: 0, edge: 0, copies: 0 },
    ...{ late: 0, early: 0, duplicated: 0, reordered: 0, outOfOrder: 0, unaccounted: 0, samples: 0 },
    ...world.strays,
  };
  const subscriptions = world.connections.flatMap(({ subscriptions: own }) => own);
  const received = new Map<SentMessage, number>();
  const severedFromUs = new Map<WorldSubscription, number>();
  const drainEndUs = world.hosts[0]?.drainEndUs ?? Infinity;

  for (const subscription of subscriptions) {
    const { spec, askedUs, endUs, goneUs, drained, arrivals } = subscription;
    const isQueue = spec.distribution === 'queue';
    const liveUs = isQueue ? askedUs : subscription.liveUs;
    const first = new Set<SentMessage>();
    const got = new Set<SentMessage>();
    for (const { message, atUs } of arrivals) {
      const { stamp, destination } = message;
      const toOther = spec.distribution !== 'pattern' && destination !== spec.destination;
      // Its end may have been told only after this: what it knew then counts.
      const goneThen = atUs >= goneUs && stamp.sentUs >= goneUs;
      if (toOther || goneThen) {
        counted.misrouted++;
        continue;
      }
      if (first.has(message)) {
        counted.duplicated++;
        continue;
      }
      const passedBy = [...first].some(
        (other) =>
          other.publisher === message.publisher &&
          other.destination === destination &&
          other.stamp.seq > stamp.seq,
      );
      first.add(message);
      counted.samples++;
      if (passedBy) counted.reordered++;
      if (passedBy && spec.ordered) counted.outOfOrder++;
      if (spec.distribution === 'pattern') {
        counted.unaccounted++;
        continue;
      }
      const untilUs = severedFromUs.get(subscription) ?? severance(subscription, liveUs, got, atUs);
      if (atUs >= endUs) severedFromUs.set(subscription, untilUs);
      if (isQueue || (stamp.sentUs >= liveUs && stamp.sentUs < untilUs)) {
        got.add(message);
        received.set(message, (received.get(message) ?? 0) + 1);
        if (atUs > drainEndUs) counted.late++;
      } else if (stamp.sentUs < askedUs) counted.early++;
    }
    if (!severedFromUs.has(subscription)) {
      severedFromUs.set(subscription, severance(subscription, liveUs, got, Infinity));
    }
    if (drained) severedFromUs.set(subscription, endUs);
  }

  for (const destination of DESTINATIONS) {
    const isQueue = destination === QUEUE;
    const isSubscribed = subscriptions.some(({ spec }) => spec.destination === destination);
    const totals = { expected: 0, received: 0, doubted: 0 };
    for (const message of world.messages.filter((of) => of.destination === destination)) {
      const { sentUs } = message.stamp;
      const { failedUs } = message.publisher;
      let owed = isQueue && isSubscribed ? 1 : 0;
      let mayBeGone = !message.confirmed && failedUs < Infinity && sentUs >= failedUs - DRAIN_US;
      for (const subscription of subscriptions.filter(({ spec }) => spec.destination === destination)) {
        const { askedUs, liveUs, endUs, goneUs } = subscription;
        const untilUs = severedFromUs.get(subscription) ?? Infinity;
        if (isQueue) {
          if (sentUs >= untilUs && sentUs < endUs) mayBeGone = true;
        } else if (liveUs < Infinity && sentUs >= liveUs && sentUs < untilUs) owed++;
        else if (sentUs >= askedUs && sentUs < goneUs) counted.edge++;
      }
      totals.expected += owed;
      totals.received += received.get(message) ?? 0;
      if (mayBeGone) totals.doubted += owed;
    }
    const copies = isQueue ? Math.max(0, totals.received - totals.expected) : 0;
    const missing = Math.max(0, totals.expected - totals.received);
    const excused = Math.min(missing, totals.doubted);
    counted.expected += totals.expected - excused;
    counted.received += totals.received - copies;
    counted.lost += missing - excused;
    counted.edge += excused;
    counted.copies += copies;
  }
  return counted;
}

/** From when on nothing can be known of what was sent to a subscription, as it was known at that moment. */
function severance(
  { endUs, drained }: WorldSubscription,
  liveUs: number,
  got: ReadonlySet<SentMessage>,
  atUs: number,
): number {
  if (drained || atUs < endUs) return endUs;
  const latestUs = Math.max(0, ...[...got].map(({ stamp }) => stamp.sentUs));
  return Math.min(endUs, Math.max(liveUs, endUs - DRAIN_US, latestUs + 1));
}

function ledgerOf(world: DeliveryWorld, picks: readonly number[]) {
  const workers = world.hosts.map((_, worker) => worker);
  const timeline = new Timeline(workers, DRAIN_US);
  const counts = zeroCounters();
  let samples = 0;
  for (const snapshot of interleave(world.snapshots, picks)) {
    timeline.add(snapshot);
    timeline.advance(timeline.watermarkUs);
    addCounters(counts, snapshot.counts);
    snapshot.latencies.delivery?.pairs.forEach((value, i) => (samples += i % 2 === 1 ? value : 0));
  }
  for (const worker of workers) timeline.leave(worker);
  timeline.advance(Infinity);
  const { late, early, duplicated, reordered, outOfOrder, unaccounted } = counts;
  const { misrouted, corrupted, foreign } = counts;
  return {
    ...timeline.deliveries,
    ...{ late, early, duplicated, reordered, outOfOrder, unaccounted, samples },
    ...{ misrouted, corrupted, foreign },
  };
}

describe('the delivery ledger', () => {
  it('counts what keeping every message and every arrival counts, whatever happens in whatever order', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(
        fc.array(anyStep, { minLength: 10, maxLength: 120, size: 'max' }),
        fc.array(fc.nat(WORKERS - 1), { maxLength: 20 }),
        (steps, picks) => {
          const world = new DeliveryWorld(WORKERS, PUBLISHERS);
          for (const step of steps) {
            // Nothing that is sent comes within the very same microsecond.
            world.pass(1.25);
            step(world);
          }
          world.pass(1.25);
          world.connections.forEach((_, c) => world.drop(c));
          for (let worker = 0; worker < WORKERS; worker++) world.snapshot(worker);
          const counted = model(world);
          expect(ledgerOf(world, picks)).toEqual(counted);
          expect(counted.received + counted.lost).toBe(counted.expected);
          for (const [what, count] of Object.entries(counted)) if (count > 0) reached.add(what);
        },
      ),
      { numRuns: 600 },
    );
    // The steps above lead to all of these, or the property says little.
    expect(reached.size).toBe(15);
  });
});
