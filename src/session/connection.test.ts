import { beforeEach, describe, expect, it } from 'vitest';
import { GAUGES } from '../metrics/testing/snapshots.js';
import type { Phase } from '../model/phases.js';
import { Connection } from './connection.js';
import { parseEndpoint } from './endpoint.js';
import { destinationHash } from './stamp.js';
import type { SubscriptionSpec } from './subscription.js';
import type { FakeTransport } from './testing/fake-transport.js';
import { RUN, SimulatedHost, TIMEOUTS } from './testing/simulated-host.js';

const ENDPOINT = parseEndpoint('ws://example.com/ws');
const DUE_US = 999_000_000;
const RESET = { type: 'system', code: 'ECONNRESET', message: 'read ECONNRESET' } as const;
const MS = 1000;

const SPEC: SubscriptionSpec = {
  destination: '/topic/a',
  destinationNumber: 3,
  confirm: 'auto',
  ack: 'auto',
  awaitMessage: true,
  ordered: false,
  distribution: 'topic',
  headers: {},
};

const INFO = {
  version: '1.2',
  software: 'Broker/1',
  subprotocol: 'v12.stomp',
  heartbeatOffered: '10000,10000',
  heartbeatSendMs: 10_000,
  heartbeatReceiveMs: 10_000,
};

let host: SimulatedHost;
let transport: FakeTransport;

beforeEach(() => {
  host = new SimulatedHost();
});

function start(...subscriptions: Partial<SubscriptionSpec>[]): Connection {
  const specs = subscriptions.map((given) => ({ ...SPEC, ...given }));
  const connection = new Connection(host, ENDPOINT, 5, DUE_US, specs);
  transport = host.transport;
  connection.start();
  return connection;
}

/** Each phase takes 1 ms more than the one before it. */
function open(): void {
  const { listener } = transport;
  listener.onPhase('dns', host.nowUs());
  host.nowUsValue += 1 * MS;
  listener.onPhase('tcp', host.nowUs());
  host.nowUsValue += 2 * MS;
  listener.onPhase('tls', host.nowUs());
  host.nowUsValue += 3 * MS;
  listener.onPhase('upgrade', host.nowUs());
  host.nowUsValue += 4 * MS;
  listener.onOpened(host.nowUs());
  listener.onPhase('connect', host.nowUs());
}

function connect(): void {
  open();
  host.nowUsValue += 5 * MS;
  transport.listener.onConnected(INFO, host.nowUs());
}

let lastSeq = 0;

/** Each has a number of its own, unless it is told one. */
function message(
  options: {
    run?: number;
    publisher?: number;
    destination?: string;
    seq?: number;
    sentUs?: number;
    lagUs?: number;
    ackId?: string | null;
    sub?: string;
  } = {},
) {
  const { run = RUN, sentUs = host.nowUs(), lagUs = 0, ackId = null, sub = 'sub-0' } = options;
  const { publisher = 0, destination = SPEC.destination } = options;
  const seq = options.seq ?? ++lastSeq;
  const stamp = { run, publisher, seq, sentUs, lagUs, destination: destinationHash(destination) };
  transport.listener.onMessage({ subscription: sub, stamp, ackId }, host.nowUs());
}

const later = (ms: number): void => void (host.nowUsValue += ms * MS);
const receipt = (id: string): void => transport.listener.onReceipt(id, host.nowUs());
const closeFrame = (code: number): void => transport.listener.onCloseFrame(code, '', host.nowUs());
const end = (): void => transport.listener.onEnd(host.nowUs());

/** A connection that is held, with one subscription confirmed by its RECEIPT. */
function hold(): Connection {
  const connection = start({});
  connect();
  later(6);
  receipt('s0');
  later(7);
  message();
  return connection;
}

function sayGoodbye(connection: Connection): void {
  connection.leave();
  later(8);
  receipt('u0');
  later(9);
  receipt('bye');
  later(10);
  closeFrame(1000);
  end();
}

describe('a connection that goes through the whole cycle', () => {
  it('records every phase once, from its start to its end, and is complete', () => {
    sayGoodbye(hold());
    const { samples, sumUs, counts, failures } = host.measured();
    const ms: Record<Phase, number> = {
      dns: 1,
      tcp: 2,
      tls: 3,
      upgrade: 4,
      connect: 5,
      subscribe: 6,
      message: 13, // from SUBSCRIBE
      unsubscribe: 8,
      disconnect: 9,
      close: 10,
    };
    for (const [phase, expected] of Object.entries(ms) as [Phase, number][]) {
      expect([phase, samples[phase], sumUs[phase]]).toEqual([phase, 1, expected * MS]);
    }
    expect(counts).toMatchObject({ complete: 1, failed: 0, settled: 1, opened: 1, droppedWhileHolding: 0 });
    expect(failures).toEqual([]);
  });

  it('records the first phase from its due moment too, and no other', () => {
    hold();
    const { samples, sumUs } = host.measured();
    expect(sumUs['due.dns']).toBe(1_000_000_000 + 1 * MS - DUE_US);
    expect(samples['due.tcp']).toBeUndefined();
  });

  it('begins with tcp where there is no name to resolve', () => {
    start({});
    transport.listener.onPhase('tcp', host.nowUs());
    later(2);
    transport.listener.onPhase('upgrade', host.nowUs());
    const { samples, sumUs } = host.measured();
    expect(samples).toEqual({ tcp: 1, 'due.tcp': 1 });
    expect(sumUs['due.tcp']).toBe(host.nowUs() - DUE_US);
  });

  it('says each thing to the server once, in order', () => {
    sayGoodbye(hold());
    expect(transport.types).toEqual(['open', 'subscribe', 'unsubscribe', 'disconnect', 'close', 'destroy']);
    expect(transport.last('subscribe')).toMatchObject({
      id: 'sub-0',
      destination: '/topic/a',
      receipt: 's0',
    });
    expect(transport.last('unsubscribe')).toMatchObject({ id: 'sub-0', receipt: 'u0' });
    expect(transport.last('disconnect')).toMatchObject({ receipt: 'bye' });
  });

  it('pairs its events: opened and closed, asked and gone, live and ended', () => {
    const connection = hold();
    const liveUs = 1_000_000_000 + (1 + 2 + 3 + 4 + 5 + 6) * MS;
    const leftUs = host.nowUs();
    sayGoodbye(connection);
    expect(host.measured().events).toEqual([
      { type: 'opened', destination: 0, atUs: 1_000_000_000 + 10 * MS },
      { type: 'asked', destination: 3, atUs: liveUs - 6 * MS },
      { type: 'live', destination: 3, atUs: liveUs },
      { type: 'ended', destination: 3, atUs: leftUs },
      { type: 'gone', destination: 3, atUs: leftUs + 8 * MS },
      { type: 'closed', destination: 0, atUs: host.nowUs() },
    ]);
  });

  it('tells its worker once that it is settled, and once that it is gone', () => {
    const connection = hold();
    expect(host.settledConnections).toEqual([connection]);
    expect(host.goneConnections).toEqual([]);
    sayGoodbye(connection);
    expect(host.settledConnections).toEqual([connection]);
    expect(host.goneConnections).toEqual([connection]);
  });

  it('holds for as long as it is let', () => {
    hold();
    host.pass(24 * 3600 * 1000);
    expect(host.measured().failures).toEqual([]);
  });

  it('leaves as soon as it may when it was told so before', () => {
    const connection = start({});
    connect();
    connection.leave();
    receipt('s0');
    expect(transport.count('unsubscribe')).toBe(0);
    message();
    expect(transport.count('unsubscribe')).toBe(1);
  });

  it('notes what the server is and agreed to', () => {
    hold();
    const { server } = host.recorder.take(host.nowUs(), GAUGES);
    expect(server).toEqual({
      versions: { '1.2': 1 },
      subprotocols: { 'v12.stomp': 1 },
      software: 'Broker/1',
      heartbeatMs: { send: 10_000, receive: 10_000 },
    });
  });
});

describe('a subscription', () => {
  it('auto: is confirmed by a RECEIPT', () => {
    start({});
    connect();
    receipt('s0');
    expect(host.measured()).toMatchObject({
      counts: {
        subscribeReceiptsAsked: 1,
        subscribeReceipts: 1,
        confirmedByReceipt: 1,
        confirmedByMessage: 0,
      },
      samples: { subscribe: 1 },
    });
  });

  it('auto: is confirmed by the first MESSAGE if that comes before; the RECEIPT is still counted', () => {
    const connection = start({});
    connect();
    later(4);
    message();
    later(4);
    receipt('s0');
    expect(host.settledConnections).toEqual([connection]);
    expect(host.measured()).toMatchObject({
      counts: { subscribeReceipts: 1, confirmedByReceipt: 0, confirmedByMessage: 1 },
      samples: { subscribe: 1, message: 1 },
      sumUs: { subscribe: 4 * MS, message: 4 * MS },
    });
  });

  it('auto: is not asked for a RECEIPT of UNSUBSCRIBE when the server gave none for SUBSCRIBE', () => {
    const connection = start({});
    connect();
    message();
    connection.leave();
    expect(transport.last('unsubscribe').receipt).toBeNull();
    expect(transport.types.at(-1)).toBe('disconnect');
    const { counts, samples } = host.measured();
    expect(counts).toMatchObject({ unsubscribeReceiptsAsked: 0, unsubscribeUnconfirmed: 1 });
    expect(samples.unsubscribe).toBeUndefined();
  });

  it.each<[string, () => void]>([
    ['a close', () => closeFrame(1000)],
    ['the end of TCP', () => transport.listener.onEnd(host.nowUs())],
    ['a reset', () => transport.listener.onFact(RESET, host.nowUs())],
    ['an ERROR', () => transport.listener.onFact({ type: 'error-frame', message: 'no' }, host.nowUs())],
  ])('by %s while holding tells how old the connection was and how long we had sent nothing', (_, ended) => {
    hold();
    host.pass(3000);
    transport.lastWriteUs = host.nowUs();
    host.pass(700);
    ended();
    const { sumUs } = host.measured();
    expect(sumUs['drop.idle']).toBe(700 * MS);
    // CONNECTED took 5 ms, the RECEIPT 6, the first MESSAGE 7.
    expect(sumUs['drop.age']).toBe((5 + 6 + 7 + 3000 + 700) * MS);
  });

  it.each<[string, () => void]>([
    ['heart-beats that stop', () => transport.listener.onFact({ type: 'silence', forMs: 5 }, host.nowUs())],
    [
      'a broken rule',
      () => transport.listener.onFact({ type: 'fault', code: 'x', message: '' }, host.nowUs()),
    ],
  ])('by %s while holding was ended by us, and tells of no age', (_, ended) => {
    hold();
    ended();
    const { samples, counts } = host.measured();
    expect(counts.droppedWhileHolding).toBe(1);
    expect(samples['drop.age']).toBeUndefined();
    expect(samples['drop.idle']).toBeUndefined();
  });

  it('before holding is no drop, and tells of no age', () => {
    start({});
    connect();
    closeFrame(1000);
    expect(host.measured().samples['drop.age']).toBeUndefined();
  });

  it('receipt: is not confirmed by a MESSAGE, whose latency is its own nevertheless', () => {
    start({ confirm: 'receipt' });
    connect();
    later(5);
    message();
    expect(host.settledConnections).toHaveLength(0);
    later(45);
    receipt('s0');
    expect(host.settledConnections).toHaveLength(1);
    expect(host.measured().sumUs).toMatchObject({ subscribe: 50 * MS, message: 5 * MS });
  });

  it('message: asks for no RECEIPT, and none that comes counts', () => {
    start({ confirm: 'message' });
    connect();
    expect(transport.last('subscribe').receipt).toBeNull();
    receipt('s0');
    message();
    expect(host.measured()).toMatchObject({
      counts: { subscribeReceiptsAsked: 0, subscribeReceipts: 0, confirmedByMessage: 1 },
      samples: { subscribe: 1, message: 1 },
    });
  });

  it('none: waits for nothing, so that nothing is timed', () => {
    start({ confirm: 'none', awaitMessage: false });
    connect();
    const { samples, counts } = host.measured();
    expect(counts).toMatchObject({ confirmedByNothing: 1, subscribeUnconfirmed: 1, settled: 1 });
    expect(samples.subscribe).toBeUndefined();
    expect(samples.message).toBeUndefined();
  });

  it('none: still waits for its first MESSAGE where the scenario has that', () => {
    start({ confirm: 'none' });
    connect();
    expect(host.settledConnections).toHaveLength(0);
    later(3);
    message();
    expect(host.measured()).toMatchObject({ samples: { message: 1 }, sumUs: { message: 3 * MS } });
  });

  it('that awaits no message is held from its RECEIPT on, without a message phase', () => {
    start({ awaitMessage: false });
    connect();
    receipt('s0');
    message();
    expect(host.settledConnections).toHaveLength(1);
    expect(host.measured().samples.message).toBeUndefined();
  });

  it('is live from its first sign, and only once', () => {
    const connection = start({});
    connect();
    later(1);
    const liveUs = host.nowUs();
    message();
    later(1);
    receipt('s0');
    connection.leave();
    const subscriptionEvents = host
      .measured()
      .events.filter(({ type }) => type === 'live' || type === 'ended');
    expect(subscriptionEvents.map(({ type, atUs }) => [type, atUs])).toEqual([
      ['live', liveUs],
      ['ended', host.nowUs()],
    ]);
  });

  it.each(['s', 's1', 's0x0', 's00', 's0 ', 'S0', 'u0', '0', '', 'constructor', 'sNaN', 's-0', 's0.0'])(
    'is not confirmed by the receipt-id %j',
    (id) => {
      start({ confirm: 'receipt', awaitMessage: false });
      connect();
      receipt(id);
      expect(host.settledConnections).toHaveLength(0);
      expect(host.measured().counts.subscribeReceipts).toBe(0);
    },
  );

  it('counts one RECEIPT, however many come', () => {
    start({});
    connect();
    for (let i = 0; i < 3; i++) receipt('s0');
    expect(host.measured().counts).toMatchObject({ subscribeReceipts: 1, confirmedByReceipt: 1 });
  });
});

describe('the end of a subscription', () => {
  it('is confirmed by the RECEIPT of UNSUBSCRIBE also where its first MESSAGE comes only then', () => {
    const connection = start({ awaitMessage: false });
    connect();
    receipt('s0');
    connection.leave();
    message();
    receipt('u0');
    receipt('bye');
    closeFrame(1000);
    end();
    const { counts, failures } = host.measured();
    expect(failures).toEqual([]);
    expect(counts).toMatchObject({ complete: 1, confirmedByReceipt: 1, confirmedByMessage: 0 });
  });
});

describe('several subscriptions', () => {
  it('are confirmed when all are, and have their messages when all have', () => {
    start({}, { destination: '/topic/b', confirm: 'receipt' }, { confirm: 'none', awaitMessage: false });
    connect();
    expect(transport.count('subscribe')).toBe(3);
    later(1);
    receipt('s0');
    later(1);
    message({ sub: 'sub-1' });
    expect(host.measured().samples.subscribe).toBeUndefined();
    later(1);
    receipt('s1');
    expect(host.measured()).toMatchObject({ samples: { subscribe: 1 }, sumUs: { subscribe: 3 * MS } });
    later(1);
    message({ sub: 'sub-0' });
    expect(host.measured()).toMatchObject({ samples: { message: 1 }, sumUs: { message: 4 * MS } });
    expect(host.settledConnections).toHaveLength(1);
  });

  it('are unsubscribed when all RECEIPTs that were asked for have come', () => {
    const connection = start({}, {});
    connect();
    receipt('s1');
    message({ sub: 'sub-0' });
    message({ sub: 'sub-1' });
    connection.leave();
    expect(transport.asked.filter(({ type }) => type === 'unsubscribe')).toEqual([
      { type: 'unsubscribe', id: 'sub-0', receipt: null },
      { type: 'unsubscribe', id: 'sub-1', receipt: 'u1' },
    ]);
    receipt('u0');
    expect(transport.count('disconnect')).toBe(0);
    receipt('u1');
    expect(transport.count('disconnect')).toBe(1);
    expect(host.measured().counts).toMatchObject({ unsubscribeReceiptsAsked: 1, unsubscribeReceipts: 1 });
  });

  it('end with their connection, severed where they were live', () => {
    start({ destinationNumber: 1 }, { destinationNumber: 2 });
    connect();
    receipt('s1');
    end();
    expect(host.measured().events.map(({ type, destination }) => `${type} ${destination}`)).toEqual([
      'opened 0',
      'asked 1',
      'asked 2',
      'live 2',
      'closed 0',
      'gone 1',
      'severed 2',
      'gone 2',
    ]);
  });
});

describe('no subscription at all', () => {
  it('is a cycle without subscribe, message and unsubscribe', () => {
    const connection = start();
    connect();
    expect(host.settledConnections).toHaveLength(1);
    connection.leave();
    receipt('bye');
    end();
    const { samples, counts } = host.measured();
    expect(Object.keys(samples)).toEqual(
      expect.arrayContaining(['dns', 'tcp', 'tls', 'upgrade', 'connect', 'disconnect', 'close']),
    );
    expect(samples).not.toHaveProperty('subscribe');
    expect(samples).not.toHaveProperty('message');
    expect(samples).not.toHaveProperty('unsubscribe');
    expect(counts.complete).toBe(1);
  });
});

describe('DISCONNECT', () => {
  function disconnecting(): void {
    const connection = start();
    connect();
    connection.leave();
  }

  it('is good with its RECEIPT; then we close', () => {
    disconnecting();
    later(3);
    receipt('bye');
    expect(transport.types.at(-1)).toBe('close');
    expect(host.measured()).toMatchObject({
      counts: { disconnectReceiptsAsked: 1, disconnectReceipts: 1, disconnectClosedInstead: 0 },
      sumUs: { disconnect: 3 * MS },
    });
  });

  it('is good with a close 1000 instead, which the transport has answered', () => {
    disconnecting();
    later(3);
    closeFrame(1000);
    later(1);
    end();
    expect(transport.count('close')).toBe(0);
    expect(host.measured()).toMatchObject({
      counts: { disconnectReceipts: 0, disconnectClosedInstead: 1, complete: 1 },
      sumUs: { disconnect: 3 * MS, close: 1 * MS },
    });
  });

  it.each([1001, 1002, 1005, 1011])('is not good with a close %i', (code) => {
    disconnecting();
    closeFrame(code);
    const { failures, samples, counts } = host.measured();
    expect(failures).toMatchObject([{ phase: 'disconnect', kind: 'closed', code }]);
    expect(samples.disconnect).toBeUndefined();
    expect(counts).toMatchObject({ complete: 0, failed: 1 });
  });

  it('is not good with the end of TCP alone', () => {
    disconnecting();
    end();
    expect(host.measured().failures).toMatchObject([{ phase: 'disconnect', kind: 'closed', code: 1006 }]);
  });

  it('is not confirmed by another receipt', () => {
    disconnecting();
    receipt('s0');
    receipt('');
    expect(host.measured().samples.disconnect).toBeUndefined();
  });
});

describe('the close', () => {
  const reset = { type: 'system', code: 'ECONNRESET', message: 'read ECONNRESET' } as const;

  function closing(): void {
    const connection = start();
    connect();
    connection.leave();
    receipt('bye');
  }

  it('does not care about the code of the Close frame that answers', () => {
    closing();
    closeFrame(1002);
    end();
    expect(host.measured().counts).toMatchObject({ complete: 1, failed: 0 });
  });

  it('ends with TCP, by whatever means once both Close frames are exchanged', () => {
    closing();
    closeFrame(1000);
    later(2);
    transport.listener.onFact(reset, host.nowUs());
    expect(host.measured()).toMatchObject({ counts: { complete: 1, failed: 0 }, sumUs: { close: 2 * MS } });
  });

  it('does not end well with a reset before the Close frame of the server', () => {
    closing();
    transport.listener.onFact(reset, host.nowUs());
    expect(host.measured().failures).toMatchObject([{ phase: 'close', kind: 'tcp-reset' }]);
  });
});

describe('a time-out', () => {
  const before: Record<Phase, () => void> = {
    dns: () => {
      start({});
      transport.listener.onPhase('dns', host.nowUs());
    },
    tcp: () => {
      start({});
      transport.listener.onPhase('tcp', host.nowUs());
    },
    tls: () => {
      before.tcp();
      transport.listener.onPhase('tls', host.nowUs());
    },
    upgrade: () => {
      before.tls();
      transport.listener.onPhase('upgrade', host.nowUs());
    },
    connect: () => {
      start({ confirm: 'receipt' });
      open();
    },
    subscribe: () => {
      before.connect();
      transport.listener.onConnected(INFO, host.nowUs());
    },
    message: () => {
      before.subscribe();
      receipt('s0');
    },
    unsubscribe: () => hold().leave(),
    disconnect: () => {
      before.unsubscribe();
      receipt('u0');
    },
    close: () => {
      before.disconnect();
      receipt('bye');
    },
  };

  it.each(Object.keys(before) as Phase[])(
    'ends the phase %s after its own time, and never before',
    (phase) => {
      before[phase]();
      const ownSamples = host.measured().samples[phase];
      host.pass(TIMEOUTS[phase] - 1);
      expect(host.measured().failures).toEqual([]);
      host.pass(41);
      const { failures, samples, counts } = host.measured();
      const kind = phase === 'dns' ? 'dns' : `${phase}-timeout`;
      expect(failures).toMatchObject([{ phase, kind, count: 1, role: 'connection' }]);
      expect(ownSamples ?? samples[phase]).toBeUndefined();
      expect(counts.failed).toBe(1);
      expect(transport.destroyed).toBe(1);
      expect(host.goneConnections).toHaveLength(1);
      expect(host.settledConnections).toHaveLength(1);
    },
  );

  it('of a subscription that only a MESSAGE can prove is that of the first message', () => {
    start({});
    connect();
    host.pass(TIMEOUTS.message - 1);
    expect(host.measured().failures).toEqual([]);
    host.pass(41);
    expect(host.measured().failures).toMatchObject([{ phase: 'subscribe', kind: 'subscribe-timeout' }]);
  });
});

describe('a failure', () => {
  it('while holding is a drop, with the close code', () => {
    hold();
    closeFrame(1001);
    const { counts, failures, samples } = host.measured();
    expect(failures).toMatchObject([{ phase: 'hold', kind: 'closed-while-holding', code: 1001 }]);
    expect(counts).toMatchObject({ failed: 1, droppedWhileHolding: 1, complete: 0 });
    expect(samples.unsubscribe).toBeUndefined();
  });

  it('by a reset that Node tells instead of the TCP connection is one of the upgrade: the handshake was over', () => {
    start({});
    transport.listener.onPhase('tcp', host.nowUs());
    transport.listener.onFact(RESET, host.nowUs());
    const { failures, samples } = host.measured();
    expect(failures).toMatchObject([{ phase: 'upgrade', kind: 'tcp-reset' }]);
    expect(samples.tcp).toBe(1);
    expect(samples.upgrade).toBeUndefined();
  });

  it('settles the arrival, and nothing is counted after it', () => {
    start({});
    connect();
    transport.listener.onFact({ type: 'error-frame', message: 'no' }, host.nowUs());
    end();
    closeFrame(1000);
    receipt('s0');
    message();
    host.pass(60_000);
    const { counts, failures } = host.measured();
    expect(failures).toMatchObject([{ phase: 'subscribe', kind: 'stomp-error', count: 1 }]);
    expect(counts).toMatchObject({ failed: 1, settled: 1, complete: 0 });
  });

  it.each<[string, () => void]>([
    ['MESSAGE before CONNECTED', () => message()],
    ['RECEIPT before CONNECTED', () => receipt('s0')],
  ])('is a %s', (sample, tell) => {
    start({});
    open();
    tell();
    expect(host.measured()).toMatchObject({
      failures: [{ phase: 'connect', kind: 'protocol-error', sample: expect.stringContaining(sample) }],
      counts: { confirmedByMessage: 0, confirmedByReceipt: 0, received: 0 },
    });
  });

  it('is a second CONNECTED, which does not begin the cycle again', () => {
    hold();
    transport.listener.onConnected(INFO, host.nowUs());
    expect(transport.count('subscribe')).toBe(1);
    expect(host.measured().failures).toMatchObject([{ phase: 'hold', kind: 'protocol-error' }]);
  });

  it('never comes of abandon(): that is silent, and leaves nothing behind', () => {
    const connection = start({});
    connect();
    connection.abandon();
    connection.abandon();
    expect(host.measured()).toMatchObject({ counts: { failed: 0, complete: 0, settled: 1 }, failures: [] });
    expect(transport.destroyed).toBe(1);
    expect(host.goneConnections).toEqual([connection]);
  });
});

describe('a MESSAGE', () => {
  it('counts as received when its subscription was live, by proof, when it was sent', () => {
    hold();
    host.measured();
    message();
    expect(host.measured().counts).toMatchObject({ received: 1, foreign: 0 });
  });

  it('is an edge, and not received, when it was sent before that proof', () => {
    start({});
    connect();
    const beforeUs = host.nowUs();
    later(10);
    receipt('s0');
    message({ sentUs: beforeUs });
    expect(host.measured().counts).toMatchObject({ received: 0, early: 0 });
  });

  it('is an edge, and not received, when it proves the subscription itself', () => {
    start({});
    connect();
    message();
    expect(host.measured().counts).toMatchObject({ received: 0, early: 0 });
  });

  it.each([
    [-1, { received: 1 }],
    [0, { received: 0 }],
  ])('sent %i µs from UNSUBSCRIBE is %j', (us, expected) => {
    const connection = hold();
    host.measured();
    later(1);
    connection.leave();
    const sentUs = host.nowUs() + us;
    later(1);
    message({ sentUs });
    expect(host.measured().counts).toMatchObject(expected);
  });

  it('has two latencies: from its SEND and from when that was due', () => {
    hold();
    host.measured();
    const sentUs = host.nowUs();
    later(7);
    message({ sentUs, lagUs: 3 * MS });
    expect(host.measured()).toMatchObject({
      samples: { delivery: 1, 'due.delivery': 1 },
      sumUs: { delivery: 7 * MS, 'due.delivery': 10 * MS },
    });
  });

  it('that comes once more is duplicated, and makes up for none that is missing', () => {
    hold();
    host.measured();
    message({ seq: 5000 });
    message({ seq: 5000 });
    const { counts, samples } = host.measured();
    expect(counts).toMatchObject({ received: 1, duplicated: 1 });
    expect(samples.delivery).toBe(1);
  });

  it('of a queue is received whenever it was sent: the queue has kept it', () => {
    start({ distribution: 'queue' });
    const sentUs = host.nowUs();
    later(5);
    connect();
    message({ sentUs });
    expect(host.measured().counts).toMatchObject({ received: 1 });
  });

  it('on a wildcard is timed, and in no count of deliveries that were expected', () => {
    start({ distribution: 'pattern' });
    connect();
    message();
    const { counts, samples } = host.measured();
    expect(counts).toMatchObject({ unaccounted: 1, received: 0 });
    expect(samples.delivery).toBe(1);
  });

  it('of another run is foreign, and has no latency; it proves the subscription all the same', () => {
    start({});
    connect();
    message({ run: RUN + 1 });
    const { counts, samples } = host.measured();
    expect(counts).toMatchObject({ foreign: 1, received: 0, confirmedByMessage: 1 });
    expect(samples.delivery).toBeUndefined();
    expect(samples.message).toBe(1);
  });

  it('is work, whatever becomes of it', () => {
    const connection = hold();
    const before = host.recorder.messages;
    connection.leave();
    message();
    message({ run: RUN + 1 });
    message({ sub: 'sub-7' });
    expect(host.recorder.messages - before).toBe(3);
  });

  it('without a stamp is foreign', () => {
    hold();
    host.measured();
    transport.listener.onMessage({ subscription: 'sub-0', stamp: null, ackId: null }, host.nowUs());
    expect(host.measured().counts).toMatchObject({ foreign: 1, received: 0 });
  });

  it.each(['sub-1', 'sub-00', 'sub-', '', '0', 'constructor', 'SUB-0', '__proto__'])(
    'of the subscription %j, that we have not, is misrouted and proves nothing',
    (sub) => {
      start({});
      connect();
      message({ sub });
      expect(host.measured().counts).toMatchObject({
        misrouted: 1,
        foreign: 0,
        received: 0,
        confirmedByMessage: 0,
      });
      expect(host.settledConnections).toHaveLength(0);
    },
  );
});

describe('an acknowledgement', () => {
  it('is sent for each MESSAGE in the modes client and client-individual', () => {
    start({ ack: 'client' }, { ack: 'client-individual' });
    connect();
    message({ sub: 'sub-0', ackId: 'a' });
    message({ sub: 'sub-1', ackId: 'b' });
    message({ sub: 'sub-1', ackId: 'c' });
    expect(transport.asked.filter(({ type }) => type === 'ack')).toEqual([
      { type: 'ack', subscription: 'sub-0', ackId: 'a' },
      { type: 'ack', subscription: 'sub-1', ackId: 'b' },
      { type: 'ack', subscription: 'sub-1', ackId: 'c' },
    ]);
  });

  it('is not sent in mode auto, nor for a message without an id', () => {
    start({ ack: 'auto' }, { ack: 'client' });
    connect();
    message({ sub: 'sub-0', ackId: 'a' });
    message({ sub: 'sub-1', ackId: null });
    expect(transport.count('ack')).toBe(0);
  });

  it('is not sent after UNSUBSCRIBE or DISCONNECT', () => {
    const connection = start({ ack: 'client' });
    connect();
    receipt('s0');
    message({ ackId: 'a' });
    connection.leave();
    message({ ackId: 'b' });
    receipt('u0');
    message({ ackId: 'c' });
    expect(transport.count('ack')).toBe(1);
  });
});
