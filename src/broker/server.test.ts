import { once } from 'node:events';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client as StompJs, StompHeaders, Versions, type IMessage } from '@stomp/stompjs';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { inTime } from '../shared/testing/in-time.js';
import { createBrokerServer, type BrokerOptions, type BrokerServer } from './server.js';
import { RawClient } from './testing/faulty-broker.js';
import { TEST_TLS } from './testing/test-tls.js';

const running: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

async function start(options: BrokerOptions = {}): Promise<BrokerServer> {
  const broker = await createBrokerServer(options);
  running.push(() => broker.close());
  return broker;
}

/** One that trusts only whom it is told to, and is gone after its test. */
class Client extends RawClient {
  constructor(broker: BrokerServer, protocols: string[] = [], options: ClientOptions = {}) {
    super(broker.url, protocols, options);
    running.push(() => this.terminate());
  }
}

const CONNECT = 'CONNECT\naccept-version:1.2\nhost:/\n\n\0';
const SUBSCRIBE = 'SUBSCRIBE\nid:s\ndestination:/topic/a\nreceipt:subscribed\n\n\0';

async function subscriber(broker: BrokerServer, options: ClientOptions = {}): Promise<Client> {
  const client = await new Client(broker, [], options).say(CONNECT, SUBSCRIBE);
  await client.receive('RECEIPT');
  return client;
}

describe('the endpoint', () => {
  it('chooses the best subprotocol of those offered', async () => {
    const client = new Client(await start(), ['v10.stomp', 'v12.stomp', 'v11.stomp']);
    expect(await client.opened).toBe('open');
    expect(client.webSocket.protocol).toBe('v12.stomp');
  });

  it('accepts a client that offers none', async () => {
    const client = new Client(await start());
    expect(await client.opened).toBe('open');
    expect(client.webSocket.protocol).toBe('');
  });

  it('is under its path only: an upgrade of another is answered 404', async () => {
    const broker = await start({ path: '/stomp' });
    expect(broker.url).toMatch(/\/stomp$/);
    const elsewhere = new WebSocket(`ws://127.0.0.1:${broker.port}/ws`);
    const [error] = (await once(elsewhere, 'error')) as [Error];
    expect(error.message).toContain('404');
    expect(await new Client(broker).opened).toBe('open');
  });

  it.each([
    ['/ws', 426],
    ['/', 404],
  ])('answers plain HTTP to %s with %i', async (path, status) => {
    const broker = await start();
    const statusCode = await new Promise((resolve) => {
      get(`http://127.0.0.1:${broker.port}${path}`, (response) => resolve(response.resume().statusCode));
    });
    expect(statusCode).toBe(status);
  });

  it('speaks wss with a key and a certificate', async () => {
    const broker = await start({ tls: TEST_TLS });
    expect(broker.url).toMatch(/^wss:/);
    const client = await new Client(broker, [], { ca: TEST_TLS.cert }).say(CONNECT);
    expect((await client.receive('CONNECTED')).headers).toMatchObject({ version: '1.2' });
  });

  it('says which port is in use', async () => {
    const { port } = await start();
    await expect(createBrokerServer({ port })).rejects.toMatchObject({
      code: 'broker-failed',
      message: `port ${port} of 127.0.0.1 is in use`,
      hint: expect.stringContaining('another port'),
    });
  });

  it.each([
    [{ port: 65_536 }, 'is no port'],
    [{ host: '192.0.2.1' }, 'no address of this machine'],
    [{ tls: { key: 'no', cert: 'pem' } }, 'key and certificate'],
  ])('says what is wrong with %j', async (options, message) => {
    await expect(createBrokerServer(options)).rejects.toMatchObject({
      code: 'broker-failed',
      message: expect.stringContaining(message),
    });
  });
});

describe('frames', () => {
  it('may come several in one message, one in several, as text and as binary', async () => {
    const broker = await start();
    const send = Buffer.from('SEND\ndestination:/topic/a\ncontent-length:3\n\na\0b\0');
    const client = await new Client(broker).say(`${CONNECT}\n${SUBSCRIBE}`);
    await client.say(send.subarray(0, 9), send.subarray(9, 48), Buffer.concat([send.subarray(48), send]));
    const message = await client.receive('MESSAGE', 2);
    expect(message.body.toString()).toBe('a\0b');
  });

  it.each([10, 1000, 100_000, 1_000_000])(
    'with a body of %i bytes come as they were sent',
    async (length) => {
      const client = await subscriber(await start());
      const body = 'x'.repeat(length);
      await client.say(`SEND\ndestination:/topic/a\n\n${body}\0`);
      expect((await client.receive('MESSAGE')).body.equals(Buffer.from(body))).toBe(true);
    },
  );

  it('that waited in a queue all come, though they are more than is sent to one client at once', async () => {
    const broker = await start();
    const body = 'x'.repeat(100_000);
    const sender = await new Client(broker).say(CONNECT);
    for (let i = 0; i < 40; i++) await sender.say(`SEND\ndestination:/queue/a\n\n${body}\0`);
    await sender.say('BEGIN\ntransaction:t\nreceipt:r\n\n\0');
    await sender.receive('RECEIPT');
    const client = await new Client(broker).say(CONNECT, SUBSCRIBE.replace('topic', 'queue'));
    await client.receive('MESSAGE', 40);
    expect(broker.stats()).toMatchObject({ held: 0, slowConsumers: 0 });
  });

  it('with a body that is not UTF-8 are sent as binary, all others as text', async () => {
    const client = await subscriber(await start());
    await client.say(Buffer.from('SEND\ndestination:/topic/a\n\n\xff\0', 'latin1'));
    expect((await client.receive('MESSAGE')).body).toEqual(Buffer.from([0xff]));
    expect(client.messages.map(({ isBinary }) => isBinary)).toEqual([false, false, true]);
  });

  it('are compressed when that is on and the client offers it', async () => {
    const broker = await start({ permessageDeflate: true });
    const client = await subscriber(broker, { perMessageDeflate: { threshold: 0 } });
    expect(client.webSocket.extensions).toContain('permessage-deflate');
    const body = 'x'.repeat(5000);
    await client.say(`SEND\ndestination:/topic/a\n\n${body}\0`, `SEND\ndestination:/topic/a\n\nlast\0`);
    expect((await client.receive('MESSAGE', 1)).body.toString()).toBe(body);
    expect((await client.receive('MESSAGE', 2)).body.toString()).toBe('last');
  });
});

describe('the end of a connection', () => {
  it('comes from the broker after the RECEIPT of DISCONNECT, with 1000', async () => {
    const broker = await start();
    const client = await subscriber(broker);
    await client.say('DISCONNECT\nreceipt:bye\n\n\0');
    expect((await client.receive('RECEIPT', 2)).headers['receipt-id']).toBe('bye');
    expect((await client.closed).code).toBe(1000);
    await inTime(() => expect(broker.stats()).toMatchObject({ open: 0, sessions: 0, subscriptions: 0 }));
  });

  it('comes after an ERROR, with the same words', async () => {
    const client = await new Client(await start()).say(CONNECT, 'GUESS\n\n\0');
    expect((await client.receive('ERROR')).headers['message']).toBe('unknown command "GUESS"');
    expect(await client.closed).toEqual({ code: 1002, reason: 'unknown command "GUESS"' });
  });

  it('without any farewell ends the subscriptions all the same', async () => {
    const broker = await start();
    (await subscriber(broker)).webSocket.terminate();
    await inTime(() => expect(broker.stats()).toMatchObject({ open: 0, sessions: 0, subscriptions: 0 }));
  });

  it('comes with 1001 when the broker stops', async () => {
    const broker = await start();
    const client = await subscriber(broker);
    await Promise.all([broker.close(), broker.close()]);
    expect((await client.closed).code).toBe(1001);
  });
});

describe('a hostile client', () => {
  it('that never says CONNECT is closed', async () => {
    const client = new Client(await start({ limits: { connectMs: 100 } }));
    expect(await client.closed).toEqual({ code: 1008, reason: 'no CONNECT in time' });
  });

  it('that has said CONNECT in time stays', async () => {
    const client = await new Client(await start({ limits: { connectMs: 1500 } })).say(CONNECT);
    await sleep(1700);
    await client.say(SUBSCRIBE);
    await client.receive('RECEIPT');
  });

  it('that acknowledges nothing of a topic is closed', async () => {
    const broker = await start({ limits: { unackedPerConnection: 2 } });
    const client = await new Client(broker).say(CONNECT, SUBSCRIBE.replace('id:', 'ack:client\nid:'));
    for (let i = 0; i < 3; i++) await client.say('SEND\ndestination:/topic/a\n\n\0');
    expect(await client.closed).toEqual({ code: 1008, reason: 'too many messages are not acknowledged' });
  });

  it('that goes silent after promising heart-beats is closed, and counted', async () => {
    const broker = await start({ heartbeat: { sendMs: 0, receiveMs: 100 } });
    const client = await new Client(broker).say(CONNECT.replace('host', 'heart-beat:100,0\nhost'));
    expect((await client.receive('ERROR')).headers['message']).toBe('no heart-beat in time');
    await client.closed;
    expect(broker.stats().silentClients).toBe(1);
  });

  it('that sends a frame too long is closed, in one message or in many', async () => {
    const broker = await start({ limits: { frameBytes: 1000 } });
    const inOne = await new Client(broker).say('x'.repeat(1001));
    expect((await inOne.closed).code).toBe(1009);
    const inMany = await new Client(broker).say(CONNECT, 'SEND\n\n', 'x'.repeat(600), 'x'.repeat(600));
    expect((await inMany.receive('ERROR')).headers['message']).toBe('frame longer than 1000 bytes');
  });

  it('that sends bytes that are no WebSocket frames is dropped', async () => {
    const broker = await start();
    const socket = await upgraded(broker);
    socket.write(Buffer.alloc(64, 0xff));
    await once(socket.resume(), 'close');
    await inTime(() => expect(broker.stats().open).toBe(0));
  });

  it.each([
    ['too much for one', { bufferedBytes: 100_000 }],
    ['too much for all together', { totalBufferedBytes: 100_000, bufferedBytes: 2 ** 30 }],
  ])('that does not read is cut off when that is %s, and nobody else notices', async (_, limits) => {
    const broker = await start({ limits });
    const slow = await upgraded(broker);
    slow.write(Buffer.concat([masked(CONNECT), masked(SUBSCRIBE)]));
    slow.pause();
    const client = await subscriber(broker);
    const send = `SEND\ndestination:/topic/a\n\n${'x'.repeat(50_000)}\0`;
    let sent = 0;
    while (broker.stats().slowConsumers === 0) {
      if (sent++ > 2000) throw new Error('the broker buffers without end');
      await client.say(send);
      await client.receive('MESSAGE', 1);
      client.messages.splice(0);
    }
    expect(broker.stats().subscriptions).toBe(1);
    expect(client.webSocket.readyState).toBe(WebSocket.OPEN);
  });

  async function upgraded(broker: BrokerServer): Promise<Socket> {
    const socket = connect(broker.port, '127.0.0.1');
    running.push(() => void socket.destroy());
    socket.on('error', () => undefined);
    socket.write(
      'GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
    await once(socket, 'data');
    return socket;
  }

  /** RFC 6455 §5.3, with a mask of zeros. */
  function masked(text: string): Buffer {
    return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
  }
});

describe('heart-beats', () => {
  it('come from the broker while there is nothing else to send', async () => {
    const broker = await start({ heartbeat: { sendMs: 100, receiveMs: 0 } });
    const client = await new Client(broker).say(CONNECT.replace('host', 'heart-beat:0,100\nhost'));
    await inTime(() =>
      expect(client.messages.filter(({ data }) => data.toString() === '\n')).toHaveLength(3),
    );
  });
});

describe('@stomp/stompjs', () => {
  it.each(['1.2', '1.1', '1.0'])('goes through everything it can do, in STOMP %s', async (version) => {
    const broker = await start();
    const client = new StompJs();
    client.webSocketFactory = () => new WebSocket(broker.url, new Versions([version]).protocolVersions());
    client.stompVersions = new Versions([version]);
    client.heartbeatIncoming = 1000;
    client.heartbeatOutgoing = 1000;
    client.reconnectDelay = 0;
    running.push(() => client.deactivate());
    const connected = new Promise<void>((resolve) => (client.onConnect = () => resolve()));
    client.activate();
    await connected;
    expect(client.connectedVersion).toBe(version);

    const received: IMessage[] = [];
    const subscription = client.subscribe('/topic/a', (message) => received.push(message));
    client.publish({ destination: '/topic/a', body: 'é\0', headers: headers({ own: 'x' }) });
    await inTime(() => expect(received).toHaveLength(1));
    expect(received[0]?.body).toBe('é\0');
    expect(received[0]?.headers).toMatchObject({ own: 'x' });
    subscription.unsubscribe();

    const queued: IMessage[] = [];
    client.subscribe('/queue/a', (message) => queued.push(message), headers({ ack: 'client' }));
    const transaction = client.begin();
    client.publish({
      destination: '/queue/a',
      body: '1',
      headers: headers({ transaction: transaction.id }),
    });
    transaction.commit();
    await inTime(() => expect(queued).toHaveLength(1));
    queued[0]?.ack();

    const closed = new Promise((resolve) => (client.onWebSocketClose = resolve));
    await client.deactivate();
    expect(await closed).toMatchObject({ code: 1000 });
    await inTime(() => expect(broker.stats()).toMatchObject({ open: 0, held: 0, errors: 0 }));
  });

  function headers(values: Record<string, string>): StompHeaders {
    return Object.assign(new StompHeaders(), values);
  }
});
