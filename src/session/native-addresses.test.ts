import { once } from 'node:events';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { TEST_TLS } from '../broker/testing/test-tls.js';
import { parseEndpoint } from './endpoint.js';
import { SourcePorts } from './source-ports.js';
import { nativeClient, newRecorder } from './testing/clients.js';
import { HeardListener } from './testing/heard.js';
import { type RawPeer, RawServer } from './testing/raw-server.js';
import type { Transport } from './transport.js';

const running: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

async function listen(...options: Parameters<typeof RawServer.listen>): Promise<RawServer> {
  const server = await RawServer.listen(...options);
  running.push(() => server.close());
  return server;
}

/** The first of some ports in a row that nobody on this machine has, below those that the kernel gives out. */
async function freePorts(count: number): Promise<number> {
  for (let first = 20_011; first < 30_000; first += count) {
    const servers = await Promise.all(Array.from({ length: count }, (_, n) => occupy(first + n)));
    for (const server of servers) if (server !== null) await close(server);
    if (!servers.includes(null)) return first;
  }
  throw new Error('there are no free ports');
}

/** Somebody else's listening socket on all addresses; null: the port is taken already. */
async function occupy(port: number): Promise<net.Server | null> {
  const server = net.createServer();
  const listening = once(server, 'listening').then(() => server);
  server.listen(port, '0.0.0.0');
  return listening.catch(() => null);
}

async function close(server: net.Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await closed;
}

async function occupied(port: number): Promise<void> {
  const server = await occupy(port);
  if (server !== null) running.push(() => close(server));
}

function sourcesAt(addresses: readonly string[], ports: readonly [number, number]): SourcePorts {
  const to = addresses.length * (ports[1] - ports[0] + 1);
  const ranges = [{ target: null, kind: '4-loopback', from: 0, to }] as const;
  return new SourcePorts({ addresses, ports, ranges }, () => 0);
}

const remoteOf = ({ socket }: RawPeer): string => `${socket.remoteAddress}:${socket.remotePort}`;

interface Opened {
  readonly transport: Transport;
  readonly listener: HeardListener;
}

describe('a connection with an address and port of our own choice', () => {
  function opening(server: RawServer, sources: SourcePorts, recorder = newRecorder()): Opened {
    const listener = new HeardListener();
    const transport = nativeClient(`ws://127.0.0.1:${server.port}/`, listener, {}, { sources, recorder });
    running.push(() => {
      transport.destroy();
    });
    transport.open();
    return { transport, listener };
  }

  it('comes from there', async () => {
    const server = await listen();
    const first = await freePorts(2);
    const sources = sourcesAt(['127.0.0.2', '127.0.0.3'], [first, first + 1]);
    const remotes: string[] = [];
    for (let n = 1; n <= 3; n++) {
      opening(server, sources);
      remotes.push(remoteOf(await server.peer(n)));
    }
    expect(remotes).toEqual([`127.0.0.2:${first}`, `127.0.0.3:${first}`, `127.0.0.2:${first + 1}`]);
  });

  it('takes the next port where one is taken, and counts it', async () => {
    const server = await listen();
    const first = await freePorts(3);
    await occupied(first);
    await occupied(first + 1);
    const recorder = newRecorder();
    const { listener } = opening(server, sourcesAt(['127.0.0.2'], [first, first + 2]), recorder);
    expect(remoteOf(await server.peer())).toBe(`127.0.0.2:${first + 2}`);
    expect(recorder.counts.portsTaken).toBe(2);
    expect(listener.addresses.map(({ instead }) => instead)).toEqual([true, true, true]);
    expect(listener.facts).toEqual([]);
  });

  it('fails as one without a port when all are in use, and has one again when one is gone', async () => {
    const server = await listen();
    const first = await freePorts(1);
    const sources = sourcesAt(['127.0.0.2'], [first, first]);
    const { transport } = opening(server, sources);
    const peer = await server.peer();
    const { fact } = await opening(server, sources).listener.next('fact');
    expect(fact).toMatchObject({ type: 'system', code: 'EADDRNOTAVAIL' });
    transport.destroy();
    await peer.until(() => peer.closed);
    opening(server, sources);
    expect(remoteOf(await server.peer(2))).toBe(`127.0.0.2:${first}`);
  });

  it('gives up where no port of many is to be had', async () => {
    const server = await listen();
    const first = await freePorts(1);
    await occupied(first);
    const recorder = newRecorder();
    const { listener } = opening(server, sourcesAt(['127.0.0.2'], [first, first]), recorder);
    const { fact } = await listener.next('fact');
    expect(fact).toMatchObject({ type: 'system', code: 'EADDRINUSE' });
    expect(recorder.counts.portsTaken).toBeGreaterThan(0);
  });
});

describe('a TLS connection', () => {
  it('comes from the address and port that are chosen for it, and takes the next where one is taken', async () => {
    const server = await listen(TEST_TLS);
    const first = await freePorts(2);
    await occupied(first);
    const listener = new HeardListener();
    const sources = sourcesAt(['127.0.0.2'], [first, first + 1]);
    const tls = { insecure: true, caPem: null, servername: null };
    const transport = nativeClient(`wss://127.0.0.1:${server.port}/`, listener, { tls }, { sources });
    running.push(() => {
      transport.destroy();
    });
    transport.open();
    expect(remoteOf(await server.peer())).toBe(`127.0.0.2:${first + 1}`);
  });
});

describe('a name that was resolved beforehand', () => {
  it('is not looked up, and stands in the request all the same', async () => {
    const server = await listen();
    const listener = new HeardListener();
    const url = `ws://no-such-name.invalid:${server.port}/ws`;
    const transport = nativeClient(url, listener, {}, { endpoint: parseEndpoint(url, '127.0.0.1') });
    running.push(() => {
      transport.destroy();
    });
    transport.open();
    const request = await (await server.peer()).request();
    expect(request).toContain(`Host: no-such-name.invalid:${server.port}\r\n`);
    expect(listener.types).toEqual(['tcp', 'upgrade']);
    expect(listener.addresses.map(({ target }) => target)).toEqual([`127.0.0.1:${server.port}`]);
  });
});
