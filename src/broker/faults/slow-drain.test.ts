import { afterEach, describe, expect, it } from 'vitest';
import type { Fault, FaultScope } from '../../model/faults.js';
import { nowUs } from '../../shared/clock.js';
import { FaultyBroker, type RawClient } from '../testing/faulty-broker.js';
import { faultsOf, rule } from '../testing/fault-rules.js';
import { MemoryBroker } from '../testing/memory-broker.js';

type SlowDrainFault = Extract<Fault, { fault: 'slow-drain' }>;

/** Slow enough for all but the first to wait while a test runs. */
const HARDLY = 0.01;

const drain = (spec: Partial<SlowDrainFault>): SlowDrainFault => ({
  fault: 'slow-drain',
  deliveriesPerSec: HARDLY,
  maxWaiting: null,
  then: 'drop',
  ...spec,
});

describe('a slow drain', () => {
  let broker: FaultyBroker;
  let publisher: RawClient;
  let client: RawClient;

  afterEach(() => broker.stop());

  async function start(spec: Partial<SlowDrainFault>, scope: Partial<FaultScope> = {}): Promise<void> {
    broker = await FaultyBroker.start([{ skip: 1, ...drain(spec), ...scope }]);
    publisher = await broker.connect();
    client = await broker.connect();
    await client.say('SUBSCRIBE\nid:s\ndestination:/topic/a\nreceipt:subscribed\n\n\0');
    await client.receive('RECEIPT');
  }

  /** All within one WebSocket message, so that they come to the drain at the same moment. */
  async function publish(count: number): Promise<void> {
    const frames = Array.from({ length: count }, (_, i) => `SEND\ndestination:/topic/a\n\n${i}\0`);
    await publisher.say(frames.join(''));
  }

  const topic = () => broker.ledger.messages.deliveries.topic;
  const bodies = () =>
    client.frames.flatMap(({ command, body }) => (command === 'MESSAGE' ? [body.toString()] : []));

  it('lets each out at its moment and never before, first come, first served', async () => {
    await start({ deliveriesPerSec: 200 });
    const beforeUs = nowUs();
    await publish(20);
    await client.receive('MESSAGE', 20);
    expect(bodies()).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
    expect(topic()).toMatchObject({ owed: 20, sent: 20, dropped: 0, waiting: 0 });
    // However late each was read: the last has the 19 intervals of 5 ms of all the others before it.
    expect(nowUs() - beforeUs).toBeGreaterThanOrEqual(19 * 5000);
    // The first does not wait, nor does one that is read when the moment of the one before is over by an interval.
    const { count } = broker.ledger.delaysUs['slow-drain'] ?? { count: 0 };
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(19);
    expect(broker.struck()).toEqual({ connections: 1, times: count });
  });

  it('without a bound lets everything wait', async () => {
    await start({});
    await publish(50);
    await broker.settles(() => expect(topic()).toMatchObject({ owed: 50, sent: 1, waiting: 49 }));
  });

  it('that is bounded drops what comes when it is full', async () => {
    await start({ maxWaiting: 3 });
    await publish(10);
    await broker.settles(() => {
      expect(topic()).toMatchObject({ owed: 10, sent: 1, dropped: 6, waiting: 3 });
    });
    expect(broker.struck()).toEqual({ connections: 1, times: 6 });
  });

  it('that is bounded and answers with errors refuses the SEND, and owes nothing for it', async () => {
    await start({ maxWaiting: 3, then: 'error' });
    await publish(10);
    expect((await publisher.receive('ERROR')).headers['message']).toBe(
      'Failed to send message to ExecutorSubscribableChannel[clientInboundChannel]',
    );
    expect((await publisher.closed).code).toBe(1002);
    expect(broker.ledger.messages).toMatchObject({ in: 4, refused: 1 });
    expect(topic()).toMatchObject({ owed: 4, sent: 1, waiting: 3 });
  });

  it('lets everything out when its window ends', async () => {
    await start({}, { untilMs: 700 });
    await publish(5);
    await client.receive('MESSAGE', 5);
    expect(bodies()).toEqual(['0', '1', '2', '3', '4']);
  });

  it('leaves undelivered what waited for somebody who has left', async () => {
    await start({ deliveriesPerSec: 20 });
    const sends = ['0', '1', '2'].map((body) => `SEND\ndestination:/topic/a\n\n${body}\0`);
    await client.say(`${sends.join('')}UNSUBSCRIBE\nid:s\n\n\0`);
    await broker.settles(() => expect(topic()).toMatchObject({ sent: 1, undelivered: 2, waiting: 0 }));
    expect(bodies()).toEqual(['0']);
  });
});

describe('a broker dies', () => {
  const die = (limits: { connections?: number; messages?: number }) =>
    rule({ fault: 'die', connections: limits.connections ?? null, messages: limits.messages ?? null });

  it('when that many messages wait in queues', () => {
    const broker = new MemoryBroker({ faults: faultsOf(die({ messages: 3 })) });
    const publisher = broker.connect();
    for (const body of ['1', '2']) publisher.say('SEND', { destination: '/queue/a' }, body);
    expect(broker.deaths).toEqual([]);
    publisher.say('SEND', { destination: '/queue/b' }, '3');
    expect(broker.deaths).toEqual([0]);
  });

  it('when that many wait in queues and in slow drains together', () => {
    const broker = new MemoryBroker({ faults: faultsOf(rule(drain({})), die({ messages: 3 })) });
    const own = broker.connect().say('SUBSCRIBE', { id: 's', destination: '/topic/a' });
    own.say('SEND', { destination: '/queue/a' }, 'waits');
    for (const body of ['goes', 'waits']) own.say('SEND', { destination: '/topic/a' }, body);
    expect(broker.deaths).toEqual([]);
    own.say('SEND', { destination: '/topic/a' }, 'waits');
    expect(broker.deaths[0]).toBe(1);
    broker.context.faults?.delays.clear();
  });

  it('when a bounded slow drain is full and is to die of it', () => {
    const broker = new MemoryBroker({ faults: faultsOf(rule(drain({ maxWaiting: 2, then: 'die' }))) });
    const own = broker.connect().say('SUBSCRIBE', { id: 's', destination: '/topic/a' });
    for (const body of ['1', '2', '3']) own.say('SEND', { destination: '/topic/a' }, body);
    expect(broker.deaths).toEqual([]);
    own.say('SEND', { destination: '/topic/a' }, '4');
    expect(broker.deaths).toEqual([0]);
    broker.context.faults?.delays.clear();
  });

  it('not outside of the window', () => {
    const broker = new MemoryBroker({
      faults: faultsOf({ ...die({ messages: 1 }), fromMs: 3_600_000 }),
    });
    broker.connect().say('SEND', { destination: '/queue/a' }, '1');
    expect(broker.deaths).toEqual([]);
  });
});
