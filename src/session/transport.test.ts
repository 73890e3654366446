import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TEST_TLS } from '../broker/testing/test-tls.js';
import { STAMP_BYTES } from '../model/plan.js';
import { writeStamp } from './stamp.js';
import { CLIENTS, newRecorder } from './testing/clients.js';
import { HeardListener } from './testing/heard.js';
import {
  RawServer,
  closePayload,
  serverFrame,
  textFrame,
  upgradeAnswer,
  type RawPeer,
} from './testing/raw-server.js';
import { nowUs } from '../shared/clock.js';
import type { Transport, TransportConfig } from './transport.js';

const CONNECTED = textFrame('CONNECTED\nversion:1.2\nserver:Test/1\n\n\0');
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

async function refusingPort(): Promise<number> {
  const server = await RawServer.listen();
  const { port } = server;
  await server.close();
  return port;
}

/** Lets everything that is on its way between two sockets of this process arrive. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 2));
}

// What both clients say of the same server must be the same, or results of the two could not be compared.
describe.each(CLIENTS)('the %s client', (name, newClient) => {
  interface Opened {
    readonly transport: Transport;
    readonly listener: HeardListener;
  }

  function open(url: string, config: Partial<TransportConfig> = {}): Opened {
    const listener = new HeardListener();
    const transport = newClient(url, listener, config);
    running.push(() => {
      transport.destroy();
    });
    transport.open();
    return { transport, listener };
  }

  async function connect(config: Partial<TransportConfig> = {}): Promise<Opened & { peer: RawPeer }> {
    const server = await listen();
    const opened = open(`ws://127.0.0.1:${server.port}/ws`, config);
    const peer = await server.peer();
    await peer.upgrade();
    await peer.frame(TEXT);
    peer.socket.write(CONNECTED);
    await opened.listener.next('connected');
    return { ...opened, peer };
  }

  describe('opens', () => {
    it('phase by phase, without dns for an address', async () => {
      const { listener } = await connect();
      expect(listener.types).toEqual(['tcp', 'upgrade', 'opened', 'connect', 'connected']);
    });

    it('with dns for a name', async () => {
      const server = await listen();
      const { listener } = open(`ws://localhost:${server.port}/ws`);
      const peer = await server.peer();
      await peer.upgrade();
      await listener.next('opened');
      expect(listener.types).toEqual(['dns', 'tcp', 'upgrade', 'opened', 'connect']);
    });

    it('with tls for wss, against an authority of its own', async () => {
      const server = await listen({ key: TEST_TLS.key, cert: TEST_TLS.cert });
      const tls = { insecure: false, caPem: TEST_TLS.cert, servername: null };
      const { listener } = open(`wss://localhost:${server.port}/ws`, { tls });
      const peer = await server.peer();
      await peer.upgrade(CONNECTED);
      await listener.next('connected');
      expect(listener.types).toEqual(['dns', 'tcp', 'tls', 'upgrade', 'opened', 'connect', 'connected']);
    });

    it('with what the plan says in the request and in CONNECT', async () => {
      const server = await listen();
      const url = `ws://user:p%40ss@127.0.0.1:${server.port}/a?b=c`;
      const config = {
        upgradeHeaders: { Origin: 'https://example.com' },
        subprotocols: ['v12.stomp', 'v11.stomp'],
        connectHeaders: { 'x-test': 'é' },
        heartbeatSendMs: 10_000,
        heartbeatReceiveMs: 20_000,
      };
      const { listener } = open(url, config);
      const peer = await server.peer();
      const request = await peer.request();
      expect(request).toMatch(/^GET \/a\?b=c HTTP\/1\.1\r\n/);
      expect(request).toMatch(/\r\nhost: 127\.0\.0\.1:\d+\r\n/i);
      expect(request).toContain('Origin: https://example.com\r\n');
      expect(request).toMatch(/sec-websocket-protocol: v12\.stomp, ?v11\.stomp\r\n/i);
      expect(request).toContain(`Authorization: Basic ${Buffer.from('user:p@ss').toString('base64')}\r\n`);
      peer.socket.write(upgradeAnswer(request, 'Sec-WebSocket-Protocol: v11.stomp\r\n'));
      const frame = (await peer.frame(TEXT)).toString();
      expect(frame).toMatch(/^CONNECT\n/);
      for (const line of [
        'accept-version:1.2,1.1,1.0',
        'host:/',
        'login:guest',
        'passcode:secret',
        'heart-beat:10000,20000',
        'x-test:é',
      ]) {
        expect(frame.split('\n')).toContain(line);
      }
      peer.socket.write(textFrame('CONNECTED\nversion:1.1\nheart-beat:30000,5000\n\n\0'));
      expect((await listener.next('connected')).info).toEqual({
        version: '1.1',
        software: null,
        subprotocol: 'v11.stomp',
        heartbeatOffered: '30000,5000',
        heartbeatSendMs: 10_000,
        heartbeatReceiveMs: 30_000,
      });
    });

    it('from an answer in any number of packets', async () => {
      const server = await listen();
      const { listener } = open(`ws://127.0.0.1:${server.port}/ws`);
      const peer = await server.peer();
      const bytes = Buffer.concat([Buffer.from(upgradeAnswer(await peer.request())), CONNECTED]);
      peer.socket.setNoDelay(true);
      for (let at = 0; at < bytes.length; at += 7) {
        peer.socket.write(bytes.subarray(at, at + 7));
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect((await listener.next('connected')).info.software).toBe('Test/1');
    });
  });

  describe('refuses to open, and says so by a code, when', () => {
    it.each([404, 401, 503, 200, 302])('the status is %i', async (status) => {
      const server = await listen();
      const { listener } = open(`ws://127.0.0.1:${server.port}/ws`);
      const peer = await server.peer();
      await peer.request();
      peer.socket.write(`HTTP/1.1 ${status} Reason\r\nContent-Length: 2\r\nLocation: /other\r\n\r\nno`);
      expect((await listener.next('fact')).fact).toEqual({ type: 'status', status, reason: 'Reason' });
      expect(listener.types).toEqual(['tcp', 'upgrade', 'fact']);
    });

    it.each([
      ['the accept key is wrong', (answer: string) => answer.replace(/Accept: ./, 'Accept: !')],
      ['Upgrade is missing or another', (answer: string) => answer.replace('websocket', 'h2c')],
      [
        'a subprotocol was not asked for',
        (answer: string) => answer.replace(/\r\n\r\n$/, '\r\nSec-WebSocket-Protocol: chat\r\n\r\n'),
      ],
      [
        'an extension was not offered',
        (answer: string) =>
          answer.replace(/\r\n\r\n$/, '\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n'),
      ],
    ])('%s', async (_what, spoil) => {
      const server = await listen();
      const { listener } = open(`ws://127.0.0.1:${server.port}/ws`);
      const peer = await server.peer();
      peer.socket.write(spoil(upgradeAnswer(await peer.request())));
      expect((await listener.next('fact')).fact.type).toBe('refusal');
      expect(listener.types).toEqual(['tcp', 'upgrade', 'fact']);
    });

    it('none of the subprotocols is chosen, as browsers do', async () => {
      const server = await listen();
      const { listener } = open(`ws://127.0.0.1:${server.port}/ws`, { subprotocols: ['v12.stomp'] });
      const peer = await server.peer();
      peer.socket.write(upgradeAnswer(await peer.request()));
      expect((await listener.next('fact')).fact.type).toBe('refusal');
      expect(listener.types).toEqual(['tcp', 'upgrade', 'fact']);
    });

    it('the answer is no HTTP', async () => {
      const server = await listen();
      const { listener } = open(`ws://127.0.0.1:${server.port}/ws`);
      const peer = await server.peer();
      await peer.request();
      peer.socket.write('SSH-2.0-OpenSSH_9.2\r\n');
      expect((await listener.next('fact')).fact.type).toBe('fault');
    });

    it('TCP ends before the answer', async () => {
      const server = await listen();
      const { listener } = open(`ws://127.0.0.1:${server.port}/ws`);
      const peer = await server.peer();
      await peer.request();
      peer.socket.end();
      await listener.next('end');
      expect(listener.facts).toEqual([]);
    });

    it('the connection is refused', async () => {
      const { listener } = open(`ws://127.0.0.1:${await refusingPort()}/ws`);
      expect((await listener.next('fact')).fact).toMatchObject({ type: 'system', code: 'ECONNREFUSED' });
      expect(listener.types).toEqual(['tcp', 'fact']);
    });

    it('the connection is reset', async () => {
      const server = await listen();
      const { listener } = open(`ws://127.0.0.1:${server.port}/ws`);
      const peer = await server.peer();
      await peer.request();
      peer.socket.resetAndDestroy();
      expect((await listener.next('fact')).fact).toMatchObject({ type: 'system', code: 'ECONNRESET' });
    });

    it('the name does not resolve', async () => {
      const { listener } = open('ws://nonexistent.invalid/ws');
      expect((await listener.next('fact')).fact).toMatchObject({
        type: 'system',
        code: expect.stringMatching(/^E/),
      });
      expect(listener.types).toEqual(['dns', 'fact']);
    });

    it('the authority of a certificate is unknown', async () => {
      const server = await listen({ key: TEST_TLS.key, cert: TEST_TLS.cert });
      const { listener } = open(`wss://127.0.0.1:${server.port}/ws`);
      expect((await listener.next('fact')).fact).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
      expect(listener.types).toEqual(['tcp', 'tls', 'fact']);
    });

    it('the name of a certificate is another', async () => {
      const server = await listen({ key: TEST_TLS.key, cert: TEST_TLS.cert });
      const tls = { insecure: false, caPem: TEST_TLS.cert, servername: 'elsewhere.example' };
      const { listener } = open(`wss://127.0.0.1:${server.port}/ws`, { tls });
      expect((await listener.next('fact')).fact).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    });

    it('the port does not speak TLS', async () => {
      const server = await listen();
      const { listener } = open(`wss://127.0.0.1:${server.port}/ws`);
      const peer = await server.peer();
      peer.socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
      const { fact } = await listener.next('fact');
      expect(fact).toMatchObject({ type: 'system', code: expect.stringMatching(/^(EPROTO|ERR_SSL_)/) });
      expect(listener.types).toEqual(['tcp', 'tls', 'fact']);
    });
  });

  it('trusts any certificate where the plan says insecure', async () => {
    const server = await listen({ key: TEST_TLS.key, cert: TEST_TLS.cert });
    const tls = { insecure: true, caPem: null, servername: null };
    const { listener } = open(`wss://127.0.0.1:${server.port}/ws`, { tls });
    await (await server.peer()).upgrade();
    await listener.next('opened');
  });

  describe('reads', () => {
    it('a MESSAGE, its stamp from the body or from the header, and what an ACK has to say', async () => {
      const { transport, listener, peer } = await connect();
      transport.subscribe({
        id: 'sub-0',
        destination: '/topic/a',
        ack: 'client',
        receipt: null,
        headers: {},
      });
      const stamp = { run: 5, publisher: 1, seq: 2, sentUs: 3, lagUs: 4, destination: 6 };
      const bytes = Buffer.alloc(STAMP_BYTES);
      writeStamp(bytes, 0, stamp);
      const text = bytes.toString('latin1');
      peer.socket.write(
        Buffer.concat([
          textFrame(`MESSAGE\nsubscription:sub-0\nmessage-id:m\nack:a\n\n{"x":"${text}"}\0`),
          textFrame(
            `MESSAGE\nsubscription:sub-0\nmessage-id:m\nstompede-stamp:${text.replaceAll(':', '\\c')}\n\nhello\0`,
          ),
          textFrame('MESSAGE\nsubscription:other\n\nfrom elsewhere\0'),
          textFrame(`MESSAGE\nsubscription:sub-0\n\n${text.replace(/.$/, '!')}\0`),
        ]),
      );
      await listener.next('message', 4);
      expect(listener.heard.filter(({ type }) => type === 'message')).toEqual([
        { type: 'message', subscription: 'sub-0', stamp, ackId: 'a' },
        { type: 'message', subscription: 'sub-0', stamp, ackId: 'm' },
        { type: 'message', subscription: 'other', stamp: null, ackId: null },
        { type: 'message', subscription: 'sub-0', stamp: 'damaged', ackId: null },
      ]);
    });

    it('several frames in one message, and one over several', async () => {
      const { listener, peer } = await connect();
      peer.socket.write(textFrame('RECEIPT\nreceipt-id:a\n\n\0\nRECEIPT\nreceipt-id:b\n\n\0RECEIPT\nrec'));
      peer.socket.write(textFrame('eipt-id:c\n\n\0'));
      await listener.next('receipt', 3);
      expect(listener.heard.flatMap((heard) => (heard.type === 'receipt' ? [heard.id] : []))).toEqual([
        'a',
        'b',
        'c',
      ]);
    });

    it('an ERROR, with its message and the start of its body', async () => {
      const { listener, peer } = await connect();
      peer.socket.write(textFrame('ERROR\nmessage:Bad CONNECT\n\nAccess refused\0'));
      expect((await listener.next('fact')).fact).toEqual({
        type: 'error-frame',
        message: 'Bad CONNECT: Access refused',
      });
    });

    it.each(['constructor', '__proto__', 'hasOwnProperty', 'toString', '__defineGetter__'])(
      'ids that are called %s like any other',
      async (id) => {
        const written = vi.spyOn(console, 'log').mockImplementation(() => undefined);
        running.push(() => {
          written.mockRestore();
        });
        const { listener, peer } = await connect();
        peer.socket.write(textFrame(`MESSAGE\nsubscription:${id}\nmessage-id:m\n\nx\0`));
        peer.socket.write(textFrame(`RECEIPT\nreceipt-id:${id}\n\n\0`));
        expect(await listener.next('message')).toMatchObject({ subscription: id });
        expect(await listener.next('receipt')).toMatchObject({ id });
        expect(written).not.toHaveBeenCalled();
      },
    );

    it('a ping, and answers it with the same bytes', async () => {
      const { peer } = await connect();
      peer.socket.write(serverFrame(PING, Buffer.from('are you there')));
      expect((await peer.frame(PONG)).toString()).toBe('are you there');
    });
  });

  describe('knows when it last wrote anything:', () => {
    it.each<[string, (transport: Transport, peer: RawPeer) => void]>([
      [
        'a frame',
        (transport) => {
          transport.unsubscribe('0', null);
        },
      ],
      [
        'a Pong',
        (_, peer) => {
          peer.socket.write(serverFrame(PING, Buffer.alloc(0)));
        },
      ],
    ])('%s', async (_, write) => {
      const { transport, peer } = await connect();
      const beforeUs = nowUs();
      expect(transport.lastWriteUs).toBeGreaterThan(0);
      expect(transport.lastWriteUs).toBeLessThan(beforeUs);
      const frames = peer.frames.length;
      write(transport, peer);
      await peer.until(() => peer.frames.length > frames);
      expect(transport.lastWriteUs).toBeGreaterThanOrEqual(beforeUs);
    });

    it('the answer to a Close frame is not among it', async () => {
      const { transport, listener, peer } = await connect();
      const { lastWriteUs } = transport;
      peer.socket.write(serverFrame(CLOSE, closePayload(1000)));
      await listener.next('close-frame');
      await peer.frame(CLOSE);
      expect(transport.lastWriteUs).toBe(lastWriteUs);
    });
  });

  describe('says that a rule is broken by', () => {
    it.each<[string, Buffer]>([
      ['a masked frame', Buffer.of(0x81, 0x81, 0, 0, 0, 0, 0x0a)],
      ['a reserved opcode', serverFrame(3, Buffer.from('x'))],
      ['a reserved bit', Buffer.of(0xc1, 1, 0x0a)],
      ['text that is not UTF-8', serverFrame(TEXT, Buffer.of(0xff))],
      ['a close code that may not be sent', serverFrame(CLOSE, closePayload(1005))],
      ['a close code of nowhere', serverFrame(CLOSE, closePayload(0))],
      ['a message above the limit', serverFrame(TEXT, Buffer.alloc(65_537, 'x'))],
      [
        'a frame of STOMP above the limit',
        Buffer.concat([
          textFrame('MESSAGE\n\n'),
          ...Array.from({ length: 5 }, () => textFrame('x'.repeat(20_000))),
        ]),
      ],
      ['a command that no server sends', textFrame('SEND\ndestination:/a\n\n\0')],
      ['a command that is called constructor', textFrame('constructor\n\n\0')],
      ['a version that was not offered', textFrame('CONNECTED\nversion:9.9\n\n\0')],
    ])('%s', async (what, bytes) => {
      const server = await listen();
      const { listener } = open(`ws://127.0.0.1:${server.port}/ws`);
      const peer = await server.peer();
      await peer.upgrade();
      if (!what.includes('version')) {
        peer.socket.write(CONNECTED);
        await listener.next('connected');
      }
      peer.socket.write(bytes);
      expect((await listener.next('fact')).fact.type).toBe('fault');
      expect(listener.types.at(-1)).toBe('fact');
    });
  });

  describe('is told of the end', () => {
    it('by a Close frame, at once and once, and answers it; then by the end of TCP', async () => {
      const { listener, peer } = await connect();
      peer.socket.write(serverFrame(CLOSE, closePayload(1000, 'STOMP died')));
      expect(await listener.next('close-frame')).toMatchObject({ code: 1000, reason: 'STOMP died' });
      expect(listener.types).not.toContain('end');
      expect((await peer.frame(CLOSE)).readUInt16BE(0)).toBe(1000);
      peer.socket.end();
      await listener.next('end');
      await settle();
      expect(listener.types.filter((type) => type === 'close-frame' || type === 'end')).toEqual([
        'close-frame',
        'end',
      ]);
      expect(peer.frames.filter(({ opcode }) => opcode === CLOSE)).toHaveLength(1);
    });

    it('by a Close frame and a FIN in one packet', async () => {
      const { listener, peer } = await connect();
      peer.socket.end(serverFrame(CLOSE, closePayload(1001)));
      expect(await listener.next('close-frame')).toMatchObject({ code: 1001 });
      await listener.next('end');
      expect((await peer.frame(CLOSE)).readUInt16BE(0)).toBe(1001);
    });

    it('by a Close frame without a code', async () => {
      const { listener, peer } = await connect();
      peer.socket.write(serverFrame(CLOSE, Buffer.alloc(0)));
      expect(await listener.next('close-frame')).toMatchObject({ code: 1005, reason: '' });
      expect(await peer.frame(CLOSE)).toHaveLength(0);
    });

    it('by a Close frame that comes in the packet of a RECEIPT', async () => {
      const { transport, listener, peer } = await connect();
      listener.onEach = (heard) => {
        if (heard.type === 'receipt') transport.close();
      };
      transport.disconnect('bye');
      await peer.until(() => peer.frames.some(({ payload }) => payload.includes('DISCONNECT')));
      peer.socket.end(
        Buffer.concat([textFrame('RECEIPT\nreceipt-id:bye\n\n\0'), serverFrame(CLOSE, closePayload(1000))]),
      );
      await listener.next('end');
      expect(listener.types.filter((type) => type === 'receipt')).toHaveLength(1);
      expect(listener.facts).toEqual([]);
      await peer.until(() => peer.ended);
      expect(peer.frames.filter(({ opcode }) => opcode === CLOSE)).toHaveLength(1);
    });

    it('by a FIN', async () => {
      const { listener, peer } = await connect();
      peer.socket.end();
      await listener.next('end');
      expect(listener.types).not.toContain('close-frame');
      expect(listener.facts).toEqual([]);
    });

    it('by a reset', async () => {
      const { listener, peer } = await connect();
      peer.socket.resetAndDestroy();
      expect((await listener.next('fact')).fact).toMatchObject({ type: 'system', code: 'ECONNRESET' });
    });

    it('of TLS', async () => {
      const server = await listen({ key: TEST_TLS.key, cert: TEST_TLS.cert });
      const tls = { insecure: true, caPem: null, servername: null };
      const { listener } = open(`wss://127.0.0.1:${server.port}/ws`, { tls });
      const peer = await server.peer();
      await peer.upgrade();
      await listener.next('opened');
      peer.socket.end();
      await listener.next('end');
      expect(listener.facts).toEqual([]);
    });
  });

  it('closes with 1000 when it is told to, and says nothing after that frame', async () => {
    const { transport, peer } = await connect();
    transport.close();
    transport.close();
    expect((await peer.frame(CLOSE)).readUInt16BE(0)).toBe(1000);
    peer.socket.write(serverFrame(CLOSE, closePayload(1000)));
    peer.socket.end();
    await peer.until(() => peer.ended);
    expect(peer.frames.at(-1)?.opcode).toBe(CLOSE);
  });

  it('says in frames of STOMP what it is told to', async () => {
    const { transport, peer } = await connect();
    transport.subscribe({
      id: 'sub-0',
      destination: '/topic/a:b',
      ack: 'client',
      receipt: 's0',
      headers: { 'x-y': 'z' },
    });
    transport.send({
      destination: '/topic/c',
      headers: { p: '1' },
      contentType: 'text/plain',
      receipt: 'p0',
      body: Buffer.from('é'),
    });
    transport.ack('sub-0', 'the:id');
    transport.unsubscribe('sub-0', 'u0');
    transport.disconnect('bye');
    await peer.frame(TEXT, 6);
    const frames = peer.frames.slice(1).map(({ payload }) => {
      const [head = '', body] = payload.toString().split('\n\n');
      const [command, ...lines] = head.split('\n');
      return { command, lines: new Set(lines), body };
    });
    expect(frames).toEqual([
      {
        command: 'SUBSCRIBE',
        lines: new Set(['id:sub-0', 'destination:/topic/a\\cb', 'ack:client', 'receipt:s0', 'x-y:z']),
        body: '\0',
      },
      {
        command: 'SEND',
        lines: new Set([
          'destination:/topic/c',
          'content-type:text/plain',
          'receipt:p0',
          'p:1',
          'content-length:2',
        ]),
        body: 'é\0',
      },
      {
        command: 'ACK',
        lines: expect.toSatisfy((lines: Set<string>) => lines.has('id:the\\cid')),
        body: '\0',
      },
      { command: 'UNSUBSCRIBE', lines: new Set(['id:sub-0', 'receipt:u0']), body: '\0' },
      { command: 'DISCONNECT', lines: new Set(['receipt:bye']), body: '\0' },
    ]);
  });

  it('says when the socket is full, and when it takes data again', async () => {
    const { transport, listener, peer } = await connect();
    peer.socket.pause();
    const body = Buffer.alloc(60_000, 'x');
    let sends = 0;
    while (transport.send({ destination: '/a', headers: {}, contentType: 'x', receipt: null, body })) sends++;
    expect(sends).toBeLessThan(2000);
    expect(listener.types).not.toContain('drain');
    peer.socket.resume();
    await listener.next('drain');
    await settle();
    expect(listener.types.filter((type) => type === 'drain')).toHaveLength(1);
  });

  it('counts the bytes of both directions', async () => {
    const recorder = newRecorder();
    const server = await listen();
    const listener = new HeardListener();
    const transport = newClient(`ws://127.0.0.1:${server.port}/ws`, listener, {}, { recorder });
    transport.open();
    const peer = await server.peer();
    await peer.upgrade(CONNECTED);
    await listener.next('connected');
    await peer.frame(TEXT);
    transport.destroy();
    await peer.until(() => peer.closed);
    expect(recorder.counts.bytesReceived).toBe(peer.socket.bytesWritten);
    expect(recorder.counts.bytesSent).toBe(peer.socket.bytesRead);
  });

  describe('destroyed', () => {
    it.each(['tcp', 'upgrade', 'opened', 'connect', 'connected', 'receipt', 'message', 'close-frame', 'end'])(
      'at the moment of %s, is silent and leaves no socket',
      async (moment) => {
        const server = await listen();
        const listener = new HeardListener();
        const transport = newClient(`ws://127.0.0.1:${server.port}/ws`, listener);
        listener.onEach = () => {
          if (listener.types.at(-1) === moment) transport.destroy();
        };
        transport.open();
        const goodbye = Buffer.concat([
          textFrame('RECEIPT\nreceipt-id:a\n\n\0'),
          textFrame('MESSAGE\nsubscription:x\nmessage-id:m\n\nhi\0RECEIPT\nreceipt-id:b\n\n\0'),
          serverFrame(CLOSE, closePayload(1000)),
        ]);
        if (moment !== 'tcp') {
          const peer = await server.peer();
          const upgraded = peer.upgrade(Buffer.concat([CONNECTED, goodbye]));
          if (moment !== 'upgrade') {
            await upgraded;
            await peer.until(() => moment !== 'end' || peer.frames.some(({ opcode }) => opcode === CLOSE));
            if (moment === 'end') peer.socket.end();
          }
          await peer.until(() => peer.closed);
        }
        await settle();
        expect(listener.types.at(-1)).toBe(moment);
        expect(server.peers.every(({ closed }) => closed)).toBe(true);
      },
    );

    it('before it was opened, or twice, does nothing', () => {
      const transport = newClient('ws://127.0.0.1:9/ws', new HeardListener());
      transport.destroy();
      transport.destroy();
    });

    it('while its name is looked up, is silent', async () => {
      const listener = new HeardListener();
      const transport = newClient('ws://localhost:9/ws', listener);
      transport.open();
      transport.destroy();
      await settle();
      expect(listener.types).toEqual(['dns']);
    });

    it('says nothing that it is told to say then', async () => {
      const { transport, peer } = await connect();
      transport.destroy();
      transport.close();
      expect(() => transport.disconnect('bye')).not.toThrow();
      await peer.until(() => peer.closed);
      expect(peer.frames).toHaveLength(1);
    });
  });

  it('takes any bytes after the upgrade: it may tell of a fault, and neither throws nor hangs', async () => {
    const thrown: unknown[] = [];
    const onThrown = (error: unknown) => thrown.push(error);
    process.on('uncaughtException', onThrown);
    running.push(() => {
      process.off('uncaughtException', onThrown);
    });
    const written = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    running.push(() => {
      written.mockRestore();
    });
    const pieces = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc
        .tuple(fc.constantFrom(0, TEXT, 2, CLOSE, PING, PONG), fc.uint8Array({ maxLength: 120 }))
        .map(([opcode, bytes]) => serverFrame(opcode, Buffer.from(bytes))),
      fc.constantFrom(
        CONNECTED,
        textFrame('CONNECTED\n\n\0'),
        textFrame('CONNECTED\nversion:1.0\nheart-beat:x,-1\n\n\0'),
        textFrame('MESSAGE\n\n\0'),
        textFrame('MESSAGE\nsubscription:hasOwnProperty\n\n\0'),
        textFrame('MESSAGE\ncontent-length:-5\n\nabc\0'),
        textFrame('RECEIPT\nreceipt-id:valueOf\n\n\0'),
        textFrame('ERROR\n\n\0'),
        textFrame('\n\n'),
        serverFrame(CLOSE, closePayload(3000, 'x')),
      ),
    );
    const server = await listen();
    let n = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { minLength: 1, maxLength: 6 }), async (parts) => {
        const { transport, listener } = open(`ws://127.0.0.1:${server.port}/ws`);
        const peer = await server.peer(++n);
        await peer.upgrade();
        listener.onEach = (heard) => {
          // As a session does: subscribe at CONNECTED, acknowledge what comes.
          if (heard.type === 'connected') {
            transport.subscribe({
              id: 'sub-0',
              destination: '/a',
              ack: 'client',
              receipt: 's0',
              headers: {},
            });
          } else if (heard.type === 'message' && heard.ackId !== null) {
            if (listener.types.includes('connected')) transport.ack(heard.subscription, heard.ackId);
          } else if (heard.type === 'fact' || heard.type === 'end') transport.destroy();
        };
        peer.socket.end(Buffer.concat(parts));
        await peer.until(() => peer.closed);
        if (!listener.types.includes('fact')) await listener.next('end');
        expect(listener.facts.length).toBeLessThanOrEqual(1);
        expect(thrown).toEqual([]);
        expect(written).not.toHaveBeenCalled();
      }),
      { numRuns: name === 'native' ? 150 : 100 },
    );
  });
});
