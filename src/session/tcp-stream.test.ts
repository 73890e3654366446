import { once } from 'node:events';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { tcpHandles } from '../shared/tcp-handle.js';
import type { ByteStream, Route, StreamOwner, SystemFact } from './byte-stream.js';
import { NetStreams } from './net-stream.js';
import { TcpStreams } from './tcp-stream.js';

const handles = tcpHandles();
if (handles === null) throw new Error('this Node has no bare handles');
const tcp = new TcpStreams(handles);
const overNet = new NetStreams();

const KINDS: readonly (readonly [string, (route: Route, owner: StreamOwner) => ByteStream])[] = [
  ['bare handles', (route, owner) => tcp.connect(route, owner)],
  ['net', (route, owner) => overNet.connect(route, owner, null)],
];

const running: (() => void)[] = [];

afterEach(() => {
  for (const stop of running.splice(0)) stop();
});

/** Hears a stream. */
class Heard implements StreamOwner {
  readonly told: string[] = [];
  readonly failures: SystemFact[] = [];
  received = Buffer.alloc(0);
  #waiting: { what: string; resolve: () => void }[] = [];

  onTcpConnected = (): void => {
    this.#tell('connected');
  };
  onSecured = (): void => {
    this.#tell('secured');
  };
  onBytes = (bytes: Buffer, length: number): void => {
    this.received = Buffer.concat([this.received, bytes.subarray(0, length)]);
    this.#tell('bytes');
  };
  onDrain = (): void => {
    this.#tell('drain');
  };
  onTcpEnd = (): void => {
    this.#tell('end');
  };
  onStreamFailed = (failure: SystemFact): void => {
    this.failures.push(failure);
    this.#tell('failed');
  };

  next(what: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ what, resolve });
    });
  }

  #tell(what: string): void {
    this.told.push(what);
    const due = this.#waiting.filter((one) => one.what === what);
    this.#waiting = this.#waiting.filter((one) => one.what !== what);
    for (const { resolve } of due) resolve();
  }
}

/** By whatever error before it. */
function closed(socket: net.Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.on('error', () => undefined).on('close', resolve);
  });
}

async function listen(host = '127.0.0.1'): Promise<{ port: number; peer: Promise<net.Socket> }> {
  const server = net.createServer({ pauseOnConnect: true });
  server.listen(0, host);
  await once(server, 'listening');
  const peer = once(server, 'connection').then(([socket]) => {
    running.push(() => (socket as net.Socket).destroy());
    return socket as net.Socket;
  });
  running.push(() => server.close());
  return { port: (server.address() as net.AddressInfo).port, peer };
}

describe.each(KINDS)('a stream over %s', (_, connect) => {
  async function connected(host?: string): Promise<{ stream: ByteStream; heard: Heard; peer: net.Socket }> {
    const server = await listen(host);
    const heard = new Heard();
    const stream = connect({ host: host ?? '127.0.0.1', port: server.port, source: null }, heard);
    running.push(() => stream.destroy());
    await heard.next('connected');
    return { stream, heard, peer: await server.peer };
  }

  it('carries bytes both ways', async () => {
    const { stream, heard, peer } = await connected();
    expect(stream.write(Buffer.from('there'))).toBe(true);
    const [there] = (await once(peer.resume(), 'data')) as [Buffer];
    expect(there.toString()).toBe('there');
    peer.write('and back');
    await heard.next('bytes');
    expect(heard.received.toString()).toBe('and back');
  });

  it('goes to an IPv6 address', async (context) => {
    const server = net.createServer();
    server.listen(0, '::1');
    const [outcome] = await Promise.race([
      once(server, 'listening').then(() => ['ok']),
      once(server, 'error').then(() => ['none']),
    ]);
    server.close();
    if (outcome === 'none') context.skip('this machine has no IPv6');
    const { heard } = await connected('::1');
    expect(heard.told).toEqual(['connected']);
  });

  it('starts from the address and port that it is given', async () => {
    const server = await listen();
    const spare = await listen('127.0.0.3');
    const heard = new Heard();
    const source = { address: '127.0.0.2', port: spare.port };
    const stream = connect({ host: '127.0.0.1', port: server.port, source }, heard);
    running.push(() => stream.destroy());
    const peer = await server.peer;
    expect([peer.remoteAddress, peer.remotePort]).toEqual(['127.0.0.2', spare.port]);
  });

  it('says that the port it is to start from is taken, with nothing tried in its place', async () => {
    const server = await listen();
    const taken = await listen('127.0.0.2');
    const heard = new Heard();
    const source = { address: '127.0.0.2', port: taken.port };
    const stream = connect({ host: '127.0.0.1', port: server.port, source }, heard);
    expect(heard.told).toEqual([]);
    await heard.next('failed');
    expect(heard.failures).toMatchObject([{ code: 'EADDRINUSE' }]);
    stream.destroy();
  });

  it('says who refused', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    server.close();
    await once(server, 'close');
    const heard = new Heard();
    connect({ host: '127.0.0.1', port, source: null }, heard);
    await heard.next('failed');
    const message = `connect ECONNREFUSED 127.0.0.1:${port}`;
    expect(heard.failures).toEqual([{ type: 'system', code: 'ECONNREFUSED', message }]);
    expect(heard.told).toEqual(['failed']);
  });

  it('says when its buffer is full, how much waits in it, and when it is empty, with every byte in order', async () => {
    const { stream, heard, peer } = await connected();
    const sent: Buffer[] = [];
    let takes = true;
    while (takes && sent.length < 10_000) {
      const chunk = Buffer.alloc(8192, sent.length % 251);
      sent.push(chunk);
      takes = stream.write(chunk);
    }
    expect(takes).toBe(false);
    expect(stream.waitingBytes).toBeGreaterThanOrEqual(16_384);
    const all = Buffer.concat(sent);
    const got: Buffer[] = [];
    peer.on('data', (data) => got.push(data));
    const drained = heard.next('drain');
    peer.resume();
    await drained;
    expect(stream.waitingBytes).toBe(0);
    while (got.reduce((sum, { length }) => sum + length, 0) < all.length) await once(peer, 'data');
    expect(Buffer.concat(got).equals(all)).toBe(true);
  });

  it("tells of the other side's end, and that it was no reset", async () => {
    const { stream, heard, peer } = await connected();
    const asked = new Promise((resolve) => {
      // At once: net ends its own side by itself, after which it could not tell.
      heard.onTcpEnd = () => {
        stream.askHowItEnded(resolve);
      };
    });
    peer.end();
    expect(await asked).toBeNull();
    expect(heard.told).toEqual(['connected']);
  });

  it('tells of a reset', async () => {
    const { heard, peer } = await connected();
    peer.resetAndDestroy();
    await heard.next('failed');
    expect(heard.failures).toMatchObject([{ code: 'ECONNRESET', message: 'read ECONNRESET' }]);
  });

  it('fails by a write to who is gone, later and once', async () => {
    const { stream, heard, peer } = await connected();
    peer.resetAndDestroy();
    await closed(peer);
    // The kernel knows of the reset, and this event loop does not yet.
    for (let i = 0; i < 3; i++) stream.write(Buffer.from('to nobody'));
    expect(heard.told).toEqual(['connected']);
    await heard.next('failed');
    expect(['ECONNRESET', 'EPIPE']).toContain(heard.failures[0]?.code);
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard.told).toEqual(['connected', 'failed']);
  });

  it('says nothing after it is destroyed, whatever comes or waits', async () => {
    const { stream, heard, peer } = await connected();
    while (stream.write(Buffer.alloc(65_536)));
    peer.write('late');
    stream.destroy();
    stream.destroy();
    await closed(peer.resume());
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard.told).toEqual(['connected']);
  });

  it('says nothing when it is destroyed while it connects', async () => {
    const server = await listen();
    const heard = new Heard();
    const stream = connect({ host: '127.0.0.1', port: server.port, source: null }, heard);
    stream.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard.told).toEqual([]);
  });
});
