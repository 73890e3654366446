import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../model/faults.js';
import type { DeliveryCounts } from '../ledger/message-account.js';
import { faultsOf, rule } from '../testing/fault-rules.js';
import { MemoryBroker, type MemoryClient, type Received } from '../testing/memory-broker.js';

const CLIENTS = 3;
const DESTINATIONS = ['/topic/a', '/topic/b', '/queue/a', '/queue/b'];
const PADDED_BYTES = 300;

type Step =
  | { readonly type: 'subscribe' | 'unsubscribe' | 'send'; readonly client: number; readonly place: number }
  | { readonly type: 'leave'; readonly client: number };

const client = fc.nat({ max: CLIENTS - 1 });
const place = fc.nat({ max: DESTINATIONS.length - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('subscribe' as const), client, place }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('unsubscribe' as const), client, place }) },
  { weight: 10, arbitrary: fc.record({ type: fc.constant('send' as const), client, place }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('leave' as const), client }) },
);

const ofDeliveries = fc.constantFrom(0.1, 0.3, 0.7, 1);
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ fault: fc.constant('message-drop' as const), ofDeliveries }),
  fc.record({ fault: fc.constant('message-duplicate' as const), ofDeliveries }),
  fc.record({ fault: fc.constant('message-reorder' as const), ofDeliveries }),
  fc.record({ fault: fc.constant('message-misroute' as const), ofDeliveries }),
  fc.record({
    fault: fc.constant('message-corrupt' as const),
    what: fc.constantFrom('body' as const, 'frame' as const),
    ofDeliveries,
  }),
  fc.record({
    fault: fc.constant('message-oversize' as const),
    bytes: fc.constant(PADDED_BYTES),
    ofDeliveries,
  }),
);
const faults = fc.record({
  seed: fc.integer(),
  rules: fc.array(
    fc
      .record({ fault, share: fc.constantFrom(0.5, 1), skip: fc.nat(2) })
      .map(({ fault: each, share, skip }) => rule(each, { share, skip })),
    { maxLength: 4 },
  ),
});

/** What one client has of it all; it tells by what it reads alone. */
class Witness {
  readonly counts = { received: 0, duplicated: 0, reordered: 0, misrouted: 0, corrupted: 0, oversized: 0 };
  /** By the number of the subscription and of the publisher. */
  readonly #highest = new Map<string, number>();
  readonly #seen = new Set<string>();

  hear(subscription: string, destination: string, message: Received): void {
    this.counts.received++;
    const body = message.body.toString();
    const match = /^(\d+):(\d+):(\S+) *$/.exec(body);
    const [, publisher, seq, intended] = match ?? [];
    if (message.command !== 'MESSAGE' || match === null) {
      this.counts.corrupted++;
      return;
    }
    if (body.length === PADDED_BYTES) this.counts.oversized++;
    const name = `${subscription} ${publisher} ${seq}`;
    if (intended !== destination) {
      this.counts.misrouted++;
    } else if (this.#seen.has(name)) {
      this.counts.duplicated++;
    } else {
      this.#seen.add(name);
      const key = `${subscription} ${publisher}`;
      const highest = this.#highest.get(key) ?? -1;
      if (Number(seq) < highest) this.counts.reordered++;
      this.#highest.set(key, Math.max(highest, Number(seq)));
    }
  }
}

class Scene {
  readonly broker: MemoryBroker;
  readonly witness = new Witness();
  owed = 0;
  readonly #clients: MemoryClient[] = [];
  readonly #places: Map<number, string>[] = [];
  readonly #publishers: number[] = [];
  #subscriptions = 0;
  #connections = 0;
  #seq = 0;

  constructor(broker: MemoryBroker) {
    this.broker = broker;
    for (let i = 0; i < CLIENTS; i++) this.#join(i);
  }

  act(action: Step): void {
    const own = this.#clients[action.client]!;
    const places = this.#places[action.client]!;
    if (action.type === 'leave') {
      own.session.ended();
      this.#hear(action.client);
      this.#join(action.client);
      return;
    }
    const destination = DESTINATIONS[action.place]!;
    if (action.type === 'send') {
      const isQueue = destination.startsWith('/queue');
      this.owed += isQueue ? 1 : this.#places.filter((each) => each.has(action.place)).length;
      own.say('SEND', { destination }, `${this.#publishers[action.client]}:${this.#seq++}:${destination}`);
    } else if (action.type === 'subscribe' && !places.has(action.place)) {
      places.set(action.place, `s${this.#subscriptions++}`);
      own.say('SUBSCRIBE', { id: places.get(action.place)!, destination });
    } else if (action.type === 'unsubscribe' && places.has(action.place)) {
      own.say('UNSUBSCRIBE', { id: places.get(action.place)! });
      this.#hear(action.client);
      places.delete(action.place);
    }
    for (let i = 0; i < CLIENTS; i++) this.#hear(i);
  }

  leaveAll(): void {
    for (let i = 0; i < CLIENTS; i++) this.act({ type: 'leave', client: i });
    this.broker.context.faults?.delays.clear();
  }

  get total(): DeliveryCounts {
    return this.broker.context.faults!.ledger.messages.record().deliveries.total;
  }

  #join(place: number): void {
    this.#clients[place] = this.broker.connect();
    this.#places[place] = new Map();
    this.#publishers[place] = this.#connections++;
  }

  #hear(place: number): void {
    for (const message of this.#clients[place]!.take()) {
      const id = message.headers['subscription'] ?? '';
      const at = [...this.#places[place]!].find(([, each]) => each === id)?.[0] ?? -1;
      this.witness.hear(id, DESTINATIONS[at] ?? 'none', message);
    }
  }
}

describe('any faults of messages, and any sequence of SUBSCRIBE, UNSUBSCRIBE, SEND and leaving', () => {
  it('leave a ledger that says what was owed, what clients got of it, and what became of the rest', () => {
    fc.assert(
      fc.property(faults, fc.array(step, { maxLength: 60 }), (plan, steps) => {
        const scene = new Scene(new MemoryBroker({ faults: plan }));
        for (const each of steps) scene.act(each);
        scene.leaveAll();
        const { owed, sent, duplicated, reordered, misrouted, corrupted, oversized, ...rest } = scene.total;
        expect(owed).toBe(scene.owed);
        expect({ received: sent, duplicated, reordered, misrouted, corrupted, oversized }).toEqual(
          scene.witness.counts,
        );
        expect(rest).toMatchObject({ undelivered: 0, withheld: 0, waiting: scene.broker.counters.held });
        expect(scene.broker.counters.deliveriesOut).toBe(sent);
      }),
      { numRuns: 300 },
    );
  });

  it('are the same faults in every run of the same seed', () => {
    fc.assert(
      fc.property(faults, fc.array(step, { maxLength: 40 }), (plan, steps) => {
        const runs = [0, 1].map(() => {
          const scene = new Scene(new MemoryBroker({ faults: plan }));
          for (const each of steps) scene.act(each);
          scene.leaveAll();
          return scene.total;
        });
        expect(runs[0]).toEqual(runs[1]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('of several rules', () => {
  it('the first of the plan that chooses a delivery is the only one that alters it', () => {
    const broker = new MemoryBroker({
      faults: faultsOf(
        rule({ fault: 'message-duplicate', ofDeliveries: 1 }),
        rule({ fault: 'message-drop', ofDeliveries: 1 }),
      ),
    });
    const own = broker.connect().say('SUBSCRIBE', { id: 's', destination: '/topic/a' });
    expect(own.say('SEND', { destination: '/topic/a' }, '1').bodies()).toEqual(['1', '1']);
    expect(broker.context.faults?.ledger.faults.map(({ times }) => times)).toEqual([1, 0]);
  });
});

describe('the order of a subscription', () => {
  it('is judged by what its client can recognise: not by what is corrupted', () => {
    const broker = new MemoryBroker({
      faults: faultsOf(
        rule({ fault: 'message-corrupt', what: 'body', ofDeliveries: 0.3 }),
        rule({ fault: 'message-reorder', ofDeliveries: 1 }),
      ),
    });
    const own = broker.connect().say('SUBSCRIBE', { id: 's', destination: '/topic/a' });
    for (let i = 0; i < 40; i++) own.say('SEND', { destination: '/topic/a' }, `${i}`);
    const read = own.bodies();
    const numbers = read.filter((body) => !body.startsWith('#')).map(Number);
    const late = numbers.filter((number, i) => numbers.slice(0, i).some((earlier) => earlier > number));
    expect(broker.context.faults?.ledger.messages.topic).toMatchObject({
      corrupted: read.length - numbers.length,
      reordered: late.length,
    });
  });
});

describe('a delivery that must be acknowledged', () => {
  it('and is dropped is lost for good: no queue gives it out again', () => {
    const broker = new MemoryBroker({ faults: faultsOf(rule({ fault: 'message-drop', ofDeliveries: 1 })) });
    const first = broker.connect().say('SUBSCRIBE', { id: 's', destination: '/queue/a', ack: 'client' });
    first.say('SEND', { destination: '/queue/a' }, '1');
    first.session.ended();
    expect(broker.counters.held).toBe(0);
  });

  it('and comes back to its queue is owed once and redelivered once', () => {
    const broker = new MemoryBroker({ faults: faultsOf() });
    const first = broker.connect().say('SUBSCRIBE', { id: 's', destination: '/queue/a', ack: 'client' });
    first.say('SEND', { destination: '/queue/a' }, '1');
    first.session.ended();
    const second = broker.connect().say('SUBSCRIBE', { id: 's', destination: '/queue/a' });
    expect(second.bodies()).toEqual(['1']);
    expect(broker.context.faults?.ledger.messages.record().deliveries.queue).toMatchObject({
      owed: 1,
      redelivered: 1,
      sent: 2,
      reordered: 0,
      waiting: 0,
    });
  });

  it('and would be one too many for its client counts as undelivered', () => {
    const broker = new MemoryBroker({ faults: faultsOf(), limits: { unackedPerConnection: 1 } });
    const own = broker.connect().say('SUBSCRIBE', { id: 's', destination: '/topic/a', ack: 'client' });
    for (const body of ['1', '2']) own.say('SEND', { destination: '/topic/a' }, body);
    const { topic } = broker.context.faults!.ledger.messages.record().deliveries;
    expect(topic).toMatchObject({ owed: 2, sent: 1, undelivered: 1, waiting: 0 });
  });
});
