import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { FaultyBroker, type RawClient, type TestedFault } from '../testing/faulty-broker.js';

const CONNECT = 'CONNECT\naccept-version:1.2\nhost:/\nheart-beat:10000,10000\n\n\0';
const SUBSCRIBE = 'SUBSCRIBE\nid:s\ndestination:/topic/a\nreceipt:subscribed\n\n\0';
const SEND = 'SEND\ndestination:/topic/a\nreceipt:sent\n\nhello\0';
const UNSUBSCRIBE = 'UNSUBSCRIBE\nid:s\nreceipt:unsubscribed\n\n\0';
const DISCONNECT = 'DISCONNECT\nreceipt:bye\n\n\0';
const OPEN = 1;

let broker: FaultyBroker;

afterEach(() => broker.stop());

async function start(...faults: TestedFault[]): Promise<void> {
  broker = await FaultyBroker.start(faults);
}

/** Everything that can have a receipt but DISCONNECT. */
async function cycle(client: RawClient): Promise<void> {
  await client.say(SUBSCRIBE, SEND, UNSUBSCRIBE);
}

function receipts(client: RawClient): string[] {
  return client.frames
    .filter(({ command }) => command === 'RECEIPT')
    .map(({ headers }) => headers['receipt-id'] ?? '');
}

describe('connected-delay', () => {
  it('answers CONNECT late, and says how late it was', async () => {
    await start({ fault: 'connected-delay', delay: { distribution: 'constant', ms: 50 } });
    await broker.connect();
    expect(broker.ledger.delaysUs['connected']).toMatchObject({ count: 1 });
    expect(broker.ledger.delaysUs['connected']?.minUs).toBeGreaterThanOrEqual(50_000);
    expect(broker.ledger.connections.connect).toEqual({ connected: 1 });
    expect(broker.struck()).toEqual({ connections: 1, times: 1 });
  });

  it('carries out afterwards what came meanwhile, in its order', async () => {
    await start({ fault: 'connected-delay', delay: { distribution: 'constant', ms: 50 } });
    const client = broker.dial();
    await client.say(`${CONNECT}${SUBSCRIBE}`, SEND, `${UNSUBSCRIBE}${DISCONNECT}`);
    await client.closed;
    expect(client.frames.map(({ command }) => command)).toEqual([
      'CONNECTED',
      'RECEIPT',
      'MESSAGE',
      'RECEIPT',
      'RECEIPT',
      'RECEIPT',
    ]);
    expect(receipts(client)).toEqual(['subscribed', 'sent', 'unsubscribed', 'bye']);
  });

  it('counts who leaves meanwhile as never answered', async () => {
    await start({ fault: 'connected-delay', delay: { distribution: 'constant', ms: 100 } });
    const client = broker.dial();
    await client.say(CONNECT);
    await broker.settles(() => expect(broker.struck().times).toBe(1));
    client.terminate();
    await broker.settles(({ connections, delaysUs }) => {
      expect(connections.connect).toEqual({ unanswered: 1 });
      expect(delaysUs).toEqual({});
    });
  });
});

describe('connected-never', () => {
  it('never answers CONNECT, nor anything after it, and keeps the connection', async () => {
    await start({ fault: 'connected-never' });
    const client = broker.dial();
    await client.say(CONNECT, SUBSCRIBE);
    await broker.settles(({ connections }) => expect(connections.connect).toEqual({ never: 1 }));
    await sleep(100);
    expect(client.frames).toEqual([]);
    expect(client.webSocket.readyState).toBe(OPEN);
    expect(broker.ledger.connections).toMatchObject({ connect: { never: 1 }, subscriptions: 0, end: {} });
    expect(broker.struck()).toEqual({ connections: 1, times: 1 });
  });
});

describe('connect-error', () => {
  it('answers CONNECT with ERROR, and closes', async () => {
    await start({ fault: 'connect-error', message: 'no room', close: true });
    const client = broker.dial();
    await client.say(CONNECT);
    expect(await client.closed).toEqual({ code: 1008, reason: 'no room' });
    expect(client.frames).toMatchObject([{ command: 'ERROR', headers: { message: 'no room' } }]);
    expect(broker.ledger.connections).toMatchObject({
      connect: { error: 1 },
      end: { 'broker close 1008': 1 },
    });
    expect(broker.struck()).toEqual({ connections: 1, times: 1 });
  });

  it('or leaves the connection as it is', async () => {
    await start({ fault: 'connect-error', message: 'no room', close: false });
    const client = broker.dial();
    await client.say(CONNECT);
    await client.receive('ERROR');
    await client.say(CONNECT);
    await sleep(50);
    expect(client.frames).toHaveLength(1);
    expect(client.webSocket.readyState).toBe(OPEN);
    expect(broker.ledger.connections).toMatchObject({ connect: { error: 1 }, end: {} });
  });
});

describe('a wrong passcode', () => {
  it('is no fault: CONNECT was refused on its own merits', async () => {
    broker = await FaultyBroker.start([], { users: { guest: 'right' } });
    const client = broker.dial();
    await client.say('CONNECT\naccept-version:1.2\nhost:/\nlogin:guest\npasscode:wrong\n\n\0');
    await client.closed;
    expect(broker.ledger.connections).toMatchObject({
      connect: { refused: 1 },
      end: { 'broker close 1008': 1 },
    });
  });
});

describe('receipt-delay', () => {
  it('sends the receipts of these frames late, and says how late each was', async () => {
    await start({
      fault: 'receipt-delay',
      frames: ['SUBSCRIBE', 'SEND'],
      delay: { distribution: 'constant', ms: 50 },
    });
    const client = await broker.connect();
    await cycle(client);
    await client.receive('RECEIPT', 3);
    expect(receipts(client)).toEqual(['unsubscribed', 'subscribed', 'sent']);
    const { delaysUs, receipts: counts } = broker.ledger;
    expect(delaysUs).toMatchObject({ 'receipt-SUBSCRIBE': { count: 1 }, 'receipt-SEND': { count: 1 } });
    expect(delaysUs['receipt-SEND']?.minUs).toBeGreaterThanOrEqual(50_000);
    expect(counts).toMatchObject({ SUBSCRIBE: { sent: 1 }, SEND: { sent: 1 }, UNSUBSCRIBE: { sent: 1 } });
    expect(broker.struck()).toEqual({ connections: 1, times: 2 });
  });

  it('of DISCONNECT puts off the end with it', async () => {
    await start({
      fault: 'receipt-delay',
      frames: ['DISCONNECT'],
      delay: { distribution: 'constant', ms: 50 },
    });
    const client = await broker.connect();
    await client.say(DISCONNECT);
    expect(await client.closed).toEqual({ code: 1000, reason: '' });
    expect(receipts(client)).toEqual(['bye']);
    expect(broker.ledger.delaysUs['receipt-DISCONNECT']).toMatchObject({ count: 1 });
  });

  it('counts one that came too late for its connection', async () => {
    await start({ fault: 'receipt-delay', frames: ['SEND'], delay: { distribution: 'constant', ms: 100 } });
    const client = await broker.connect();
    await client.say(SEND);
    await broker.settles(() => expect(broker.struck().times).toBe(1));
    client.terminate();
    await broker.settles((ledger) => {
      expect(ledger.receipts['SEND']).toEqual({ sent: 0, withheld: 0, undelivered: 1 });
      expect(ledger.delaysUs['receipt-SEND']).toBeUndefined();
    });
  });
});

describe('receipt-never', () => {
  it('withholds the receipts of these frames only', async () => {
    await start({ fault: 'receipt-never', frames: ['SUBSCRIBE', 'SEND', 'UNSUBSCRIBE'] });
    const client = await broker.connect();
    await cycle(client);
    await client.say(DISCONNECT);
    await client.closed;
    expect(receipts(client)).toEqual(['bye']);
    expect(client.frames.filter(({ command }) => command === 'MESSAGE')).toHaveLength(1);
    expect(broker.ledger.receipts).toMatchObject({
      SUBSCRIBE: { sent: 0, withheld: 1 },
      SEND: { sent: 0, withheld: 1 },
      UNSUBSCRIBE: { sent: 0, withheld: 1 },
      DISCONNECT: { sent: 1, withheld: 0 },
    });
    expect(broker.struck()).toEqual({ connections: 1, times: 3 });
  });

  it('of DISCONNECT leaves the end to the client', async () => {
    await start({ fault: 'receipt-never', frames: ['DISCONNECT'] });
    const client = await broker.connect();
    await client.say(DISCONNECT);
    await sleep(100);
    expect(client.webSocket.readyState).toBe(OPEN);
    client.webSocket.close(1000);
    expect(await client.closed).toMatchObject({ code: 1000 });
    await broker.settles(({ connections, receipts: counts }) => {
      expect(connections).toMatchObject({ disconnects: 1, end: { 'client close 1000': 1 } });
      expect(counts['DISCONNECT']).toMatchObject({ sent: 0, withheld: 1 });
    });
  });
});

describe('disconnect-closes', () => {
  it('closes instead of the receipt', async () => {
    await start({ fault: 'disconnect-closes', code: 1000, reason: 'STOMP died' });
    const client = await broker.connect();
    await client.say(DISCONNECT);
    expect(await client.closed).toEqual({ code: 1000, reason: 'STOMP died' });
    expect(receipts(client)).toEqual([]);
    expect(broker.ledger.receipts['DISCONNECT']).toMatchObject({ sent: 0, withheld: 1 });
    expect(broker.ledger.connections.end).toEqual({ 'client disconnect 1000': 1 });
    expect(broker.struck()).toEqual({ connections: 1, times: 1 });
  });
});

describe('disconnect-errors', () => {
  it('answers a DISCONNECT without a receipt with ERROR and a close', async () => {
    await start({ fault: 'disconnect-errors', message: 'Session closed.', code: 1002 });
    const client = await broker.connect();
    await client.say('DISCONNECT\n\n\0');
    expect((await client.closed).code).toBe(1002);
    expect((await client.receive('ERROR')).headers['message']).toBe('Session closed.');
    expect(broker.ledger.connections.end).toEqual({ 'broker close 1002': 1 });
  });

  it('leaves one with a receipt alone', async () => {
    await start({ fault: 'disconnect-errors', message: 'Session closed.', code: 1002 });
    const client = await broker.connect();
    await client.say(DISCONNECT);
    expect((await client.closed).code).toBe(1000);
    expect(broker.struck()).toEqual({ connections: 0, times: 0 });
  });
});

describe('disconnect-stays', () => {
  it('sends the receipt, and leaves the end to the client', async () => {
    await start({ fault: 'disconnect-stays' });
    const client = await broker.connect();
    await client.say(DISCONNECT);
    await client.receive('RECEIPT');
    await sleep(100);
    expect(client.webSocket.readyState).toBe(OPEN);
    expect(broker.struck()).toEqual({ connections: 1, times: 1 });
    expect(broker.server.stats().sessions).toBe(0);
  });
});

describe('error-stays', () => {
  it('ends the session with ERROR, and not the connection', async () => {
    await start({ fault: 'error-stays' });
    const client = await broker.connect();
    await client.say('SEND\ndestination:/nowhere\n\n\0', SUBSCRIBE);
    await client.receive('ERROR');
    await sleep(50);
    expect(receipts(client)).toEqual([]);
    expect(client.webSocket.readyState).toBe(OPEN);
    expect(broker.struck()).toEqual({ connections: 1, times: 1 });
    expect(broker.server.stats()).toMatchObject({ sessions: 0, open: 1 });
  });
});

describe('heartbeat', () => {
  it('offers these intervals', async () => {
    await start({ fault: 'heartbeat', sendMs: 0, receiveMs: 0 });
    const client = await broker.connect('heart-beat:100,100\n');
    expect((await client.receive('CONNECTED')).headers['heart-beat']).toBe('0,0');
    await sleep(300);
    expect(client.heartbeats).toBe(0);
  });
});

it('the window of a fault is looked at when it would strike', async () => {
  await start({ fault: 'receipt-never', frames: ['SEND'], fromMs: 0, untilMs: 2000 });
  const client = await broker.connect();
  await client.say(SEND);
  await broker.settles(({ receipts: counts }) => expect(counts['SEND']).toMatchObject({ withheld: 1 }));
  await sleep(2050);
  await client.say(SEND);
  await client.receive('RECEIPT');
  expect(broker.struck()).toEqual({ connections: 1, times: 1 });
});
