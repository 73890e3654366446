import { once } from 'node:events';
import net from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type TcpHandles, tcpHandles } from '../shared/tcp-handle.js';
import { TEST_TLS } from '../broker/testing/test-tls.js';
import { NativeSocket } from './native-socket.js';
import { nativeClient, newRecorder } from './testing/clients.js';
import { HeardListener } from './testing/heard.js';
import { Knowing } from './testing/knowing.js';
import { RawServer, closePayload, serverFrame, textFrame, type RawPeer } from './testing/raw-server.js';
import { TimerWheel } from './timer-wheel.js';
import type { TransportConfig } from './transport.js';

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

const running: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

async function listen(...options: Parameters<typeof RawServer.listen>): Promise<RawServer> {
  const server = await RawServer.listen(...options);
  running.push(() => server.close());
  return server;
}

/** A connected client whose clock and wheel only move when the test says so. */
async function connect(
  connected: string,
  config: Partial<TransportConfig> = {},
  handles: TcpHandles | null = tcpHandles(),
) {
  const server = await listen();
  const listener = new HeardListener();
  const clock = { us: 1_000_000_000 };
  const wheel = new TimerWheel(clock.us);
  const recorder = newRecorder();
  const transport = nativeClient(`ws://127.0.0.1:${server.port}/`, listener, config, {
    now: () => clock.us,
    wheel,
    recorder,
    handles,
  });
  running.push(() => {
    transport.destroy();
  });
  transport.open();
  const peer = await server.peer();
  await peer.upgrade(textFrame(connected));
  await listener.next('connected');
  await peer.frame(TEXT);
  const pass = (ms: number): void => {
    for (const untilUs = clock.us + ms * 1000; clock.us < untilUs;) {
      clock.us += 20_000;
      wheel.advance(clock.us);
    }
  };
  return { transport, listener, peer, pass, recorder };
}

const CONNECTED = 'CONNECTED\nversion:1.2\n\n\0';
const beats = (peer: RawPeer): number =>
  peer.frames.filter(({ payload }) => payload.toString() === '\n').length;

describe.each([
  ['bare handles', tcpHandles()],
  ['net', null],
])('an end of TCP without a Close frame, over %s,', (_, handles) => {
  // Bytes and what follows them are there together when the client reads.
  it('that is an RST directly after bytes is told as one', async () => {
    const { listener, peer } = await connect(CONNECTED, {}, handles);
    peer.socket.write(serverFrame(PING, Buffer.alloc(0)));
    peer.socket.resetAndDestroy();
    await listener.next('fact');
    expect(listener.facts).toMatchObject([{ type: 'system', code: 'ECONNRESET' }]);
    expect(listener.types).not.toContain('end');
  });

  it('is told with the moment at which it is known, though it is asked for earlier', async () => {
    const { transport, listener, peer, pass } = await connect(CONNECTED, {}, handles);
    const ended = vi.spyOn(listener, 'onEnd');
    // As a socket does that has to write something before.
    const ask = vi.spyOn(NativeSocket.prototype, 'askHowItEnded').mockImplementation((then) => {
      pass(2000);
      then(null);
    });
    running.push(() => {
      ask.mockRestore();
    });
    peer.socket.end();
    await listener.next('end');
    expect(ended).toHaveBeenCalledWith(1_002_000_000);
    transport.destroy();
  });

  it('that is a FIN directly after bytes is told as one', async () => {
    const { listener, peer } = await connect(CONNECTED, {}, handles);
    peer.socket.end(serverFrame(PING, Buffer.alloc(0)));
    await listener.next('end');
    expect(listener.facts).toEqual([]);
  });

  it('is told also where the other side has stopped reading, and what we sent still waits', async () => {
    const { transport, listener, peer } = await connect(CONNECTED, {}, handles);
    peer.socket.pause();
    const body = Buffer.alloc(1_000_000);
    const send = (): boolean =>
      transport.send({
        destination: '/topic/a',
        headers: {},
        contentType: 'text/plain',
        receipt: null,
        body,
      });
    for (let sends = 0; sends < 20; sends++) send();
    expect(send()).toBe(false);
    peer.socket.end();
    await listener.next('end');
  });
});

describe('a name with two addresses', () => {
  it('is reached at the second when the first refuses, without another phase; the second is preferred then', async () => {
    const server = await listen();
    const listener = new HeardListener();
    const resolver = new Knowing('127.0.0.2', '127.0.0.1');
    const transport = nativeClient(`ws://two.example:${server.port}/`, listener, {}, { resolver });
    running.push(() => {
      transport.destroy();
    });
    transport.open();
    await (await server.peer()).upgrade();
    await listener.next('opened');
    expect(listener.types).toEqual(['tcp', 'upgrade', 'opened', 'connect']);
    expect(resolver.preferred).toEqual(['two.example 127.0.0.1']);
  });

  it('refuses when both do, once', async () => {
    const server = await RawServer.listen();
    const { port } = server;
    await server.close();
    const listener = new HeardListener();
    const resolver = new Knowing('127.0.0.2', '127.0.0.1');
    nativeClient(`ws://two.example:${port}/`, listener, {}, { resolver }).open();
    await listener.next('fact');
    expect(listener.types).toEqual(['tcp', 'fact']);
    expect(listener.facts).toMatchObject([
      { code: 'ECONNREFUSED', message: expect.stringContaining('127.0.0.2') },
    ]);
  });

  // Machines differ in what they have a way to.
  it.each([
    ['first', ['127.0.0.1', '2001:db8::1']],
    ['second', ['2001:db8::1', '127.0.0.1']],
  ])('refuses when the %s does and to the other there is no way', async (_, addresses) => {
    const server = await RawServer.listen();
    const { port } = server;
    await server.close();
    const listener = new HeardListener();
    const failing = vi.spyOn(net, 'connect').mockImplementation(((options: net.TcpNetConnectOpts) => {
      const socket = new net.Socket({ onread: options.onread } as net.SocketConstructorOpts);
      if (options.host !== '2001:db8::1') return socket.connect(options);
      const error = Object.assign(new Error('connect ENETUNREACH'), { code: 'ENETUNREACH' });
      return socket.destroy(error);
    }) as typeof net.connect);
    running.push(() => {
      failing.mockRestore();
    });
    const resolver = new Knowing(...addresses);
    nativeClient(`ws://two.example:${port}/`, listener, {}, { resolver, handles: null }).open();
    await listener.next('fact');
    expect(listener.facts).toMatchObject([{ code: 'ECONNREFUSED' }]);
  });

  it('is not tried at the second once the first has answered', async () => {
    const server = await listen({ key: TEST_TLS.key, cert: TEST_TLS.cert });
    const listener = new HeardListener();
    const resolver = new Knowing('127.0.0.1', '127.0.0.2');
    nativeClient(`wss://localhost:${server.port}/`, listener, {}, { resolver }).open();
    await listener.next('fact');
    expect(listener.types).toEqual(['tcp', 'tls', 'fact']);
    expect(listener.facts).toMatchObject([{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }]);
  });
});

it('ends with a socket that closes without an end or an error, once', async () => {
  const opening = vi.spyOn(net, 'connect');
  running.push(() => {
    opening.mockRestore();
  });
  const { listener } = await connect(CONNECTED, {}, null);
  const socket = opening.mock.results[0]?.value as net.Socket;
  const closed = once(socket, 'close');
  socket.destroy();
  await closed;
  expect(listener.types.slice(-2)).toEqual(['connected', 'end']);
});

describe('heart-beats', () => {
  const config = { heartbeatSendMs: 10_000, heartbeatReceiveMs: 10_000 };

  it('are sent before each agreed interval is over', async () => {
    const { peer, pass } = await connect('CONNECTED\nversion:1.2\nheart-beat:0,10000\n\n\0', config);
    for (let interval = 1; interval <= 3; interval++) {
      pass(10_000);
      await peer.frame(TEXT, 1 + interval);
      expect(beats(peer)).toBeGreaterThanOrEqual(interval);
    }
  });

  it('are not sent where something else was', async () => {
    const { transport, peer, pass } = await connect(
      'CONNECTED\nversion:1.2\nheart-beat:0,10000\n\n\0',
      config,
    );
    for (let i = 0; i < 10; i++) {
      pass(5000);
      transport.unsubscribe('x', null);
    }
    await peer.frame(TEXT, 11);
    expect(beats(peer)).toBe(0);
  });

  it('are not sent after a Close frame, ours or the server’s', async () => {
    for (const ours of [true, false]) {
      const { transport, listener, peer, pass } = await connect(
        'CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0',
        config,
      );
      if (ours) transport.close();
      else {
        peer.socket.write(serverFrame(CLOSE, closePayload(1000)));
        await listener.next('close-frame');
      }
      pass(100_000);
      await peer.frame(CLOSE);
      peer.socket.end();
      await listener.next('end');
      await peer.until(() => peer.closed);
      expect(beats(peer)).toBe(0);
      expect(listener.facts).toEqual([]);
    }
  });

  it('that were promised and do not come for 2.5 intervals are a silence', async () => {
    const { listener, peer, pass } = await connect(
      'CONNECTED\nversion:1.2\nheart-beat:10000,0\n\n\0',
      config,
    );
    pass(24_000);
    peer.socket.write(textFrame('\nRECEIPT\nreceipt-id:seen\n\n\0'));
    await listener.next('receipt');
    pass(24_900);
    expect(listener.facts).toEqual([]);
    pass(120);
    expect(listener.facts).toEqual([{ type: 'silence', forMs: expect.any(Number) }]);
  });
});

describe('a server that does not read', () => {
  it('gets no Pong for every Ping, so that nothing grows', async () => {
    const { listener, peer, recorder } = await connect(CONNECTED);
    const sentBefore = recorder.counts.bytesSent;
    peer.socket.pause();
    const ping = serverFrame(PING, Buffer.alloc(125));
    const flood = Buffer.concat(Array.from({ length: 8000 }, () => ping));
    for (let i = 0; i < 20; i++) peer.socket.write(flood);
    peer.socket.write(textFrame('RECEIPT\nreceipt-id:last\n\n\0'));
    await listener.next('receipt');
    // What the system's own buffers took is not held by us.
    expect(recorder.counts.bytesSent - sentBefore).toBeLessThan(160_000 * 131);
    peer.socket.resume();
    await peer.frame(PONG);
  });

  it('is at fault when the ACKs of its messages pile up', async () => {
    const { transport, listener, peer } = await connect(CONNECTED);
    peer.socket.pause();
    const message = textFrame(`MESSAGE\nsubscription:sub-0\nack:${'a'.repeat(1000)}\n\n\0`);
    listener.onEach = (heard) => {
      if (heard.type === 'message') transport.ack('sub-0', heard.ackId ?? '');
    };
    const flood = Buffer.concat(Array.from({ length: 100 }, () => message));
    const go = (): void => {
      if (!peer.closed && listener.facts.length === 0) peer.socket.write(flood, () => setImmediate(go));
    };
    go();
    expect((await listener.next('fact')).fact).toMatchObject({ type: 'fault', code: 'stomp-unread' });
  });
});

describe('the version that the server chooses', () => {
  it.each([
    ['1.2', 'MESSAGE\nsubscription:s\nmessage-id:m\nack:a\n\n\0', 'ACK\nid:a\n\n\0'],
    ['1.1', 'MESSAGE\nsubscription:s\nmessage-id:m\n\n\0', 'ACK\nmessage-id:m\nsubscription:s\n\n\0'],
    ['1.0', 'MESSAGE\nsubscription:s\nmessage-id:m\n\n\0', 'ACK\nmessage-id:m\nsubscription:s\n\n\0'],
  ])('%s decides what an ACK looks like', async (version, message, ack) => {
    const { transport, listener, peer } = await connect(`CONNECTED\nversion:${version}\n\n\0`);
    listener.onEach = (heard) => {
      if (heard.type === 'message') transport.ack(heard.subscription, heard.ackId ?? '');
    };
    peer.socket.write(textFrame(message));
    expect((await peer.frame(TEXT, 2)).toString()).toBe(ack);
  });

  it('is 1.0 where CONNECTED has none', async () => {
    const { listener } = await connect('CONNECTED\n\n\0');
    expect((await listener.next('connected')).info.version).toBe('1.0');
  });

  it('may not be able to carry a header: a fault, and no exception', async () => {
    const { transport, listener } = await connect('CONNECTED\nversion:1.0\n\n\0');
    const headers = { selector: 'two\nlines' };
    expect(() => {
      transport.subscribe({ id: 'sub-0', destination: '/a', ack: 'auto', receipt: null, headers });
    }).not.toThrow();
    expect(listener.facts).toMatchObject([{ type: 'fault', code: 'stomp-header' }]);
  });
});

it('reads two connections through one buffer without mixing them up', async () => {
  const first = await connect(CONNECTED);
  const second = await connect(CONNECTED);
  const text = (id: string) => textFrame(`RECEIPT\nreceipt-id:${id.repeat(2000)}\n\n\0`);
  first.peer.socket.write(text('a').subarray(0, 1000));
  second.peer.socket.write(text('b').subarray(0, 1500));
  await new Promise((resolve) => setTimeout(resolve, 5));
  first.peer.socket.write(text('a').subarray(1000));
  second.peer.socket.write(text('b').subarray(1500));
  expect((await first.listener.next('receipt')).id).toBe('a'.repeat(2000));
  expect((await second.listener.next('receipt')).id).toBe('b'.repeat(2000));
});
