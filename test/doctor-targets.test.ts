import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MAX_TARGETS, examineTargets } from '../src/doctor/examine.js';
import type { Check } from '../src/model/check.js';
import { loadScenario } from '../src/scenario/load.js';
import { startBroker } from './support/broker.js';
import { CA_FILE, identity } from './support/certificates.js';
import type { Scenario } from './support/cli.js';
import { httpServer, tcpServer, tlsServer, unusedAddress } from './support/servers.js';
import { giveReceipt, silence, stompServer } from './support/stomp-server.js';

const RUN = 'abcdef01';
const PASSCODE = 'horse-battery-staple';

/** What is found of one target, by the id of the check. */
async function examine(target: string, changes: Scenario = {}): Promise<Record<string, Check>> {
  const scenario = { target, subscribe: [{ destination: '/topic/a' }], ...changes };
  const readFile = (file: string): string =>
    file.endsWith('.pem') ? readFileSync(file, 'utf8') : JSON.stringify(scenario);
  const { plan, secrets } = loadScenario('doctor.yaml', { cwd: '/', variables: {}, set: [], readFile });
  const { targets } = await examineTargets(plan, secrets, RUN);
  const [examination, ...others] = targets;
  if (examination === undefined || others.length > 0) throw new Error('there is one target');
  return Object.fromEntries(examination.checks.map((check) => [check.id, check]));
}

const statuses = (checks: Record<string, Check>): string[] =>
  Object.values(checks).map(({ id, status }) => `${id} ${status}`);

/** Its last check fails, and all before it are ok. */
function expectFailsAt(checks: Record<string, Check>, id: string, found: RegExp, mend: string): void {
  const all = Object.values(checks);
  const last = all.pop();
  expect(last).toMatchObject({ id, status: 'fail' });
  expect(last?.found).toMatch(found);
  expect(last?.mend).toContain(mend);
  expect(all.filter(({ status }) => status === 'fail')).toEqual([]);
}

describe('a target that does all it should', () => {
  it('is told of step by step', async () => {
    const { url } = await startBroker();
    const checks = await examine(url);
    expect(statuses(checks)).toEqual([
      'tcp ok',
      'rtt ok',
      'upgrade ok',
      'connect ok',
      'heart-beat ok',
      'subscribe ok',
      'receipts ok',
    ]);
    expect(checks['rtt']?.found).toMatch(/^[\d.]+ .s \(median of 5 TCP handshakes with 127\.0\.0\.1\)$/);
    expect(checks['upgrade']?.found).toMatch(/^101, subprotocol v12\.stomp, in /);
    expect(checks['connect']?.found).toMatch(/^STOMP 1\.2, stompede-broker\/1, in /);
    expect(checks['subscribe']?.found).toMatch(/^\/topic\/a: RECEIPT in /);
    expect(checks['receipts']?.found).toBe('SUBSCRIBE RECEIPT, UNSUBSCRIBE RECEIPT, DISCONNECT RECEIPT');
  });

  it('is seen the same way by @stomp/stompjs', async () => {
    const { url } = await startBroker();
    const checks = await examine(url, { client: 'stompjs' });
    expect(statuses(checks).every((status) => status.endsWith(' ok'))).toBe(true);
    expect(Object.keys(checks)).toHaveLength(7);
  });

  it('has its name resolved first', async () => {
    const { port } = await startBroker();
    const checks = await examine(`ws://localhost:${port}/ws`);
    expect(checks['resolve']?.found).toMatch(/^localhost is .*127\.0\.0\.1/);
    expect(checks['tcp']?.status).not.toBe('fail');
    expect(checks['receipts']?.status).toBe('ok');
  });

  it('says which heart-beats it offers, and what comes of them', async () => {
    const url = await stompServer({
      on: {
        CONNECT: (_, peer) => {
          peer.send('CONNECTED', { version: '1.2', 'heart-beat': '30000,0' });
        },
      },
    });
    const { 'heart-beat': beats } = await examine(url, {
      stomp: { heartbeat: { send: '5s', receive: '10s' } },
    });
    expect(beats?.found).toBe('the server offers 30000,0; agreed out never, in 30s');
  });

  it('has not to be subscribed to where the plan does not', async () => {
    const { url } = await startBroker();
    const checks = await examine(url, { subscribe: [] });
    expect(Object.keys(checks)).not.toContain('subscribe');
    expect(checks['receipts']?.found).toBe('DISCONNECT RECEIPT');
  });
});

describe('TLS', () => {
  const wss = async (name: 'localhost' | 'other-host' | 'expired'): Promise<string> =>
    `wss://${await tlsServer(identity(name))}/ws`;
  const tls = (options: Scenario): Scenario => ({
    connect: { tls: options },
    timeouts: { upgrade: '100ms' },
  });

  it('is told of by its certificate', async () => {
    const { url } = await startBroker({ tls: identity('localhost') });
    const checks = await examine(url, tls({ ca: CA_FILE }));
    expect(checks['tls']).toMatchObject({ status: 'ok', mend: null });
    expect(checks['tls']?.found).toMatch(
      /^TLSv1\.3, certificate of .+ by .+, good until 2\d{3}-\d\d-\d\d; trusted$/,
    );
    expect(checks['receipts']?.status).toBe('ok');
  });

  it('of an authority that nobody knows fails with the line that gives it', async () => {
    expectFailsAt(await examine(await wss('localhost')), 'tls', /not trusted: /, 'connect.tls.ca: ');
  });

  it('of another host fails with the line that names it', async () => {
    const checks = await examine(await wss('other-host'), tls({ ca: CA_FILE }));
    expectFailsAt(checks, 'tls', /not trusted: ERR_TLS_CERT_ALTNAME_INVALID/, 'connect.tls.servername');
  });

  it('that has expired fails', async () => {
    const checks = await examine(await wss('expired'), tls({ ca: CA_FILE }));
    expectFailsAt(checks, 'tls', /good until 2021-.*not trusted: CERT_HAS_EXPIRED/, 'renew the certificate');
  });

  it('that is not checked is worth a warning, and goes on', async () => {
    const checks = await examine(await wss('localhost'), tls({ insecure: true }));
    expect(checks['tls']).toMatchObject({ status: 'warn', found: expect.stringContaining('not checked') });
    expect(checks['upgrade']?.status).toBe('fail');
  });

  it('where there is none fails with the other scheme', async () => {
    const address = await httpServer(200, 'hello');
    expectFailsAt(await examine(`wss://${address}/ws`), 'tls', /TLS handshake failed/, 'target: ws://');
  });

  it('that never answers is waited for no longer than the plan says', async () => {
    const address = await tcpServer(() => undefined);
    const checks = await examine(`wss://${address}/ws`, { timeouts: { tls: '100ms' } });
    expect(checks['tls']?.found).toContain('nothing within 100 ms');
  });
});

describe('a target that is not there', () => {
  it('by its name', async () => {
    const checks = await examine('ws://does-not-exist.invalid/ws');
    expectFailsAt(checks, 'resolve', /did not resolve/, 'Check the host name');
    expect(Object.keys(checks)).toHaveLength(1);
  });

  it('by its port', async () => {
    const checks = await examine(`ws://${await unusedAddress()}/ws`);
    expectFailsAt(checks, 'tcp', /refused: ECONNREFUSED/, 'Nothing listens on that port');
    expect(Object.keys(checks)).toHaveLength(1);
  });
});

describe('a target that is something else', () => {
  it.each<[number, string]>([
    [200, 'target: the path'],
    [404, 'target: the path'],
    [401, 'connect.headers'],
    [403, 'Origin'],
    [503, 'connect.rate'],
    [500, 'log of the server'],
    [302, 'redirects'],
  ])('answers the upgrade with %d', async (status, mend) => {
    const checks = await examine(`ws://${await httpServer(status, '<html>')}/ws`);
    expectFailsAt(checks, 'upgrade', new RegExp(`HTTP ${status}`), mend);
  });

  it('has another path', async () => {
    const { url } = await startBroker({ path: '/stomp' });
    expectFailsAt(await examine(url.replace('/stomp', '/ws')), 'upgrade', /HTTP 404/, 'target: the path');
  });

  it('never answers the upgrade', async () => {
    const address = await tcpServer(() => undefined);
    const checks = await examine(`ws://${address}/ws`, { timeouts: { upgrade: '100ms' } });
    expectFailsAt(checks, 'upgrade', /nothing within 100 ms/, 'connection limit');
  });

  it('speaks no HTTP', async () => {
    const address = await tcpServer((socket) => socket.write('AMQP\u0000\u0000\u0009\u0001'));
    expectFailsAt(await examine(`ws://${address}/ws`), 'upgrade', /status line/, 'of STOMP over WebSocket');
  });

  it('chooses none of the subprotocols', async () => {
    const url = await stompServer({ subprotocol: () => false });
    expectFailsAt(await examine(url), 'upgrade', /subprotocol/, 'connect.subprotocols: []');
  });

  it('says something that must not act, and much of it', async () => {
    const page = 'x'.repeat(1_000_000);
    const address = await tcpServer((socket) => socket.end(`HTTP/1.1 404 \u001b[2J${page}\r\n\r\n`));
    const checks = await examine(`ws://${address}/ws`);
    expect(checks['upgrade']?.status).toBe('fail');
    expect(checks['upgrade']?.found.length).toBeLessThan(500);
  });
});

describe('a broker that does not want us', () => {
  const wrong = { stomp: { login: 'wrong', passcode: PASSCODE } };

  it('because of the password fails with what says who we are, and without the password', async () => {
    const { url } = await startBroker({ users: { right: 'secret-enough' } });
    const checks = await examine(url, wrong);
    expectFailsAt(checks, 'connect', /STOMP ERROR frame/, 'stomp: { login:');
    expect(checks['upgrade']?.status).toBe('ok');
  });

  it('and quotes a secret does not tell it', async () => {
    const url = await stompServer({
      on: {
        CONNECT: ({ passcode = '' }, peer) => {
          peer.send('ERROR', { message: `bad passcode ${passcode}` });
        },
      },
    });
    const checks = await examine(url, wrong);
    expect(checks['connect']?.found).toContain('bad passcode ***');
    expect(JSON.stringify(checks)).not.toContain(PASSCODE);
  });

  it('and quotes one where texts are cut tells no part of it', async () => {
    const digits = '1234567890';
    const url = await stompServer({
      on: {
        CONNECT: ({ passcode = '' }, peer) => {
          const offer = `0,${'0'.repeat(35)}${passcode}`;
          peer.send('CONNECTED', {
            version: '1.2',
            server: `${'x'.repeat(195)}${passcode}`,
            'heart-beat': offer,
          });
        },
      },
    });
    const checks = await examine(url, { stomp: { login: 'me', passcode: digits } });
    expect(checks['connect']?.found).toContain('xxx***');
    expect(checks['heart-beat']?.found).toContain('000***');
    expect(JSON.stringify(checks)).not.toContain('1234');
  });

  it('and just closes fails in the same way', async () => {
    const url = await stompServer({
      on: {
        CONNECT: (_, peer) => {
          peer.close(1000, 'STOMP died');
        },
      },
    });
    expectFailsAt(await examine(url), 'connect', /close 1000 STOMP died/, 'stomp: { login:');
  });

  it('and says nothing is waited for no longer than the plan says', async () => {
    const url = await stompServer({ on: { CONNECT: silence } });
    const checks = await examine(url, { timeouts: { connect: '100ms' } });
    expectFailsAt(checks, 'connect', /nothing within 100 ms/, 'stomp: { login:');
  });

  it('and never comes to an end of saying CONNECTED is left', async () => {
    const url = await stompServer({
      on: {
        SUBSCRIBE: (_, peer) => {
          peer.send('CONNECTED', { version: '1.2' });
        },
      },
    });
    expectFailsAt(await examine(url), 'subscribe', /CONNECTED for the second time/, 'STOMP endpoint');
  });

  it('refuses a destination', async () => {
    const url = await stompServer({
      on: {
        SUBSCRIBE: (_, peer) => {
          peer.send('ERROR', { message: 'not allowed' });
        },
      },
    });
    expectFailsAt(
      await examine(url),
      'subscribe',
      /^\/topic\/a: STOMP ERROR frame: not allowed/,
      'permission',
    );
  });
});

describe('a server that gives no RECEIPT', () => {
  const quick = { timeouts: { subscribe: '100ms', unsubscribe: '100ms', disconnect: '100ms', close: '5s' } };
  const published = { publish: [{ destination: '/topic/a', rate: '1/s' }] };

  it('for SUBSCRIBE leaves a first message to prove it', async () => {
    const url = await stompServer({ on: { SUBSCRIBE: silence, UNSUBSCRIBE: silence } });
    const checks = await examine(url, { ...quick, ...published });
    expect(checks['subscribe']).toMatchObject({
      status: 'warn',
      found: '/topic/a: no RECEIPT within 100ms',
      mend: 'subscribe[0].confirm: message',
    });
    expect(checks['receipts']).toMatchObject({
      status: 'ok',
      found: 'SUBSCRIBE no RECEIPT, UNSUBSCRIBE no RECEIPT, DISCONNECT RECEIPT',
    });
  });

  it('for SUBSCRIBE fails where the plan counts on it', async () => {
    const url = await stompServer({ on: { SUBSCRIBE: silence, UNSUBSCRIBE: silence } });
    const subscribe = [{ destination: '/topic/a', confirm: 'receipt' }];
    const checks = await examine(url, { ...quick, ...published, subscribe });
    expect(checks['subscribe']).toMatchObject({ status: 'fail', mend: 'subscribe[0].confirm: message' });
  });

  it('for SUBSCRIBE is fine where the plan wants none', async () => {
    const url = await stompServer({ on: { SUBSCRIBE: silence, UNSUBSCRIBE: silence } });
    const subscribe = [{ destination: '/topic/a', confirm: 'none' }];
    expect((await examine(url, { ...quick, ...published, subscribe }))['subscribe']?.status).toBe('ok');
  });

  it('for UNSUBSCRIBE, though for SUBSCRIBE, fails', async () => {
    const url = await stompServer({ on: { UNSUBSCRIBE: silence } });
    expect((await examine(url, quick))['receipts']).toMatchObject({
      status: 'fail',
      found: 'SUBSCRIBE RECEIPT, UNSUBSCRIBE no RECEIPT, DISCONNECT RECEIPT',
      mend: 'subscribe[0].confirm: none',
    });
    const subscribe = [{ destination: '/topic/a', confirm: 'message' }];
    expect((await examine(url, { ...quick, ...published, subscribe }))['receipts']?.status).toBe('ok');
  });

  it('for SUBSCRIBE, but a MESSAGE, is told, if it is one of that subscription', async () => {
    const withMessage = (subscription: string): Promise<string> =>
      stompServer({
        on: {
          SUBSCRIBE: (_, peer) => {
            peer.send('MESSAGE', { subscription, destination: '/topic/a', 'message-id': '1' });
          },
        },
      });
    const foundOf = async (subscription: string): Promise<string | undefined> =>
      (await examine(await withMessage(subscription), { ...quick, ...published }))['subscribe']?.found;
    expect(await foundOf('sub-0')).toBe('/topic/a: no RECEIPT, but a MESSAGE came');
    expect(await foundOf('sub-7')).toBe('/topic/a: no RECEIPT within 100ms');
  });

  it('for DISCONNECT, but closes, is as good', async () => {
    const url = await stompServer({
      on: {
        DISCONNECT: (_, peer) => {
          peer.close(1000, 'STOMP died');
        },
      },
    });
    expect((await examine(url, quick))['receipts']).toMatchObject({
      status: 'ok',
      found: 'SUBSCRIBE RECEIPT, UNSUBSCRIBE RECEIPT, DISCONNECT close 1000 instead of a RECEIPT',
    });
  });

  it('for DISCONNECT, and stays, fails', async () => {
    const url = await stompServer({ on: { DISCONNECT: silence } });
    expect((await examine(url, quick))['receipts']?.status).toBe('fail');
  });

  it('but resets while it is asked for one fails there', async () => {
    const url = await stompServer({
      on: {
        DISCONNECT: (_, peer) => {
          peer.reset();
        },
      },
    });
    expectFailsAt(await examine(url, quick), 'receipts', /ECONNRESET/, 'look in its log');
  });
});

it('a queue is looked at without taking anything from it', async () => {
  const acks: string[] = [];
  const url = await stompServer({
    on: {
      SUBSCRIBE: (headers, peer) => {
        acks.push(headers['ack'] ?? 'auto');
        giveReceipt(headers, peer);
      },
    },
  });
  await examine(url, { subscribe: [{ destination: '/queue/a' }] });
  expect(acks).toEqual(['client']);
});

it('of many targets only the first are looked at, each of them once', async () => {
  const address = await unusedAddress();
  const targets = Array.from({ length: MAX_TARGETS + 5 }, (_, n) => `ws://${address}/${n}`);
  const text = JSON.stringify({ target: [...targets, ...targets], subscribe: [{ destination: '/topic/a' }] });
  const options = { cwd: '/', variables: {}, set: [], readFile: () => text };
  const { plan, secrets } = loadScenario('doctor.yaml', options);
  const found = await examineTargets(plan, secrets, RUN);
  expect(found.targets.map(({ url }) => url)).toEqual(targets.slice(0, MAX_TARGETS));
  expect(found.leftOut).toBe(5);
});

it('of as many targets as are looked at none is left out', async () => {
  const address = await unusedAddress();
  const target = Array.from({ length: MAX_TARGETS }, (_, n) => `ws://${address}/${n}`);
  const text = JSON.stringify({ target, subscribe: [{ destination: '/topic/a' }] });
  const options = { cwd: '/', variables: {}, set: [], readFile: () => text };
  const { plan, secrets } = loadScenario('doctor.yaml', options);
  expect((await examineTargets(plan, secrets, RUN)).leftOut).toBe(0);
});

it('the secrets of a URL are in nothing that is told', async () => {
  const address = await unusedAddress();
  const scenario = {
    target: `ws://me:${PASSCODE}@${address}/ws?token=abcdefghij`,
    subscribe: [{ destination: '/topic/a' }],
  };
  const options = { cwd: '/', variables: {}, set: [], readFile: () => JSON.stringify(scenario) };
  const { plan, secrets } = loadScenario('doctor.yaml', options);
  const told = JSON.stringify(await examineTargets(plan, secrets, RUN));
  expect(told).not.toContain(PASSCODE);
  expect(told).not.toContain('abcdefghij');
});
