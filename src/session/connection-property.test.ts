import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PHASES } from '../model/phases.js';
import { Connection } from './connection.js';
import { parseEndpoint } from './endpoint.js';
import type { Fact } from './fact.js';
import { destinationHash } from './stamp.js';
import type { SubscriptionSpec } from './subscription.js';
import { RUN, SimulatedHost } from './testing/simulated-host.js';

const ENDPOINT = parseEndpoint('ws://127.0.0.1/ws');
const HASH = destinationHash('/topic/a');
const INFO = {
  version: '1.2',
  software: null,
  subprotocol: null,
  heartbeatOffered: null,
  heartbeatSendMs: 0,
  heartbeatReceiveMs: 0,
};

type Step = (host: SimulatedHost, connection: Connection) => void;

/** A target says what it wants, when it wants; as a real transport does, ours says nothing once it is destroyed. */
const heard =
  (tell: (listener: Connection, atUs: number, host: SimulatedHost) => void): Step =>
  (host, connection) => {
    host.nowUsValue += 500;
    if (host.transport.destroyed === 0) tell(connection, host.nowUs(), host);
  };

const upgraded = new WeakSet<Connection>();

/** Frames come through a WebSocket only. */
const framed = (tell: (listener: Connection, atUs: number) => void): Step =>
  heard((listener, atUs) => {
    if (upgraded.has(listener)) tell(listener, atUs);
  });

const facts = fc.constantFrom<Fact>(
  { type: 'system', code: 'ECONNRESET', message: '' },
  { type: 'error-frame', message: 'no' },
  { type: 'fault', code: 'ws-masked', message: '' },
  { type: 'silence', forMs: 25_000 },
);

const onReceipt = fc
  .constantFrom('s0', 's1', 'u0', 'u1', 'bye', 's', 'x')
  .map((id) => framed((listener, atUs) => listener.onReceipt(id, atUs)));

const onMessage = fc
  .tuple(
    fc.constantFrom('sub-0', 'sub-1', 'sub-9'),
    fc.constantFrom(RUN, 1),
    fc.integer({ min: -2000, max: 0 }),
  )
  .map(([subscription, run, us]) =>
    framed((listener, atUs) => {
      const stamp = { run, publisher: 0, seq: 0, sentUs: atUs + us, lagUs: 0, destination: HASH };
      listener.onMessage({ subscription, stamp, ackId: 'a' }, atUs);
    }),
  );

/** What a good server would say next. */
const answer: Step = (host, connection) => {
  const asked = host.transport.asked.at(-1);
  const give = (tell: (listener: Connection, atUs: number) => void) => {
    framed(tell)(host, connection);
  };
  if (asked?.type === 'subscribe') {
    for (const id of ['s0', 's1']) give((listener, atUs) => listener.onReceipt(id, atUs));
    for (const subscription of ['sub-0', 'sub-1']) {
      give((listener, atUs) => listener.onMessage({ subscription, stamp: null, ackId: null }, atUs));
    }
  } else if (asked?.type === 'unsubscribe') {
    for (const id of ['u0', 'u1']) give((listener, atUs) => listener.onReceipt(id, atUs));
  } else if (asked?.type === 'disconnect') give((listener, atUs) => listener.onReceipt(asked.receipt, atUs));
  else if (asked?.type === 'close') give((listener, atUs) => listener.onEnd(atUs));
};

const hostile = fc.oneof(
  { weight: 6, arbitrary: onReceipt },
  { weight: 6, arbitrary: onMessage },
  { weight: 1, arbitrary: fc.constant(framed((listener, atUs) => listener.onConnected(INFO, atUs))) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(1000, 1000, 1001, 1005)
      .map((code) => framed((listener, atUs) => listener.onCloseFrame(code, '', atUs))),
  },
  { weight: 1, arbitrary: fc.constant(heard((listener, atUs) => listener.onEnd(atUs))) },
  { weight: 1, arbitrary: facts.map((fact) => heard((listener, atUs) => listener.onFact(fact, atUs))) },
);

const own = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Step>((_host, connection) => connection.leave()) },
  {
    weight: 1,
    arbitrary: fc.constant<Step>((_host, connection) => {
      connection.abandon();
    }),
  },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 40_000 }).map<Step>((ms) => (host) => host.pass(ms)) },
);

/** How far the transport comes by itself before the target may say anything. */
const openings = fc.constantFrom(0, 1, 2, 3, 3, 4, 4, 4, 4, 4, 4).map((reached) => {
  const phases = ['tcp', 'tls', 'upgrade'] as const;
  return [
    ...phases.slice(0, reached + 1).map((phase) => heard((listener, atUs) => listener.onPhase(phase, atUs))),
    ...(reached >= 3
      ? [
          heard((listener, atUs) => {
            upgraded.add(listener);
            listener.onOpened(atUs);
            listener.onPhase('connect', atUs);
          }),
        ]
      : []),
    ...(reached >= 4 ? [heard((listener, atUs) => listener.onConnected(INFO, atUs))] : []),
  ];
});

const specs = fc.array(
  fc.record<SubscriptionSpec>({
    destination: fc.constant('/topic/a'),
    destinationNumber: fc.nat(2),
    confirm: fc.constantFrom('auto', 'receipt', 'message', 'none'),
    ack: fc.constantFrom('auto', 'client'),
    awaitMessage: fc.boolean(),
    ordered: fc.boolean(),
    distribution: fc.constantFrom('topic', 'queue', 'pattern'),
    headers: fc.constant({}),
  }),
  { maxLength: 2 },
);

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: hostile },
    { weight: 4, arbitrary: fc.constant(answer) },
    { weight: 2, arbitrary: own },
  ),
  { maxLength: 20 },
);

describe('whatever happens to a connection', () => {
  it('it ends once, and what was measured of it adds up', () => {
    const ends = new Set<string>();
    fc.assert(
      fc.property(specs, openings, steps, (subscriptions, opening, events) => {
        const host = new SimulatedHost();
        const connection = new Connection(host, ENDPOINT, 0, host.nowUs(), subscriptions);
        connection.start();
        for (const step of [...opening, ...events]) step(host, connection);
        const abandoned = connection.ended;
        // Every stage but the hold has a time-out, and leave() ends the hold.
        connection.leave();
        host.pass(200_000);

        const { counts, samples, failures, events: timeline } = host.measured();
        expect(connection.ended).toBe(true);
        expect(host.goneConnections).toEqual([connection]);
        expect(host.settledConnections).toEqual([connection]);
        expect(host.transport.destroyed).toBe(1);
        expect(counts.settled).toBe(1);

        const failed = failures.reduce((sum, { count }) => sum + count, 0);
        expect(counts.failed).toBe(failed);
        expect(counts.complete + failed).toBeLessThanOrEqual(1);
        if (counts.complete + failed === 0) expect(abandoned).toBe(true);
        ends.add(counts.complete === 1 ? 'complete' : (failures[0]?.phase ?? 'abandoned'));

        // A phase that failed has no sample, and neither has any after it.
        const failedAt = PHASES.findIndex((phase) => phase === failures[0]?.phase);
        PHASES.forEach((phase, at) => {
          expect(samples[phase] ?? 0).toBeLessThanOrEqual(
            failedAt !== -1 && at >= failedAt && phase !== 'message' ? 0 : 1,
          );
        });
        if (failedAt !== -1) expect(samples[failures[0]!.phase as (typeof PHASES)[number]]).toBeUndefined();

        const count = (type: string) => timeline.filter((event) => event.type === type).length;
        expect(count('opened')).toBe(count('closed'));
        expect(count('opened')).toBe(counts.opened);
        for (const destination of [0, 1, 2]) {
          const types = timeline.flatMap((event) => (event.destination === destination ? [event.type] : []));
          const of = (which: string) => types.filter((type) => type === which).length;
          expect(of('gone')).toBe(of('asked'));
          expect(of('live')).toBe(of('ended') + of('severed'));
          expect(of('live')).toBeLessThanOrEqual(of('asked'));
        }
        expect(counts.subscribeReceipts).toBeLessThanOrEqual(counts.subscribeReceiptsAsked);
        expect(counts.unsubscribeReceipts).toBeLessThanOrEqual(counts.unsubscribeReceiptsAsked);
        expect(counts.disconnectReceipts + counts.disconnectClosedInstead).toBeLessThanOrEqual(
          counts.disconnectReceiptsAsked,
        );
        expect(samples.delivery ?? 0).toBeGreaterThanOrEqual(counts.received + counts.unaccounted);
        expect(counts.reordered).toBe(0);
        const { transport } = host;
        expect(transport.types.at(-1)).toBe('destroy');
        const afterDisconnect = transport.types.slice(transport.types.indexOf('disconnect') + 1);
        if (transport.count('disconnect') > 0) expect(afterDisconnect.filter((t) => t === 'ack')).toEqual([]);
      }),
      { numRuns: 1500 },
    );
    // The sequences above reach all of these, or the property says little.
    expect([...ends]).toEqual(
      expect.arrayContaining([
        'complete',
        'abandoned',
        'tcp',
        'connect',
        'subscribe',
        'message',
        'hold',
        'disconnect',
      ]),
    );
  });
});
