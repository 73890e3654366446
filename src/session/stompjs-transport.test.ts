import dns from 'node:dns';
import { afterEach, expect, it, vi } from 'vitest';
import { createBrokerServer } from '../broker/server.js';
import { stompjsClient } from './testing/clients.js';
import { HeardListener } from './testing/heard.js';
import { RawServer, closePayload, serverFrame, textFrame } from './testing/raw-server.js';
import type { TransportConfig } from './transport.js';

const CLOSE = 8;

const running: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

function open(url: string, config: Partial<TransportConfig> = {}) {
  const listener = new HeardListener();
  const transport = stompjsClient(url, listener, config);
  running.push(() => {
    transport.destroy();
  });
  transport.open();
  return { transport, listener };
}

async function connect(connected: string, config: Partial<TransportConfig> = {}) {
  const server = await RawServer.listen();
  running.push(() => server.close());
  const opened = open(`ws://127.0.0.1:${server.port}/`, config);
  const peer = await server.peer();
  await peer.upgrade(textFrame(connected));
  return { ...opened, peer };
}

it('offers permessage-deflate where the plan says so, and blocked publishing goes on with it', async () => {
  const broker = await createBrokerServer({ permessageDeflate: true });
  running.push(() => broker.close());
  const { transport, listener } = open(broker.url, { permessageDeflate: true, subprotocols: ['v12.stomp'] });
  await listener.next('connected');
  const body = Buffer.from('0123456789'.repeat(1000));
  let drains = 0;
  for (let sends = 0; sends < 60; sends++) {
    const message = {
      destination: '/topic/a',
      headers: {},
      contentType: 'text/plain',
      receipt: `p${sends}`,
      body,
    };
    if (!transport.send(message)) await listener.next('drain', ++drains);
  }
  await listener.next('receipt', 60);
  expect(drains).toBeGreaterThan(0);
});

it('hears a Close frame before the reset that its own answer to it finds', async () => {
  const { listener, peer } = await connect('CONNECTED\nversion:1.2\n\n\0');
  await listener.next('connected');
  peer.socket.write(serverFrame(CLOSE, closePayload(1000, 'STOMP died')));
  peer.socket.resetAndDestroy();
  await listener.next('fact');
  expect(listener.types.slice(listener.types.indexOf('connected') + 1)).toEqual(['close-frame', 'fact']);
  expect(listener.facts).toMatchObject([{ type: 'system', code: 'ECONNRESET' }]);
});

it('takes no heart-beat that its timers cannot wait for', async () => {
  const config = { heartbeatSendMs: 10_000, heartbeatReceiveMs: 10_000 };
  const { listener } = await connect(
    'CONNECTED\nversion:1.2\nheart-beat:99999999999,99999999999\n\n\0',
    config,
  );
  expect((await listener.next('fact')).fact).toMatchObject({ type: 'fault', code: 'stomp-header' });
});

it('is told of heart-beats that were promised and do not come', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  running.push(() => {
    vi.useRealTimers();
  });
  const config = { heartbeatSendMs: 0, heartbeatReceiveMs: 1000 };
  const { listener } = await connect('CONNECTED\nversion:1.2\nheart-beat:3000,0\n\n\0', config);
  await listener.next('connected');
  vi.advanceTimersByTime(5999);
  expect(listener.facts).toEqual([]);
  vi.advanceTimersByTime(4000);
  expect(listener.facts).toEqual([{ type: 'silence', forMs: 6000 }]);
});

it('never connects again by itself', async () => {
  const { listener, peer } = await connect('CONNECTED\nversion:1.2\n\n\0');
  await listener.next('connected');
  peer.socket.end();
  await listener.next('end');
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(listener.types.filter((type) => type === 'tcp')).toHaveLength(1);
});

it.each([
  ['that refuses has failed', '127.0.0.9', false],
  // A TCP connection to a broadcast address fails on every machine as one without a way does.
  ['that there is no way to has seen nothing', '255.255.255.255', true],
])('an address of a name %s when the next one answers', async (_, first, instead) => {
  const server = await RawServer.listen();
  running.push(() => server.close());
  const lookup = vi.spyOn(dns, 'lookup').mockImplementation((...args: unknown[]) => {
    const found = [first, '127.0.0.1'].map((address) => ({ address, family: 4 }));
    const done = args.at(-1) as (error: null, addresses: dns.LookupAddress[]) => void;
    setImmediate(done, null, found);
  });
  running.push(() => {
    lookup.mockRestore();
  });
  const { listener } = open(`ws://name.example:${server.port}/`);
  await (await server.peer()).upgrade();
  await listener.next('opened');
  expect(listener.addresses.map(({ target }) => target)).toEqual([
    `name.example:${server.port}`,
    `${first}:${server.port}`,
    `127.0.0.1:${server.port}`,
  ]);
  expect(listener.addresses.at(-1)?.instead).toBe(instead);
});
