import { once } from 'node:events';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { TEST_TLS } from '../broker/testing/test-tls.js';
import { parseEndpoint } from './endpoint.js';
import { SourcePorts } from './source-ports.js';
import { type ClientParts, nativeClient, newRecorder } from './testing/clients.js';
import { HeardListener } from './testing/heard.js';
import { Knowing } from './testing/knowing.js';
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
  return new SourcePorts({ addresses, ports: [ports], ranges }, () => 0);
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

/** Somebody else's connection between that port of 127.0.0.2 and the server, which no second one can have. */
async function connectedFrom(port: number, server: RawServer): Promise<void> {
  const from = { localAddress: '127.0.0.2', localPort: port };
  const socket = net.connect({ host: '127.0.0.1', port: server.port, ...from });
  running.push(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
}

function openingNamed(port: number, addresses: readonly string[], parts: ClientParts = {}): Opened {
  const listener = new HeardListener();
  const resolver = new Knowing(...addresses);
  const transport = nativeClient(`ws://name.example:${port}/`, listener, {}, { ...parts, resolver });
  running.push(() => {
    transport.destroy();
  });
  transport.open();
  return { transport, listener };
}

describe.each([
  ['bare handles', {}],
  ['net', { handles: null }],
])('a local port or address that can’t be had, over %s', (_, over) => {
  it('is told at once where the address is none of this machine, and no port is blamed for it', async () => {
    const recorder = newRecorder();
    const sources = sourcesAt(['192.0.2.77'], [20_011, 29_999]);
    const { listener } = openingNamed(7, ['127.0.0.1'], { ...over, sources, recorder });
    const { fact } = await listener.next('fact');
    expect(fact).toMatchObject({
      code: 'EADDRNOTAVAIL',
      message: expect.stringMatching(/^bind EADDRNOTAVAIL 192.0.2.77:20011: this machine does not have/),
    });
    expect(listener.addresses).toHaveLength(1);
    expect(recorder.counts.portsTaken).toBe(0);
  });

  it('does not keep the thread from its other sockets while the next ones are tried', async () => {
    const server = await listen();
    const first = await freePorts(1);
    await connectedFrom(first, server);
    const recorder = newRecorder();
    let turns = 0;
    const { listener } = openingNamed(server.port, ['127.0.0.1'], {
      ...over,
      recorder,
      sources: sourcesAt(['127.0.0.2'], [first, first]),
    });
    const count = (): void => {
      turns++;
      if (listener.facts.length === 0) setImmediate(count);
    };
    setImmediate(count);
    const { fact } = await listener.next('fact');
    expect(fact).toMatchObject({ code: 'EADDRNOTAVAIL' });
    expect(recorder.counts.portsTaken).toBeGreaterThan(100);
    expect(turns).toBeGreaterThan(recorder.counts.portsTaken / 50);
  });

  it('at a later address takes nothing from the time that the earlier ones took', async () => {
    const server = await listen();
    const first = await freePorts(2);
    await connectedFrom(first, server);
    const recorder = newRecorder();
    const sources = sourcesAt(['127.0.0.2'], [first, first + 1]);
    const parts = { ...over, sources, recorder };
    const { listener } = openingNamed(server.port, ['127.0.0.9', '127.0.0.1'], parts);
    expect(remoteOf(await server.peer(2))).toBe(`127.0.0.2:${first + 1}`);
    expect(recorder.counts.portsTaken).toBe(1);
    expect(listener.types.filter((type) => type === 'tcp')).toHaveLength(1);
  });
});

describe('an address of a name', () => {
  // A TCP connection to a broadcast address fails on every machine as one without a way does.
  const NO_WAY = '255.255.255.255';

  it('that refused is told to have failed when the next one is tried', async () => {
    const server = await listen();
    const { listener } = openingNamed(server.port, ['127.0.0.9', '127.0.0.1']);
    await server.peer();
    expect(listener.addresses.map(({ instead }) => instead)).toEqual([true, false]);
  });

  it('that there is no way to has seen nothing of it', async () => {
    const server = await listen();
    const { listener } = openingNamed(server.port, [NO_WAY, '127.0.0.1']);
    await server.peer();
    expect(listener.addresses.map(({ instead }) => instead)).toEqual([true, true]);
  });

  it.each([
    ['earlier', ['127.0.0.1', NO_WAY], { ofEarlierAddress: true }],
    ['last', [NO_WAY, '127.0.0.1'], {}],
  ])('that refused is told to be the %s one', async (_, addresses, of) => {
    const server = await RawServer.listen();
    const { port } = server;
    await server.close();
    const { fact } = await openingNamed(port, addresses).listener.next('fact');
    const message = `connect ECONNREFUSED 127.0.0.1:${port}`;
    expect(fact).toEqual({ type: 'system', code: 'ECONNREFUSED', message, ...of });
  });

  it('is left out where none of the given addresses goes with it', async () => {
    const server = await listen();
    const first = await freePorts(1);
    const sources = sourcesAt(['127.0.0.2'], [first, first]);
    const { listener } = openingNamed(server.port, ['::1', '127.0.0.1'], { sources });
    expect(remoteOf(await server.peer())).toBe(`127.0.0.2:${first}`);
    expect(listener.addresses.map(({ instead }) => instead)).toEqual([true, true]);
  });

  it('is connected to from where the kernel likes, where addresses were looked for and none goes with it', async () => {
    const server = await listen();
    const share = { addresses: [], ports: [[20_011, 20_011]], ranges: [] } as const;
    const sources = new SourcePorts(share, () => 0, 'kernel');
    const { listener } = openingNamed(server.port, ['127.0.0.1'], { sources });
    await server.peer();
    expect(listener.addresses.map(({ source }) => source)).toEqual([null]);
    expect(listener.facts).toEqual([]);
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
