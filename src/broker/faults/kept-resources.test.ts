import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { inTime } from '../../shared/testing/in-time.js';
import { FaultyBroker } from '../testing/faulty-broker.js';
import { TEST_TLS } from '../testing/test-tls.js';

let broker: FaultyBroker;

afterEach(() => broker.stop());

/** RFC 6455 §5.5.1: a close frame with 1000, masked with zeros. */
const CLOSE_FRAME = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]);

const keepSockets = { fault: 'keep', what: 'sockets', bytes: 0 } as const;

describe('a broker that keeps sockets', () => {
  it('goes through the closing of the WebSocket, and never ends TCP', async () => {
    broker = await FaultyBroker.start([keepSockets]);
    const raw = await broker.tcp();
    await inTime(() => expect(raw.text).toContain('101'));
    raw.text = '';
    raw.socket.write(CLOSE_FRAME);
    await inTime(() => expect(Buffer.from(raw.text, 'latin1')).toEqual(Buffer.from([0x88, 2, 0x03, 0xe8])));
    await broker.settles(({ kept }) => expect(kept.sockets).toBe(1));
    expect(await Promise.race([raw.ended, sleep(100, 'still open')])).toBe('still open');
    expect(broker.ledger.connections.open).toBe(1);
    expect(broker.server.stats()).toMatchObject({ open: 0, sessions: 0 });
    expect(broker.struck()).toEqual({ connections: 1, times: 1 });
  });

  it('keeps them after a client that is gone, and after its own close', async () => {
    broker = await FaultyBroker.start([keepSockets]);
    (await broker.connect()).terminate();
    await (await broker.connect()).say('GUESS\n\n\0');
    await broker.settles(({ kept }) => expect(kept.sockets).toBe(2));
    await inTime(() => expect(broker.server.stats()).toMatchObject({ open: 0, sessions: 0 }));
    expect(broker.ledger.connections.open).toBe(2);
  });

  it('keeps them although a client over TLS has ended its side', async () => {
    broker = await FaultyBroker.start([keepSockets], { tls: TEST_TLS });
    const client = new WebSocket(broker.server.url, { ca: TEST_TLS.cert });
    await once(client, 'open');
    client.send('CONNECT\naccept-version:1.2\nhost:/\n\n\0DISCONNECT\nreceipt:1\n\n\0');
    await broker.settles(({ kept }) => expect(kept.sockets).toBe(1));
    await sleep(100);
    expect(broker.ledger.connections.open).toBe(1);
    client.terminate();
  });

  it('is otherwise as any other: large messages pass in both directions', async () => {
    broker = await FaultyBroker.start([keepSockets]);
    const client = await broker.connect();
    const body = 'x'.repeat(1_000_000);
    await client.say('SUBSCRIBE\nid:s\ndestination:/topic/a\n\n\0');
    for (let i = 0; i < 3; i++) await client.say(`SEND\ndestination:/topic/a\n\n${body}\0`);
    expect((await client.receive('MESSAGE', 3)).body.toString()).toBe(body);
  });

  it('gives them back outside of the window', async () => {
    broker = await FaultyBroker.start([{ ...keepSockets, fromMs: 3_600_000 }]);
    const client = await broker.connect();
    await client.say('DISCONNECT\nreceipt:1\n\n\0');
    expect((await client.closed).code).toBe(1000);
    await broker.settles(({ connections }) => expect(connections.open).toBe(0));
    expect(broker.ledger.kept.sockets).toBe(0);
  });
});

describe('a broker that keeps memory', () => {
  it('keeps as much for each connection that has ended', async () => {
    broker = await FaultyBroker.start([{ fault: 'keep', what: 'memory', bytes: 1000, skip: 1 }]);
    for (let i = 0; i < 3; i++) (await broker.connect()).terminate();
    await broker.settles(({ kept }) => expect(kept).toEqual({ sockets: 0, bytes: 2000 }));
    await broker.settles(({ connections }) => expect(connections.open).toBe(0));
    expect(broker.struck()).toEqual({ connections: 2, times: 2 });
  });
});
