import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryBroker } from './testing/memory-broker.js';

const CLIENTS = 3;
const DESTINATIONS = ['/topic/a', '/topic/b', '/queue/a', '/queue/b'];
const VERSIONS = ['1.0', '1.1', '1.2'];

type Step =
  | { readonly type: 'subscribe' | 'unsubscribe'; readonly client: number; readonly place: number }
  | { readonly type: 'send'; readonly client: number; readonly place: number }
  | { readonly type: 'leave'; readonly client: number };

const client = fc.nat({ max: CLIENTS - 1 });
const place = fc.nat({ max: DESTINATIONS.length - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('subscribe' as const), client, place }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('unsubscribe' as const), client, place }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('send' as const), client, place }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('leave' as const), client }) },
);

describe('any sequence of SUBSCRIBE, UNSUBSCRIBE, SEND and leaving', () => {
  it('delivers on topics to every subscription, and on queues each message to exactly one, now or later', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const broker = new MemoryBroker();
        const clients = VERSIONS.map((version) => broker.connect(version));
        const subscribed = clients.map(() => new Set<number>());
        const waiting = new Map<number, string[]>();
        let sent = 0;

        for (const action of steps) {
          const self = clients[action.client]!;
          const own = subscribed[action.client]!;
          if (action.type === 'leave') {
            self.session.ended();
            own.clear();
            clients[action.client] = broker.connect(VERSIONS[action.client]);
            continue;
          }
          const destination = DESTINATIONS[action.place]!;
          const isQueue = destination.startsWith('/queue/');
          const takers = subscribed.flatMap((places, index) => (places.has(action.place) ? [index] : []));
          const kept = waiting.get(action.place) ?? [];
          waiting.set(action.place, kept);
          // What each client, and what all of them together, must receive in this step.
          let each: string[][] = clients.map(() => []);
          let together: string[] = [];
          if (action.type === 'send') {
            const body = `${++sent}`;
            self.say('SEND', { destination }, body);
            if (!isQueue) each = clients.map((_, index) => (takers.includes(index) ? [body] : []));
            else if (takers.length > 0) together = [body];
            else kept.push(body);
          } else if (action.type === 'subscribe' && !own.has(action.place)) {
            self.say('SUBSCRIBE', { id: `s${action.place}`, destination });
            own.add(action.place);
            if (isQueue) each[action.client] = kept.splice(0);
          } else if (action.type === 'unsubscribe' && own.delete(action.place)) {
            self.say('UNSUBSCRIBE', { id: `s${action.place}` });
          }

          const received = clients.map((each) => each.bodies());
          if (together.length > 0) {
            expect(received.flat()).toEqual(together);
            expect(takers).toContain(received.findIndex((bodies) => bodies.length > 0));
          } else {
            expect(received).toEqual(each);
          }
        }
        const live = subscribed.reduce((sum, places) => sum + places.size, 0);
        const held = [...waiting.values()].reduce((sum, kept) => sum + kept.length, 0);
        const places = DESTINATIONS.map((_, index) => index);
        const destinations = places.filter(
          (index) => subscribed.some((own) => own.has(index)) || (waiting.get(index)?.length ?? 0) > 0,
        ).length;
        expect(broker.counters).toMatchObject({
          subscriptions: live,
          destinations,
          held,
          messagesIn: sent,
          errors: 0,
        });
      }),
    );
  });

  it('with acknowledgements loses no message and gives none to two who both acknowledge it', () => {
    const actions = fc.array(
      fc.record({ client, what: fc.constantFrom('send', 'send', 'ack', 'nack', 'leave') }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(actions, (steps) => {
        const broker = new MemoryBroker();
        const join = () =>
          broker
            .connect()
            .say('SUBSCRIBE', { id: 's', destination: '/queue/a', ack: 'client-individual', receipt: 'r' });
        const clients = Array.from({ length: CLIENTS }, join);
        const pending = clients.map(() => new Map<string, string>());
        const acknowledged: string[] = [];
        let sent = 0;
        const collect = () => {
          clients.forEach((each, index) => {
            for (const { command, headers, body } of each.take()) {
              if (command === 'MESSAGE') pending[index]!.set(headers['ack']!, body.toString());
            }
          });
        };
        for (const { client: index, what } of steps) {
          const self = clients[index]!;
          const own = pending[index]!;
          const [oldest] = own;
          if (what === 'send') self.say('SEND', { destination: '/queue/a' }, `${++sent}`);
          else if (what === 'leave') {
            self.session.ended();
            own.clear();
            clients[index] = join();
          } else if (oldest !== undefined) {
            const [id, body] = oldest;
            own.delete(id);
            if (what === 'ack') acknowledged.push(body);
            self.say(what.toUpperCase(), { id });
          }
          collect();
        }
        const outstanding = pending.flatMap((own) => [...own.values()]);
        const all = [...acknowledged, ...outstanding].map(Number).sort((a, b) => a - b);
        expect(all).toEqual(Array.from({ length: sent }, (_, index) => index + 1));
        expect(broker.counters.errors).toBe(0);
      }),
    );
  });
});
