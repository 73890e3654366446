import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createBrokerServer } from '../server.js';
import { FaultyBroker, type RawSocket, type TestedFault } from '../testing/faulty-broker.js';
import { TEST_TLS } from '../testing/test-tls.js';

let broker: FaultyBroker;

afterEach(() => broker.stop());

async function start(...faults: TestedFault[]): Promise<void> {
  broker = await FaultyBroker.start(faults);
}

describe('without faults', () => {
  it('the ledger follows a connection through its life', async () => {
    broker = await FaultyBroker.start([]);
    const client = await broker.connect();
    await client.say('SUBSCRIBE\nid:s\ndestination:/topic/a\nreceipt:1\n\n\0');
    await client.receive('RECEIPT');
    await client.say('DISCONNECT\nreceipt:2\n\n\0');
    await client.closed;
    await broker.settles(({ connections }) => expect(connections.open).toBe(0));
    const { connections, receipts, rows } = broker.ledger;
    expect(connections).toMatchObject({
      accepted: 1,
      peakOpen: 1,
      subscriptions: 1,
      disconnects: 1,
      upgrade: { answered: 1 },
      status: {},
      connect: { connected: 1 },
      end: { 'client disconnect 1000': 1 },
    });
    expect(receipts).toMatchObject({ SUBSCRIBE: { sent: 1 }, DISCONNECT: { sent: 1 } });
    expect(rows.rows).toHaveLength(1);
  });

  it('tells a client that closes from one that is gone', async () => {
    broker = await FaultyBroker.start([]);
    (await broker.connect()).webSocket.close(4000);
    (await broker.connect()).terminate();
    await broker.settles(({ connections }) => {
      expect(connections.end).toEqual({ 'client close 4000': 1, 'client gone': 1 });
    });
  });

  it('counts what was no upgrade of this endpoint with the status of its answer', async () => {
    broker = await FaultyBroker.start([]);
    await (
      await broker.tcp('GET /other HTTP/1.1\r\nHost: a\r\n\r\n')
    ).ended;
    await (
      await broker.tcp('GET /ws HTTP/1.1\r\nHost: a\r\n\r\n')
    ).ended;
    await (
      await broker.tcp('GET /other HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
    ).ended;
    await (
      await broker.tcp('GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
    ).ended;
    await broker.settles(({ connections }) => {
      expect(connections).toMatchObject({
        upgrade: { refused: 4 },
        status: { 404: 2, 426: 1, 400: 1 },
        end: { 'broker dropped': 4 },
      });
    });
  });
});

describe('over TLS', () => {
  it('a connection is counted from its handshake on, and has the same faults', async () => {
    const faults: TestedFault[] = [{ fault: 'reset', afterMs: 50 }];
    broker = await FaultyBroker.start(faults, { tls: TEST_TLS });
    const client = await broker.connect();
    expect((await client.closed).code).toBe(1006);
    await broker.settles(({ connections }) => {
      expect(connections).toMatchObject({
        accepted: 1,
        open: 0,
        upgrade: { answered: 1 },
        end: { 'broker reset': 1 },
      });
    });
  });
});

describe('a plain broker', () => {
  it('keeps no ledger', async () => {
    const server = await createBrokerServer();
    broker = new FaultyBroker(server);
    await broker.connect();
    expect(server.ledger()).toBeNull();
    server.writeLedger();
  });
});

describe('reset-on-accept', () => {
  it('is an RST before anything was answered', async () => {
    await start({ fault: 'reset-on-accept' });
    const raw = await broker.tcp(null);
    expect(await raw.ended).toBe('ECONNRESET');
    expect(raw.text).toBe('');
    expect(broker.struck()).toEqual({ connections: 1, times: 1 });
    expect(broker.ledger.connections).toMatchObject({
      upgrade: { reset: 1 },
      end: { 'broker reset': 1 },
    });
  });
});

describe('never-upgrade', () => {
  it('takes the connection, reads the request, and never answers', async () => {
    await start({ fault: 'never-upgrade' });
    const raw = await broker.tcp();
    await broker.settles(({ connections }) => expect(connections.upgrade).toMatchObject({ hung: 1 }));
    await sleep(100);
    expect(raw.text).toBe('');
    expect(raw.socket.destroyed).toBe(false);
    expect(broker.ledger.connections).toMatchObject({ open: 1, upgrade: { hung: 1 }, end: {} });
    raw.terminate();
    await broker.settles(({ connections }) => {
      expect(connections).toMatchObject({ open: 0, end: { 'client gone': 1 } });
    });
  });

  it('spares the first ones, and takes its share of the others by the seed', async () => {
    await start({ fault: 'never-upgrade', skip: 5, share: 0.5 });
    const all = await Promise.all(Array.from({ length: 5 }, () => broker.tcp()));
    await Promise.all(all.map((raw) => expect.poll(() => raw.text).toContain('101 Switching')));
    const others: RawSocket[] = [];
    for (let i = 0; i < 40; i++) others.push(await broker.tcp());
    const { connections } = broker.struck();
    expect(connections).toBeGreaterThan(5);
    expect(connections).toBeLessThan(35);
    await expect
      .poll(() => others.filter(({ text }) => text.includes('101 Switching')).length)
      .toBe(40 - connections);
    expect(broker.ledger.connections.upgrade).toEqual({ answered: 45 - connections, hung: connections });
  });
});

describe('upgrade-status', () => {
  it('answers the upgrade with that status, and closes', async () => {
    await start({ fault: 'upgrade-status', status: 503 });
    expect(await broker.dial().opened).toBe('Unexpected server response: 503');
    await broker.settles(({ connections }) => {
      expect(connections).toMatchObject({
        open: 0,
        upgrade: { refused: 1 },
        status: { 503: 1 },
        end: { 'broker dropped': 1 },
      });
    });
    expect(broker.struck()).toEqual({ connections: 1, times: 1 });
  });
});

describe('upgrade-delay', () => {
  it('answers late, and says how late it was', async () => {
    await start({ fault: 'upgrade-delay', delay: { distribution: 'constant', ms: 60 } });
    expect(await broker.dial().opened).toBe('open');
    const { delaysUs, connections } = broker.ledger;
    expect(delaysUs['upgrade']).toMatchObject({ count: 1 });
    expect(delaysUs['upgrade']?.minUs).toBeGreaterThanOrEqual(60_000);
    expect(connections.upgrade).toEqual({ answered: 1 });
  });

  it('notices who leaves meanwhile', async () => {
    await start({ fault: 'upgrade-delay', delay: { distribution: 'constant', ms: 600_000 } });
    const raw = await broker.tcp();
    await broker.settles(() => expect(broker.struck().times).toBe(1));
    raw.terminate();
    await broker.settles(({ connections, delaysUs }) => {
      expect(connections).toMatchObject({ open: 0, upgrade: {}, end: { 'client gone': 1 } });
      expect(delaysUs).toEqual({});
    });
  });

  it('keeps what comes before its answer, and cuts off who sends too much', async () => {
    await start({ fault: 'upgrade-delay', delay: { distribution: 'constant', ms: 100 } });
    const early = await broker.tcp();
    // A masked, empty close frame (RFC 6455 §5.5.1), sent too early: it is answered when the upgrade is.
    early.socket.write(Buffer.from([0x88, 0x80, 0, 0, 0, 0]));
    await early.ended;
    expect(early.text).toContain('101 Switching');
    const flood = await broker.tcp();
    flood.socket.write(Buffer.alloc(256 * 1024));
    await flood.ended;
    expect(flood.text).toBe('');
  });
});

describe('wrong-accept-key', () => {
  it('makes a client fail that checks it', async () => {
    await start({ fault: 'wrong-accept-key' });
    expect(await broker.dial().opened).toBe('Invalid Sec-WebSocket-Accept header');
    expect(broker.ledger.connections.upgrade).toEqual({ 'wrong-key': 1 });
    expect(broker.struck()).toEqual({ connections: 1, times: 1 });
  });
});

describe('subprotocol', () => {
  it('none: the answer has none', async () => {
    await start({ fault: 'subprotocol', answer: 'none' });
    expect(await broker.dial(['v12.stomp']).opened).toBe('Server sent no subprotocol');
    expect(broker.struck()).toEqual({ connections: 1, times: 1 });
    expect(broker.ledger.connections.upgrade).toEqual({ answered: 1 });
  });

  it('wrong: the answer has one that was not offered', async () => {
    await start({ fault: 'subprotocol', answer: 'wrong' });
    expect(await broker.dial(['v12.stomp']).opened).toBe('Server sent an invalid subprotocol');
    expect(broker.struck()).toEqual({ connections: 1, times: 1 });
  });
});

describe('connection-limit', () => {
  it.each([
    ['hang', { hung: 1 }],
    ['reset', { reset: 1 }],
    ['status-503', { refused: 1 }],
    ['status-429', { refused: 1 }],
  ] as const)('then %s: who comes when it is reached gets that, the others stay', async (then, fate) => {
    await start({ fault: 'connection-limit', connections: 2, then });
    const [first, second] = [await broker.connect(), await broker.connect()];
    const third = await broker.tcp(then === 'reset' ? null : undefined);
    if (then === 'hang') await broker.settles(({ connections }) => expect(connections.accepted).toBe(3));
    else expect(await third.ended).toBe(then === 'reset' ? 'ECONNRESET' : 'end');
    expect(third.text).toMatch(then.startsWith('status') ? new RegExp(`^HTTP/1.1 ${then.slice(-3)} `) : /^$/);
    expect(broker.ledger.connections.upgrade).toEqual({ answered: 2, ...fate });
    expect(broker.struck()).toEqual({ connections: 1, times: 1 });
    expect([first, second].map(({ webSocket }) => webSocket.readyState)).toEqual([1, 1]);
  });

  it('lets somebody in again when one has left, and does not count those that it turned away', async () => {
    await start({ fault: 'connection-limit', connections: 1, then: 'hang' });
    const first = await broker.connect();
    for (let i = 0; i < 3; i++) await broker.tcp();
    await broker.settles(({ connections }) => expect(connections.upgrade).toEqual({ answered: 1, hung: 3 }));
    first.terminate();
    await broker.settles(({ connections }) => expect(connections.open).toBe(3));
    await broker.connect();
    expect(broker.struck().times).toBe(3);
  });

  it('hangs HTTP on the same port too', async () => {
    await start({ fault: 'connection-limit', connections: 0, then: 'hang' });
    const raw = await broker.tcp('GET /other HTTP/1.1\r\nHost: a\r\n\r\n');
    await sleep(50);
    expect(raw.text).toBe('');
  });
});

describe('connect-rate-limit', () => {
  it('turns away who is beyond it within a second, and lets others in later', async () => {
    await start({ fault: 'connect-rate-limit', perSec: 3, then: 'status-429' });
    const burst = Array.from({ length: 60 }, () => broker.dial());
    const answers = await Promise.all(burst.map(({ opened }) => opened));
    const refused = answers.filter((answer) => answer.endsWith('429')).length;
    expect(refused).toBeGreaterThan(0);
    expect(answers.filter((answer) => answer === 'open')).toHaveLength(60 - refused);
    expect(refused).toBeLessThanOrEqual(57);
    expect(broker.struck()).toEqual({ connections: refused, times: refused });
    await expect.poll(() => broker.dial().opened, { timeout: 10_000, interval: 200 }).toBe('open');
  });
});

describe('refuse', () => {
  it('closes the door for a while: the system refuses, and those inside stay', async () => {
    await start({ fault: 'refuse', fromMs: 1, untilMs: 1000 });
    const inside = await broker.connect();
    const dialUntil = (wanted: string): Promise<void> =>
      expect
        .poll(
          async () => {
            const client = broker.dial();
            const answer = await client.opened;
            client.terminate();
            return answer;
          },
          { timeout: 10_000, interval: 10 },
        )
        .toContain(wanted);
    await dialUntil('ECONNREFUSED');
    expect(broker.struck()).toEqual({ connections: 0, times: 1 });
    await dialUntil('open');
    expect(inside.webSocket.readyState).toBe(1);
  });

  it('without an end, nobody ever gets in', async () => {
    await start({ fault: 'refuse' });
    expect(await broker.dial().opened).toContain('ECONNREFUSED');
    expect(broker.ledger.connections.accepted).toBe(0);
  });
});
