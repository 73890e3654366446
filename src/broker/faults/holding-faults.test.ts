import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { FaultyBroker, type RawClient, type TestedFault } from '../testing/faulty-broker.js';

const SUBSCRIBE = 'SUBSCRIBE\nid:s\ndestination:/topic/a\nreceipt:1\n\n\0';
const SEND = 'SEND\ndestination:/topic/a\n\nhello\0';
const OPEN = 1;

let broker: FaultyBroker;

afterEach(() => broker.stop());

async function start(...faults: TestedFault[]): Promise<void> {
  broker = await FaultyBroker.start(faults);
}

async function subscriber(headers = ''): Promise<RawClient> {
  const client = await broker.connect(headers);
  await client.say(SUBSCRIBE);
  await client.receive('RECEIPT');
  return client;
}

describe('close', () => {
  it('closes with that code and reason', async () => {
    await start({ fault: 'close', afterMs: 100, code: 1011, reason: 'tired' });
    const client = await broker.connect();
    expect(await client.closed).toEqual({ code: 1011, reason: 'tired' });
    expect(broker.struck()).toEqual({ connections: 1, times: 1 });
    expect(broker.ledger.connections.end).toEqual({ 'broker close 1011': 1 });
  });

  it('does not strike who has left before', async () => {
    await start({ fault: 'close', afterMs: 100, code: 1011, reason: '' });
    (await broker.connect()).terminate();
    await broker.settles(({ connections }) => expect(connections.end).toEqual({ 'client gone': 1 }));
    await sleep(200);
    expect(broker.struck()).toEqual({ connections: 0, times: 0 });
  });

  it('does not strike outside of its window', async () => {
    await start({ fault: 'close', afterMs: 100, code: 1011, reason: '', untilMs: 50 });
    const client = await broker.connect();
    await sleep(250);
    expect(client.webSocket.readyState).toBe(OPEN);
    expect(broker.struck().times).toBe(0);
  });
});

describe('reset', () => {
  it('ends the connection with an RST', async () => {
    await start({ fault: 'reset', afterMs: 100 });
    const client = await broker.connect();
    let error = '';
    client.socket.on('error', (caught: Error & { code?: string }) => (error = caught.code ?? ''));
    expect((await client.closed).code).toBe(1006);
    expect(error).toBe('ECONNRESET');
    expect(broker.struck()).toEqual({ connections: 1, times: 1 });
    expect(broker.ledger.connections.end).toEqual({ 'broker reset': 1 });
    await broker.settles(({ connections }) => expect(connections.open).toBe(0));
    expect(broker.server.stats()).toMatchObject({ open: 0, sessions: 0 });
  });
});

describe('silence', () => {
  it('neither sends nor reads any more, and keeps the connection', async () => {
    await start({ fault: 'silence', afterMs: 1500, skip: 1 });
    const publisher = await broker.connect();
    const client = await subscriber();
    await publisher.say(SEND);
    await client.receive('MESSAGE');
    await broker.settles(({ connections }) => expect(connections.silenced).toBe(1));
    await publisher.say(SEND);
    await client.say('SEND\ndestination:/topic/a\nreceipt:2\n\nhello\0');
    await broker.settles(({ messages }) => expect(messages.deliveries.total.withheld).toBe(1));
    await sleep(50);
    expect(client.frames.filter(({ command }) => command === 'MESSAGE')).toHaveLength(1);
    expect(client.webSocket.readyState).toBe(OPEN);
    expect(broker.ledger.messages).toMatchObject({
      in: 2,
      deliveries: { total: { owed: 2, sent: 1, withheld: 1, waiting: 0 } },
    });
    expect(broker.ledger.connections).toMatchObject({ open: 2, end: {} });
    expect(broker.struck()).toEqual({ connections: 1, times: 1 });
  });

  it('does not answer that its client ends TCP: it is half open', async () => {
    await start({ fault: 'silence', afterMs: 50 });
    const client = await broker.connect();
    await broker.settles(({ connections }) => expect(connections.silenced).toBe(1));
    client.socket.end();
    await sleep(150);
    expect(client.socket.readableEnded).toBe(false);
    expect(broker.ledger.connections).toMatchObject({ open: 1, end: {} });
  });
});

describe('heartbeats-stop', () => {
  it('sends no more heart-beats, and everything else', async () => {
    const heartbeat = { sendMs: 100, receiveMs: 0 };
    broker = await FaultyBroker.start([{ fault: 'heartbeats-stop', afterMs: 1500, skip: 1 }], { heartbeat });
    const publisher = await broker.connect();
    const client = await subscriber('heart-beat:0,100\n');
    await expect.poll(() => client.heartbeats).toBeGreaterThan(0);
    await broker.settles(() => expect(broker.struck()).toEqual({ connections: 1, times: 1 }));
    await sleep(50);
    const before = client.heartbeats;
    await sleep(400);
    expect(client.heartbeats).toBe(before);
    await publisher.say(SEND);
    await client.receive('MESSAGE');
  });
});

describe('idle-timeout', () => {
  it('closes with 1000 who has sent nothing for that long, although it receives', async () => {
    await start({ fault: 'idle-timeout', afterMs: 300, skip: 1 });
    const publisher = await broker.connect();
    const client = await subscriber();
    const publishing = setInterval(() => void publisher.say(SEND), 20);
    expect(await client.closed).toEqual({ code: 1000, reason: '' });
    clearInterval(publishing);
    expect(broker.ledger.connections.end).toEqual({ 'broker close 1000': 1 });
    expect(broker.struck()).toEqual({ connections: 1, times: 1 });
  });

  it('leaves who sends something in time, if only heart-beats', async () => {
    await start({ fault: 'idle-timeout', afterMs: 1500 });
    const client = await broker.connect();
    for (let i = 0; i < 10; i++) {
      await client.say('\n');
      await sleep(200);
    }
    expect(client.webSocket.readyState).toBe(OPEN);
    expect(broker.struck().times).toBe(0);
  });
});
