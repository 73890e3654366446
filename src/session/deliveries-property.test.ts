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

const NOTHING = {
  ...{ expected: 0, received: 0, lost: 0, edge: 0, excused: 0, copies: 0 },
  ...{ late: 0, early: 0, duplicated: 0, reordered: 0, outOfOrder: 0, unaccounted: 0, samples: 0 },
  ...{ misrouted: 0, corrupted: 0, foreign: 0 },
  /** Pairs that never came, and can't have been on their way at any end: of these `lost` may tell fewer, and never more. */
  surelyLost: 0,
};
type Counted = typeof NOTHING;

/** What of one subscription only its receiver can say. */
interface Taken {
  readonly subscription: WorldSubscription;
  readonly liveUs: number;
  /** What was sent from then on is not owed. */
  readonly untilUs: number;
  /** By when it ended it had had messages of several publishers, or one after a later one. */
  readonly isMixed: boolean;
  readonly received: ReadonlySet<SentMessage>;
}

/** Everything that the ledger counts, from every pair of a message and a subscription. */
function model(world: DeliveryWorld): Counted {
  const counted = { ...NOTHING, ...world.strays };
  const drainEndUs = world.hosts[0]?.drainEndUs ?? Infinity;
  const subscriptions = world.connections.flatMap(({ subscriptions: own }) => own);
  const all = subscriptions.map((subscription) => take(subscription, drainEndUs, counted));
  for (const destination of DESTINATIONS) {
    const messages = world.messages.filter((message) => message.destination === destination);
    const taken = all.filter(({ subscription: { spec } }) => spec.destination === destination);
    settle(messages, taken, destination === QUEUE, counted);
  }
  return counted;
}

function take(subscription: WorldSubscription, drainEndUs: number, counted: Counted): Taken {
  const { spec, askedUs, endUs, goneUs, arrivals } = subscription;
  const isQueue = spec.distribution === 'queue';
  const liveUs = isQueue ? askedUs : subscription.liveUs;
  const came = new Set<SentMessage>();
  const received = new Set<SentMessage>();
  // Decided when it ended, by what it had received until then.
  let untilUs: number | null = null;
  let isMixed = false;
  for (const { message, atUs } of arrivals) {
    if (atUs >= endUs) untilUs ??= endOfOwing(subscription, liveUs, received);
    const { sentUs } = message.stamp;
    const isOther = spec.distribution !== 'pattern' && message.destination !== spec.destination;
    if (isOther || (atUs >= goneUs && sentUs >= goneUs)) {
      counted.misrouted++;
      continue;
    }
    if (came.has(message)) {
      counted.duplicated++;
      continue;
    }
    const isPassed = [...came].some((other) => isLaterOfSame(other, message));
    came.add(message);
    counted.samples++;
    const isOfOther = [...came].some(({ publisher }) => publisher !== message.publisher);
    if (atUs < endUs && (isPassed || isOfOther)) isMixed = true;
    if (isPassed) counted.reordered++;
    if (isPassed && spec.ordered) counted.outOfOrder++;
    if (spec.distribution === 'pattern') counted.unaccounted++;
    else if (isQueue || (sentUs >= liveUs && sentUs < (untilUs ?? Infinity))) {
      received.add(message);
      if (atUs > drainEndUs) counted.late++;
    } else if (sentUs < askedUs) counted.early++;
  }
  untilUs ??= endOfOwing(subscription, liveUs, received);
  return { subscription, liveUs, untilUs, isMixed, received };
}

function isLaterOfSame(other: SentMessage, { publisher, destination, stamp }: SentMessage): boolean {
  return other.publisher === publisher && other.destination === destination && other.stamp.seq > stamp.seq;
}

/** Every message of one destination with every subscription of it. */
function settle(
  messages: readonly SentMessage[],
  taken: readonly Taken[],
  isQueue: boolean,
  counted: Counted,
): void {
  let [expected, received] = [0, 0];
  const seconds = new Map<number, { missing: number; doubted: number }>();
  for (const message of messages) {
    const { sentUs } = message.stamp;
    let [came, onItsWay, mayCome] = [0, 0, 0];
    const { failedUs } = message.publisher;
    let owed = isQueue && taken.length > 0 ? 1 : 0;
    let mayBeGone = !message.confirmed && failedUs < Infinity && sentUs >= failedUs - DRAIN_US;
    for (const { subscription, liveUs, untilUs, isMixed, received: own } of taken) {
      const { askedUs, endUs, goneUs } = subscription;
      const isLate = !subscription.drained && sentUs >= endUs - DRAIN_US && sentUs < endUs;
      if (own.has(message)) came++;
      if (isQueue) mayBeGone ||= isLate;
      else if (sentUs >= liveUs && sentUs < untilUs) {
        owed++;
        if (isMixed && isLate) {
          onItsWay++;
          if (!own.has(message)) mayCome++;
        }
      } else if (sentUs >= askedUs && sentUs < goneUs) counted.edge++;
    }
    expected += owed;
    received += came;
    if (!mayBeGone) counted.surelyLost += Math.max(0, owed - came - mayCome);
    const second = Math.floor(sentUs / 1e6);
    const known = seconds.get(second) ?? { missing: 0, doubted: 0 };
    known.missing += owed - came;
    known.doubted += mayBeGone ? owed : Math.min(owed, onItsWay);
    seconds.set(second, known);
  }
  const copies = isQueue ? Math.max(0, received - expected) : 0;
  const missing = Math.max(0, expected - received);
  let excusable = 0;
  for (const second of seconds.values()) excusable += Math.min(Math.max(0, second.missing), second.doubted);
  const excused = Math.min(missing, excusable);
  counted.expected += expected - excused;
  counted.received += received - copies;
  counted.lost += missing - excused;
  counted.edge += excused;
  counted.excused += excused;
  counted.copies += copies;
}

/** From when on nothing was owed to a subscription that has ended: sharp, or as far back as nothing can be known. */
function endOfOwing(
  { endUs, drained }: WorldSubscription,
  liveUs: number,
  received: ReadonlySet<SentMessage>,
): number {
  if (drained) return endUs;
  const latestUs = Math.max(0, ...[...received].map(({ stamp }) => stamp.sentUs));
  return Math.min(endUs, Math.max(liveUs, endUs - DRAIN_US, latestUs + 1));
}

interface Lost {
  readonly worker: number;
  /** Of its snapshots, the ones that came. */
  readonly told: number;
}

function ledgerOf(world: DeliveryWorld, picks: readonly number[], lost: Lost | null = null) {
  const workers = world.hosts.map((_, worker) => worker);
  const timeline = new Timeline(workers, DRAIN_US);
  const counts = zeroCounters();
  let samples = 0;
  const told = world.snapshots.map((all, worker) =>
    worker === lost?.worker ? all.slice(0, lost.told) : all,
  );
  for (const snapshot of interleave(told, picks)) {
    timeline.add(snapshot);
    timeline.advance(timeline.watermarkUs);
    addCounters(counts, snapshot.counts);
    snapshot.latencies.delivery?.pairs.forEach((value, i) => (samples += i % 2 === 1 ? value : 0));
  }
  for (const worker of workers) {
    if (worker === lost?.worker) timeline.lose(worker);
    else timeline.leave(worker);
  }
  timeline.advance(Infinity);
  const { late, early, duplicated, reordered, outOfOrder, unaccounted } = counts;
  const { misrouted, corrupted, foreign } = counts;
  return {
    ...timeline.deliveries,
    ...{ late, early, duplicated, reordered, outOfOrder, unaccounted, samples },
    ...{ misrouted, corrupted, foreign },
  };
}

/** All steps, then everybody leaves and says the last that there is to say. */
function worldAfter(steps: readonly Step[]): DeliveryWorld {
  const world = new DeliveryWorld(WORKERS, PUBLISHERS);
  for (const step of steps) {
    // Nothing that is sent comes within the very same microsecond.
    world.pass(1.25);
    step(world);
  }
  world.pass(1.25);
  world.connections.forEach((_, c) => {
    world.drop(c);
  });
  for (let worker = 0; worker < WORKERS; worker++) world.snapshot(worker);
  return world;
}

const anySteps = fc.array(anyStep, { minLength: 10, maxLength: 120, size: 'max' });
const anyPicks = fc.array(fc.nat(WORKERS - 1), { maxLength: 20 });

describe('the delivery ledger', () => {
  it('counts what keeping every message and every arrival counts, whatever happens in whatever order', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(anySteps, anyPicks, (steps, picks) => {
        const world = worldAfter(steps);
        const { surelyLost, ...counted } = model(world);
        expect(counted.lost).toBeLessThanOrEqual(surelyLost);
        expect(ledgerOf(world, picks)).toEqual(counted);
        expect(counted.received + counted.lost).toBe(counted.expected);
        for (const [what, count] of Object.entries(counted)) if (count > 0) reached.add(what);
      }),
      { numRuns: 600 },
    );
    // The steps above lead to all of these, or the property says little.
    expect(reached.size).toBe(16);
  });

  it('never calls more lost than was, when a worker dies and takes with it what it had not told', () => {
    let tested = 0;
    fc.assert(
      fc.property(anySteps, anyPicks, fc.nat(WORKERS - 1), fc.nat(5), (steps, picks, worker, told) => {
        const world = worldAfter(steps);
        const lost = { worker, told: Math.min(told, (world.snapshots[worker]?.length ?? 1) - 1) };
        const ledger = ledgerOf(world, picks, lost);
        const later = world.connections
          .filter(({ host }) => host === world.hosts[worker])
          .flatMap(({ subscriptions }) => subscriptions.flatMap(({ arrivals }) => arrivals))
          .filter(({ message, atUs }) => atUs - message.stamp.sentUs > DRAIN_US);
        expect(ledger.received + ledger.lost).toBe(ledger.expected);
        expect(ledger.lost).toBeLessThanOrEqual(model(world).surelyLost + later.length);
        if (ledger.lost > 0) tested++;
      }),
      { numRuns: 300 },
    );
    expect(tested).toBeGreaterThan(0);
  });
});
