import { describe, expect, it } from 'vitest';
import type { ScenarioError } from './problems.js';
import { loadText, problemsOf } from './testing/load-text.js';

describe('the smallest scenario', () => {
  const { plan, secrets } = loadText('target: embedded');

  it('has every default resolved', () => {
    expect(plan).toEqual({
      schema: 'stompede.plan/1',
      name: 'x',
      target: { embedded: true, urls: [], addresses: 'first' },
      client: 'native',
      stomp: {
        host: '/',
        login: null,
        passcode: null,
        versions: ['1.2', '1.1'],
        heartbeat: { sendMs: 10_000, receiveMs: 10_000 },
        headers: {},
      },
      connect: {
        connections: 100,
        stages: [{ fromPerSec: 100, toPerSec: 100, durationMs: null }],
        inFlight: 2000,
        headers: {},
        subprotocols: ['v12.stomp', 'v11.stomp', 'v10.stomp'],
        localAddresses: [],
        tls: { insecure: false, caFile: null, caPem: null, servername: null },
        permessageDeflate: false,
      },
      subscribe: [],
      publish: [],
      holdMs: 10_000,
      disconnect: { ratePerSec: 1000 },
      timeoutsMs: {
        dns: 5000,
        tcp: 5000,
        tls: 5000,
        upgrade: 10_000,
        connect: 10_000,
        subscribe: 10_000,
        message: 30_000,
        unsubscribe: 10_000,
        disconnect: 10_000,
        close: 5000,
        publish: 10_000,
        drain: 10_000,
      },
      limits: { messageBytes: 4_194_304 },
      workers: 'auto',
      processes: 'auto',
      report: ['html', 'json'],
      thresholds: [],
    });
  });

  it('is plain JSON that nobody can change', () => {
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    expect(Object.isFrozen(plan.connect.stages)).toBe(true);
    expect(secrets.values).toEqual([]);
  });
});

it('tells everything that is wrong at once, from top to bottom', () => {
  const text = `
target: wss//chat.example.com
conections: 5
connect:
  rate: 5000
  tls: { insecure: yse }
subscribe:
  - destination: "/topic/{{ idnex }}"
    confirm: recept
  - {}
publish: { destination: /topic/a }
timeouts: 5
rate: 5/s
`;
  expect(`\n${problemsOf(() => loadText(text, { set: ['hold=5'] }))}\n`).toBe(`
--set hold: hold: found "5": this is no duration
    write 5s or 5ms
x.yaml:2:9: target: found "wss//chat.example.com": this has no scheme
    write ws://wss//chat.example.com or wss://wss//chat.example.com
x.yaml:3:1: found "conections": there is no such key
    it belongs elsewhere: connect.connections
x.yaml:5:9: connect.rate: found "5000": this is no rate
    write e.g. 5000/s
x.yaml:6:20: connect.tls.insecure: found "yse": this is neither true nor false
    write true or false
x.yaml:8:29: subscribe[0].destination: found "/topic/{{ idnex }}": there is no variable "idnex" here
    did you mean index? Variables here: index, run
x.yaml:9:14: subscribe[0].confirm: found "recept": this is none of auto, receipt, message, none
    did you mean receipt?
x.yaml:10:5: subscribe[1].destination: a text is missing here
    write a text
x.yaml:11:10: publish: this is a map, and not a list
    write "- " before each item, or [ … ] around them
x.yaml:12:11: timeouts: found "5": this is a single value, and not a map with keys
    write its keys below it: dns, tcp, tls, upgrade, connect, subscribe, message, unsubscribe, disconnect, close, publish, drain
x.yaml:13:1: found "rate": there is no such key
    it belongs elsewhere: connect.rate, connect.stages[].rate, publish[].rate, disconnect.rate
`);
});

describe('one problem', () => {
  const base = 'target: embedded\n';
  it.each([
    ['{}', '1:1', 'there is no target'],
    ['target:', '1:8', 'nothing'],
    ['target: []', '1:9', 'this list is empty'],
    ['target: [embedded]', '1:10', 'not in a list'],
    ['target: embeded', '1:9', 'did you mean embedded?'],
    ['target: https://h/ws', '1:9', 'write wss://h/ws'],
    ['target: h:15674/ws', '1:9', 'write ws://h:15674/ws or wss://h:15674/ws'],
    ['target: tcp://h', '1:9', 'does not speak tcp'],
    ['target: ws://h/#a', '1:9', 'no fragment'],
    ['target: "ws://h/a b"', '1:9', 'no blanks'],
    ['target: ws://', '1:9', 'this is no URL'],
    ['target: ws://h:0/', '1:9', 'port 0'],
    ['target: [ws://h, {a: 1}]', '1:18', 'a URL is not a map'],
    [`${base}name: a b`, '2:7', 'write e.g. a-b'],
    [`${base}client: native2`, '2:9', 'did you mean native?'],
    [`${base}hold: 8d`, '2:7', 'from 0s to 7d'],
    [`${base}hold:`, '2:6', 'nothing is written here'],
    [`${base}connect: { connections: 0 }`, '2:25', 'from 1 to 10,000,000'],
    [`${base}connect: { connections: 1.5 }`, '2:25', 'no whole number'],
    [`${base}connect: { rate: 0/s }`, '2:18', 'a rate of zero'],
    [`${base}connect: { rate: 1e9/s }`, '2:18', 'this is no rate'],
    [`${base}connect: { rate: 2000000/s }`, '2:18', 'out of range'],
    [`${base}connect: { rate: 1/s, stages: [{ rate: 1/s, for: 1s }] }`, '2:31', 'a rate as well as stages'],
    [`${base}connect: { stages: [] }`, '2:20', 'this list is empty'],
    [`${base}connect: { stages: [{ for: 1s }] }`, '2:21', 'either rate or to'],
    [`${base}connect: { stages: [{ rate: 1/s, to: 2/s, for: 1s }] }`, '2:21', 'either rate or to'],
    [`${base}connect: { stages: [{ rate: 1/s }] }`, '2:21', 'a duration is missing'],
    [`${base}connect: { permessageDeflate: true }`, '2:31', 'write client: stompjs'],
    [`${base}connect: { subprotocols: [a b] }`, '2:27', 'no name of a subprotocol'],
    [`${base}connect: { subprotocols: [a, a] }`, '2:30', 'in the list twice'],
    [`${base}connect: { headers: { Upgrade: x } }`, '2:32', 'stompede writes this header itself'],
    [`${base}connect: { headers: { Sec-WebSocket-Protocol: x } }`, '2:47', 'write connect.subprotocols'],
    [`${base}connect: { headers: { a: 1, A: 2 } }`, '2:32', 'this header is here twice'],
    [`${base}connect: { headers: { a: "1\\n" } }`, '2:26', 'a line break'],
    [`${base}connect: { headers: { "a b": "1" } }`, '2:30', 'no name of a header'],
    [`${base}connect: { headers: [a] }`, '2:21', 'this is a list, and not headers'],
    [`${base}connect: { tls: { ca: no.pem } }`, '2:23', 'cannot be read: ENOENT'],
    [`${base}stomp: { headers: { login: x } }`, '2:28', 'write stomp.login instead'],
    [`${base}stomp: { versions: [] }`, '2:20', 'this list is empty'],
    [`${base}stomp: { versions: [1.3] }`, '2:21', 'none of 1.2, 1.1, 1.0'],
    [`${base}stomp: { host: "" }`, '2:16', 'it is empty'],
    [
      `${base}subscribe: [{ destination: a, confirm: message, awaitMessage: false }]`,
      '2:63',
      'by its nature',
    ],
    [`${base}publish: [{ destination: a, size: 63B }]`, '2:35', 'write 64B or more, or stamp: header'],
    [`${base}publish: [{ destination: a, size: 200 }]`, '2:35', 'write e.g. 200B'],
    [`${base}publish: [{ destination: a, body: x }]`, '2:35', 'no place for the stamp'],
    [`${base}publish: [{ destination: a, size: 1KB, body: "{{ stamp }}" }]`, '2:35', 'the body decides'],
    [`${base}publish: [{ destination: a, rate: 0/s }]`, '2:35', 'leave the whole entry out'],
    [`${base}publish: [{ destination: "{{ index }}" }]`, '2:30', 'Variables here: publisher, seq, run'],
    [`${base}publish: [{ destination: a, size: 4MB }]`, '2:35', 'longer than limits.messageBytes (4MB)'],
    [
      'target: embedded\nsubscribe: [{ destination: /topic/news.* }]',
      '2:28',
      'embedded broker has no wildcards',
    ],
    [
      'target: embedded\nsubscribe: [{ destination: a, distribution: pattern }]',
      '2:28',
      'name each destination, or give a target of your own',
    ],
    [`${base}report: [pdf]`, '2:10', 'none of html, json'],
    [`${base}timeouts: { tcp: 0 }`, '2:18', 'from 1ms to 1h'],
    [`${base}limits: { messageBytes: 1B }`, '2:25', 'from 1KB to 64MB'],
  ])('of %j is told at %s: %s', (text, position, words) => {
    const message = problemsOf(() => loadText(text));
    expect(message).toContain(`x.yaml:${position}: `);
    expect(message).toContain(words);
    expect(message.match(/^x\.yaml/gm)).toHaveLength(1);
  });
});

describe('stages', () => {
  it('go on at the rate where the last one ends, and ramp from where the one before ended', () => {
    const { plan } = loadText(
      'target: embedded\nconnect: { stages: [{ to: 10/s, for: 1s }, { rate: 100/s, for: 10s }, { to: 1000/s, for: 30s }] }',
    );
    expect(plan.connect.stages).toEqual([
      { fromPerSec: 0, toPerSec: 10, durationMs: 1000 },
      { fromPerSec: 100, toPerSec: 100, durationMs: 10_000 },
      { fromPerSec: 100, toPerSec: 1000, durationMs: 30_000 },
      { fromPerSec: 1000, toPerSec: 1000, durationMs: null },
    ]);
  });
});

describe('values', () => {
  it('of versions are read as numbers and as texts, 1.0 too', () => {
    const { plan } = loadText('target: embedded\nstomp: { versions: [1.0, "1.1", 1.2] }');
    expect(plan.stomp.versions).toEqual(['1.0', '1.1', '1.2']);
  });

  it.each(['007', '1e5', '0x10', '1.0', 'true', '123456'])('of a text stay as written: %s', (passcode) => {
    expect(loadText(`target: embedded\nstomp: { passcode: ${passcode} }`).plan.stomp.passcode).toBe(passcode);
  });

  it('that are empty count as none for login and passcode', () => {
    const { stomp } = loadText('target: embedded\nstomp: { login: "", passcode: null }').plan;
    expect([stomp.login, stomp.passcode]).toEqual([null, null]);
  });

  it.each([
    ['true', true],
    ['false', false],
    ['sync', 'sync'],
  ])('of publish.receipt: %s', (text, receipt) => {
    const { plan } = loadText(`target: embedded\npublish: [{ destination: /topic/a, receipt: ${text} }]`);
    expect(plan.publish[0]?.receipt).toBe(receipt);
  });

  it('of a section may be missing', () => {
    expect(loadText('target: embedded\nconnect:\npublish:\nstomp: ~').plan.publish).toEqual([]);
  });

  it('of a list of targets come in canonical spelling', () => {
    const { plan } = loadText('target: [WS://Host.example:80/ws, wss://other]');
    expect(plan.target).toEqual({
      embedded: false,
      urls: ['ws://host.example/ws', 'wss://other/'],
      addresses: 'first',
    });
  });

  it('of unlimited leaving is null', () => {
    const text = 'target: embedded\ndisconnect: { rate: unlimited }';
    expect(loadText(text).plan.disconnect.ratePerSec).toBeNull();
  });

  it('of a body template give the size of the first message', () => {
    const text = 'target: embedded\npublish: [{ destination: a, body: "{{ seq }}ü{{ stamp }}" }]';
    expect(loadText(text).plan.publish[0]!.sizeBytes).toBe(1 + 2 + 64);
  });
});

describe('connect.tls.ca', () => {
  const text = 'target: wss://h/\nconnect: { tls: { ca: ca.pem } }';

  it('is read from beside the scenario', () => {
    const pem = '-----BEGIN CERTIFICATE-----\n';
    const { tls } = loadText(text, { files: { '/home/me/ca.pem': pem } }).plan.connect;
    expect(tls).toMatchObject({ caFile: 'ca.pem', caPem: pem });
  });

  it.each([
    ['-----BEGIN PRIVATE KEY-----', 'a private key'],
    ['hello', 'this is no PEM file'],
  ])('with %s is refused', (pem, words) => {
    expect(problemsOf(() => loadText(text, { files: { '/home/me/ca.pem': pem } }))).toContain(words);
  });
});

describe('a file that cannot be read', () => {
  it('is an error of its own', () => {
    const readFile = (): string => {
      throw Object.assign(new Error('EACCES: …'), { code: 'EACCES' });
    };
    expect(() => loadText('', { readFile })).toThrow(
      expect.objectContaining({ code: 'scenario-unreadable', exitCode: 2 }) as ScenarioError,
    );
  });

  it('says so where it is not there', () => {
    expect(
      problemsOf(() =>
        loadText('', {
          readFile: () => {
            throw Object.assign(new Error(), { code: 'ENOENT' });
          },
        }),
      ),
    ).toBe('x.yaml: there is no such file\n    give the path of a scenario file, or a ws:// or wss:// URL');
  });
});
