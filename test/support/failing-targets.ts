import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type FailureKind, kindInfo, type Side } from '../../src/model/failures.js';
import type { ClientKind } from '../../src/model/plan.js';
import { PHASES, type Stage } from '../../src/model/phases.js';
import { startBroker } from './broker.js';
import { CA_FILE, identity } from './certificates.js';
import { type Ended, Run, runToEnd, type Scenario } from './cli.js';
import { httpServer, tcpServer, unusedAddress } from './servers.js';
import { expectSoundCounts, samplesIn } from './sound-counts.js';
import { giveReceipt, type Peer, silence, stompServer } from './stomp-server.js';

// Every target here is a real server in this process or one of its own, and every run is the real command line.

const CONNECTIONS = 8;
const WRONG_PASSCODE = 'wrong:horse-battery-staple';

const EVERYBODY = {
  name: 'failing-target',
  connect: { connections: CONNECTIONS, rate: '100/s' },
  subscribe: [{ destination: '/topic/news' }],
  hold: '100ms',
  disconnect: { rate: 'unlimited' },
};

type Changes = Scenario & { readonly connect?: Scenario };

/** The scenario of all these tests, with changes of its own. */
function scenario(target: string, { connect, ...changes }: Changes = {}): Scenario {
  return { ...EVERYBODY, target, ...changes, connect: { ...EVERYBODY.connect, ...connect } };
}

interface Expected {
  readonly exit: 4 | 5;
  readonly phase: Stage;
  readonly kind: FailureKind;
  readonly side: Side;
  readonly code?: number;
  readonly sample: RegExp;
}

/** On a busy machine the generator may be unwell when something fails; the failure is the same. */
const EITHER: unknown = expect.any(Number);

/** All of the run's connections have failed in this one way. */
function expectAllFailed({ exitCode, result, run }: Ended, expected: Expected): void {
  const { exit, phase, kind, side, code = null, sample } = expected;
  expect(result.failures).toEqual([
    {
      role: 'connection',
      phase,
      kind,
      side,
      code,
      count: CONNECTIONS,
      whileUnsound: EITHER,
      sample: expect.stringMatching(sample) as unknown,
    },
  ]);
  expect(result.outcome).toBe('completed');
  expect(result.connections).toMatchObject({
    planned: CONNECTIONS,
    attempted: CONNECTIONS,
    complete: 0,
    failed: CONNECTIONS,
    unfinished: 0,
  });
  expectSoundCounts(result);
  expectNoneAfter(result, phase);
  expect(exitCode).toBe(exit);
  expect(result.verdict).toMatchObject({ pass: false, exitCode: exit });
  expectAdvice(run, kind);
  expect(existsSync(run.file('report.html'))).toBe(true);
}

/** No sample of the phase in which all have failed, and none of those after it. */
function expectNoneAfter(result: Ended['result'], failedIn: Stage): void {
  const cycle =
    failedIn === 'hold' ? PHASES.slice(PHASES.indexOf('unsubscribe')) : PHASES.slice(indexOf(failedIn));
  for (const phase of cycle) {
    expect(samplesIn(result, phase), phase).toBe(0);
    expect(result.phases[phase]?.us ?? null, phase).toBeNull();
  }
}

function indexOf(stage: Stage): number {
  return (PHASES as readonly Stage[]).indexOf(stage);
}

function expectAdvice(run: Run, kind: FailureKind): void {
  expect(words(run.stdout)).toContain(words(kindInfo(kind).advice));
}

function words(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/** What the key of an upgrade request has to be answered with (RFC 6455 §4.2.2). */
function acceptOf(request: string): string {
  const key = /^sec-websocket-key: *(\S+)/im.exec(request)?.[1] ?? '';
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

function upgradeAnswer(accept: string, further = ''): string {
  return (
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Sec-WebSocket-Accept: ${accept}\r\n${further}\r\n`
  );
}

function onRequest(socket: Socket, answer: (request: string) => void): void {
  socket.once('data', (request) => {
    answer(request.toString('latin1'));
  });
}

interface Case {
  readonly when: string;
  readonly target: () => Promise<string> | string;
  readonly changes?: Changes;
  readonly expected: Expected;
}

const CASES: readonly Case[] = [
  {
    when: 'the host does not resolve',
    target: () => 'ws://nonexistent.invalid/ws',
    expected: { exit: 4, phase: 'dns', kind: 'dns', side: 'network', sample: /nonexistent\.invalid/ },
  },
  {
    when: 'nothing listens',
    target: async () => `ws://${await unusedAddress()}/ws`,
    expected: { exit: 4, phase: 'tcp', kind: 'tcp-refused', side: 'target', sample: /^ECONNREFUSED/ },
  },
  {
    when: 'the certificate is of an unknown authority',
    target: async () => (await startBroker({ tls: identity('localhost') })).url,
    expected: {
      exit: 4,
      phase: 'tls',
      kind: 'tls-certificate',
      side: 'target',
      sample: /^UNABLE_TO_VERIFY_LEAF_SIGNATURE/,
    },
  },
  {
    when: 'the certificate has expired',
    target: async () => (await startBroker({ tls: identity('expired') })).url,
    changes: { connect: { tls: { ca: CA_FILE } } },
    expected: { exit: 4, phase: 'tls', kind: 'tls-certificate', side: 'target', sample: /^CERT_HAS_EXPIRED/ },
  },
  {
    when: 'the certificate is for another host',
    target: async () => (await startBroker({ tls: identity('other-host') })).url,
    changes: { connect: { tls: { ca: CA_FILE } } },
    expected: {
      exit: 4,
      phase: 'tls',
      kind: 'tls-certificate',
      side: 'target',
      sample: /^ERR_TLS_CERT_ALTNAME_INVALID/,
    },
  },
  {
    when: 'a wss: port speaks no TLS',
    target: async () => (await startBroker()).url.replace('ws:', 'wss:'),
    expected: {
      exit: 4,
      phase: 'tls',
      kind: 'tls-handshake',
      side: 'target',
      sample: /wrong.version.number/i,
    },
  },
  {
    when: 'TLS is never answered',
    target: async () => `wss://${await tcpServer(() => undefined)}/ws`,
    changes: { timeouts: { tls: '500ms' } },
    expected: { exit: 4, phase: 'tls', kind: 'tls-timeout', side: 'target', sample: /nothing within \d+ ms/ },
  },
  {
    when: 'the path is wrong',
    target: async () => (await startBroker()).url.replace('/ws', '/stomp'),
    expected: {
      exit: 5,
      phase: 'upgrade',
      kind: 'upgrade-status',
      side: 'target',
      code: 404,
      sample: /^HTTP 404 Not Found$/,
    },
  },
  {
    when: 'it is a web server that knows no WebSockets',
    target: async () => `ws://${await httpServer(200, '<h1>It works!</h1>')}/ws`,
    expected: {
      exit: 5,
      phase: 'upgrade',
      kind: 'upgrade-status',
      side: 'target',
      code: 200,
      sample: /^HTTP 200 OK$/,
    },
  },
  {
    when: 'the upgrade is never answered',
    target: async () => `ws://${await tcpServer(() => undefined)}/ws`,
    changes: { timeouts: { upgrade: '500ms' } },
    expected: {
      exit: 5,
      phase: 'upgrade',
      kind: 'upgrade-timeout',
      side: 'target',
      sample: /nothing within \d+ ms/,
    },
  },
  {
    when: 'it answers something that is not HTTP',
    target: async () =>
      `ws://${await tcpServer((socket) => socket.write('SSH-2.0-OpenSSH_9.2p1\r\n\r\n'))}/ws`,
    expected: { exit: 5, phase: 'upgrade', kind: 'protocol-error', side: 'target', sample: /./ },
  },
  {
    when: 'its answer to the upgrade has no end',
    target: async () => {
      const endless = upgradeAnswer('never-read').slice(0, -2) + 'X-Filler: 0123456789\r\n'.repeat(50_000);
      return `ws://${await tcpServer((socket) => onRequest(socket, () => socket.write(endless)))}/ws`;
    },
    expected: { exit: 5, phase: 'upgrade', kind: 'protocol-error', side: 'target', sample: /./ },
  },
  {
    when: 'Sec-WebSocket-Accept is of another key',
    target: async () => {
      const answer = upgradeAnswer(acceptOf('sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=='));
      return `ws://${await tcpServer((socket) => onRequest(socket, () => socket.write(answer)))}/ws`;
    },
    expected: {
      exit: 5,
      phase: 'upgrade',
      kind: 'upgrade-rejected',
      side: 'target',
      sample: /Sec-WebSocket-Accept/i,
    },
  },
  {
    when: 'it answers a subprotocol that was never offered',
    target: () => stompServer({ subprotocol: () => 'v09.stomp' }),
    expected: {
      exit: 5,
      phase: 'upgrade',
      kind: 'upgrade-rejected',
      side: 'target',
      sample: /subprotocol|Sec-WebSocket-Protocol/i,
    },
  },
  {
    when: 'it takes none of the subprotocols',
    target: () => stompServer({ subprotocol: () => false }),
    expected: {
      exit: 5,
      phase: 'upgrade',
      kind: 'upgrade-rejected',
      side: 'target',
      sample: /subprotocol/i,
    },
  },
  {
    when: 'TCP ends right after the upgrade',
    target: async () => {
      const address = await tcpServer((socket) =>
        onRequest(socket, (request) => socket.end(upgradeAnswer(acceptOf(request)))),
      );
      return `ws://${address}/ws`;
    },
    changes: { connect: { subprotocols: [] } },
    expected: { exit: 5, phase: 'connect', kind: 'closed', side: 'target', code: 1006, sample: /1006/ },
  },
  {
    when: 'it closes right after the upgrade',
    target: () =>
      stompServer({
        opened: (peer) => {
          peer.close(1013, 'try again later');
        },
      }),
    expected: {
      exit: 5,
      phase: 'connect',
      kind: 'closed',
      side: 'target',
      code: 1013,
      sample: /^close 1013 try again later$/,
    },
  },
  {
    when: 'CONNECT is answered with ERROR',
    target: () =>
      stompServer({
        on: {
          CONNECT: (_headers, peer) => {
            peer.send('ERROR', { message: 'Bad CONNECT' }, 'Virtual host is down');
          },
        },
      }),
    expected: {
      exit: 5,
      phase: 'connect',
      kind: 'stomp-error',
      side: 'target',
      sample: /^Bad CONNECT: Virtual host is down$/,
    },
  },
  {
    when: 'CONNECT is never answered',
    target: () => stompServer({ on: { CONNECT: silence } }),
    changes: { timeouts: { connect: '500ms' } },
    expected: {
      exit: 5,
      phase: 'connect',
      kind: 'connect-timeout',
      side: 'target',
      sample: /nothing within/,
    },
  },
  {
    when: 'SUBSCRIBE is not confirmed, and has to be',
    target: () => stompServer({ on: { SUBSCRIBE: silence } }),
    changes: {
      subscribe: [{ destination: '/topic/news', confirm: 'receipt' }],
      timeouts: { subscribe: '500ms' },
    },
    expected: {
      exit: 5,
      phase: 'subscribe',
      kind: 'subscribe-timeout',
      side: 'target',
      sample: /nothing within/,
    },
  },
  {
    when: 'no MESSAGE comes',
    target: () => stompServer(),
    changes: {
      subscribe: [{ destination: '/topic/news', awaitMessage: true }],
      timeouts: { message: '500ms' },
    },
    expected: {
      exit: 5,
      phase: 'message',
      kind: 'message-timeout',
      side: 'target',
      sample: /nothing within/,
    },
  },
  {
    when: 'UNSUBSCRIBE is not confirmed',
    target: () => stompServer({ on: { UNSUBSCRIBE: silence } }),
    changes: { timeouts: { unsubscribe: '500ms' } },
    expected: {
      exit: 5,
      phase: 'unsubscribe',
      kind: 'unsubscribe-timeout',
      side: 'target',
      sample: /nothing within/,
    },
  },
  {
    when: 'DISCONNECT is answered by nothing at all',
    target: () => stompServer({ on: { DISCONNECT: silence } }),
    changes: { timeouts: { disconnect: '500ms' } },
    expected: {
      exit: 5,
      phase: 'disconnect',
      kind: 'disconnect-timeout',
      side: 'target',
      sample: /nothing within/,
    },
  },
  {
    when: 'a normal logout is closed as an error',
    target: () => stompServer({ on: { DISCONNECT: (_headers, peer) => peer.close(1002, '') } }),
    expected: {
      exit: 5,
      phase: 'disconnect',
      kind: 'closed',
      side: 'target',
      code: 1002,
      sample: /^close 1002$/,
    },
  },
];

/** Does something to a connection a moment after its SUBSCRIBE was confirmed. */
function whileHolding(act: (peer: Peer) => void): Parameters<typeof stompServer>[0] {
  return {
    on: {
      SUBSCRIBE: (headers, peer) => {
        giveReceipt(headers, peer);
        setTimeout(() => act(peer), 500);
      },
    },
  };
}

const HUGE = {
  headers: { subscription: 'sub-0', 'message-id': '1', destination: '/topic/news' },
  body: 'x'.repeat(5000),
};

const HOLDING: readonly Case[] = [
  {
    when: 'it restarts',
    target: () => stompServer(whileHolding((peer) => peer.close(1011, 'restarting'))),
    changes: { hold: '5s' },
    expected: {
      exit: 5,
      phase: 'hold',
      kind: 'closed-while-holding',
      side: 'target',
      code: 1011,
      sample: /^close 1011 restarting$/,
    },
  },
  {
    when: 'it resets the connections',
    target: () => stompServer(whileHolding((peer) => peer.reset())),
    changes: { hold: '5s' },
    expected: { exit: 5, phase: 'hold', kind: 'tcp-reset', side: 'target', sample: /^ECONNRESET/ },
  },
  {
    when: 'it sends ERROR',
    target: () => stompServer(whileHolding((peer) => peer.send('ERROR', { message: 'shutting down' }))),
    changes: { hold: '5s' },
    expected: { exit: 5, phase: 'hold', kind: 'stomp-error', side: 'target', sample: /^shutting down$/ },
  },
  {
    when: 'it sends a message longer than is allowed',
    target: () => stompServer(whileHolding((peer) => peer.send('MESSAGE', HUGE.headers, HUGE.body))),
    changes: { hold: '5s', limits: { messageBytes: '4KB' } },
    expected: { exit: 5, phase: 'hold', kind: 'protocol-error', side: 'target', sample: /./ },
  },
  {
    when: 'it stops the heart-beats that it promised',
    target: () =>
      stompServer({
        on: {
          CONNECT: (_headers, peer) => {
            peer.send('CONNECTED', { version: '1.2', 'heart-beat': '1000,0' });
          },
        },
      }),
    changes: { hold: '10s', stomp: { heartbeat: { send: '0', receive: '1s' } } },
    expected: {
      exit: 5,
      phase: 'hold',
      kind: 'heartbeat-missed',
      side: 'target',
      sample: /^no byte for \d+ ms$/,
    },
  },
];

/** Every way in which a target fails, as a run with that client tells it. */
export function describeFailingTargets(client: ClientKind): void {
  describe.concurrent(`a target that fails, seen by ${client}`, () => {
    it.each(CASES)('$when: $expected.kind at $expected.phase', async ({ target, changes, expected }) => {
      const ended = await runToEnd(scenario(await target(), { ...changes, client }));
      expectAllFailed(ended, expected);
      expect(ended.result.connections.droppedWhileHolding).toBe(0);
    });

    it.each(HOLDING)('$when while it is held: $expected.kind', async ({ target, changes, expected }) => {
      const ended = await runToEnd(scenario(await target(), { ...changes, client }));
      expectAllFailed(ended, expected);
      const { connections } = ended.result;
      expect(connections).toMatchObject({ peakOpen: CONNECTIONS, droppedWhileHolding: CONNECTIONS });
    });

    it('a wrong passcode is a stomp-error of every client, and is written nowhere', async () => {
      const { url } = await startBroker({ users: { guest: 'right' } });
      const ended = await runToEnd(
        scenario(url, {
          client,
          stomp: { login: 'guest', passcode: '${TEST_PASSCODE}' },
          publish: [{ destination: '/topic/news', publishers: 2, rate: '5/s' }],
        }),
        [],
        { env: { TEST_PASSCODE: WRONG_PASSCODE } },
      );
      const { result, exitCode, run } = ended;
      const failure = {
        phase: 'connect',
        kind: 'stomp-error',
        side: 'target',
        code: null,
        whileUnsound: EITHER,
      };
      const sample = 'authentication failed: login or passcode is wrong';
      expect(result.failures).toHaveLength(2);
      expect(result.failures).toContainEqual({ role: 'connection', ...failure, count: CONNECTIONS, sample });
      expect(result.failures).toContainEqual({ role: 'publisher', ...failure, count: 2, sample });
      expect(result.connections).toMatchObject({ complete: 0, failed: CONNECTIONS });
      expect(result.publishing).toMatchObject({ publishersPlanned: 2, publishersFailed: 2, sent: 0 });
      expect(result.publishing.unsent).toBe(result.publishing.due);
      expect(exitCode).toBe(5);
      expectSoundCounts(result);
      expectAdvice(run, 'stomp-error');
      for (const spelling of [
        WRONG_PASSCODE,
        WRONG_PASSCODE.replace(':', '\\c'),
        encodeURIComponent(WRONG_PASSCODE),
      ]) {
        expect(run.everythingSaid()).not.toContain(spelling);
      }
    });

    it('a server that is killed while it holds everybody has dropped everybody', async () => {
      const broker = await startBroker();
      const run = new Run(scenario(broker.url, { client, hold: '60s' }));
      await run.reaches('holding');
      process.kill(broker.pid, 'SIGKILL');
      expect(await run.end(25_000)).toBe(5);
      const result = run.result();
      expectSoundCounts(result);
      expect(result.connections).toMatchObject({ failed: CONNECTIONS, droppedWhileHolding: CONNECTIONS });
      for (const { phase, kind, side } of result.failures) {
        expect({ phase, side }).toEqual({ phase: 'hold', side: 'target' });
        expect(['closed-while-holding', 'tcp-reset']).toContain(kind);
        expectAdvice(run, kind);
      }
      expect(existsSync(run.file('report.html'))).toBe(true);
    });

    it.each([
      ['its authority is given', { ca: CA_FILE }],
      ['nothing is checked', { insecure: true }],
    ])('a certificate of an unknown authority is no failure when %s', async (_when, tls) => {
      const { url } = await startBroker({ tls: identity('localhost') });
      const { exitCode, result } = await runToEnd(scenario(url, { client, connect: { tls } }));
      expect(result.failures).toEqual([]);
      expect(result.connections.complete).toBe(CONNECTIONS);
      expect(result.phases.tls).toMatchObject({ count: CONNECTIONS, failed: 0 });
      expectSoundCounts(result);
      expect(exitCode).toBe(0);
    });

    it('a server that confirms no SUBSCRIBE is no failure: the first MESSAGE proves it', async () => {
      const { exitCode, result } = await runToEnd(
        scenario(await stompServer(newsWithoutReceipts()), {
          client,
          publish: [{ destination: '/topic/news', rate: '5/s' }],
        }),
      );
      expect(result.failures).toEqual([]);
      expect(result.connections.complete).toBe(CONNECTIONS);
      expect(result.server.subscribeConfirmedBy).toEqual({ receipt: 0, message: CONNECTIONS, none: 0 });
      expect(result.server.receipts.subscribe).toMatchObject({ asked: CONNECTIONS, received: 0 });
      expect(result.phases.unsubscribe).toMatchObject({
        count: CONNECTIONS,
        unconfirmed: CONNECTIONS,
        us: null,
      });
      expect(result.deliveries.received).toBe(result.deliveries.expected);
      expectSoundCounts(result);
      expect(exitCode).toBe(0);
    });
  });
}

/** One topic, and RECEIPT for DISCONNECT only, as Spring's simple broker has it. */
function newsWithoutReceipts(): Parameters<typeof stompServer>[0] {
  const subscribers = new Set<Peer>();
  return {
    on: {
      SUBSCRIBE: (_headers, peer) => subscribers.add(peer),
      UNSUBSCRIBE: (_headers, peer) => subscribers.delete(peer),
      SEND: (_headers, _peer, body) => {
        const headers = { subscription: 'sub-0', 'message-id': '1', destination: '/topic/news' };
        for (const subscriber of subscribers) subscriber.send('MESSAGE', headers, body);
      },
    },
  };
}
