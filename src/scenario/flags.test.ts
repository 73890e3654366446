import { describe, expect, it } from 'vitest';
import type { BareUrlFlags, ScenarioFlags } from './flags.js';
import { scenarioFromFlags } from './load.js';
import { loadText, problemsOf } from './testing/load-text.js';

const bare = (flags: Omit<BareUrlFlags, 'url'> & { url?: string } = {}, set: string[] = []) =>
  scenarioFromFlags(
    { url: 'ws://chat.example.com/ws', ...flags },
    {
      cwd: '/home/me',
      variables: {},
      set,
      readFile: (path) => {
        if (path === '/home/me/ca.pem') return '-----BEGIN CERTIFICATE-----';
        throw Object.assign(new Error(), { code: 'ENOENT' });
      },
    },
  );

describe('a bare URL', () => {
  it('is everybody subscribed to one destination of its own, and one publisher at 1/s', () => {
    const { plan } = bare();
    expect(plan.name).toBe('chat.example.com');
    expect(plan.subscribe).toMatchObject([
      { destination: '/topic/stompede.{{ run }}', awaitMessage: true, distribution: 'topic' },
    ]);
    expect(plan.publish).toMatchObject([
      { destination: '/topic/stompede.{{ run }}', publishers: 1, ratePerSec: 1, sizeBytes: 200 },
    ]);
  });

  it('takes every flag', () => {
    const { plan, secrets } = bare({
      connections: '10000',
      rate: '500/s',
      hold: '60s',
      destination: '/queue/a',
      login: 'me',
      passcode: '$$p${A}',
      host: 'v',
      header: ['Origin: https://a:1', 'X-Token:t0ken'],
      client: 'stompjs',
      subprotocol: ['v12.stomp'],
      insecure: true,
      ca: 'ca.pem',
      publishRate: '5/s',
      size: '1KB',
      name: 'n',
    });
    expect(plan).toMatchObject({
      name: 'n',
      client: 'stompjs',
      holdMs: 60_000,
      stomp: { login: 'me', passcode: '$$p${A}', host: 'v' },
      connect: {
        connections: 10_000,
        stages: [{ fromPerSec: 500 }],
        headers: { Origin: 'https://a:1', 'X-Token': 't0ken' },
        subprotocols: ['v12.stomp'],
        tls: { insecure: true, caFile: '/home/me/ca.pem', caPem: '-----BEGIN CERTIFICATE-----' },
      },
      subscribe: [{ destination: '/queue/a', distribution: 'queue' }],
      publish: [{ destination: '/queue/a', ratePerSec: 5, sizeBytes: 1024 }],
    });
    expect(secrets.values).toEqual(expect.arrayContaining(['$$p${A}', 't0ken']));
  });

  it('with --publish-rate 0 publishes nothing, and waits for nothing', () => {
    const { plan } = bare({ publishRate: '0' });
    expect(plan.publish).toEqual([]);
    expect(plan.subscribe[0]!.awaitMessage).toBe(false);
  });

  it('takes --set as well, for all that has no flag', () => {
    expect(bare({}, ['timeouts.tcp=1s']).plan.timeoutsMs.tcp).toBe(1000);
  });

  it('tells its problems with the flag', () => {
    const message = problemsOf(() =>
      bare({
        url: 'http://bob:hunter2@h/ws',
        connections: 'many',
        rate: '500',
        destination: '/topic/{{ i }}',
        header: ['hunter2'],
        size: '1',
        ca: 'no.pem',
      }),
    );
    expect(message).toBe(`--header: connect.headers: there is no colon in it
    write --header "Origin: https://example.com"
--ca: connect.tls.ca: found "/home/me/no.pem": this file cannot be read: ENOENT
    write a path relative to the scenario file
the URL: target: found "http://***@h/ws": this is the URL of a web page
    write ws://***@h/ws, with the path of the WebSocket endpoint
--connections: connect.connections: found "many": this is no whole number from 1 to 10,000,000
    write a whole number from 1 to 10,000,000
--rate: connect.rate: found "500": this is no rate
    write e.g. 500/s
--destination: subscribe[0].destination: found "/topic/{{ i }}": there is no variable "i" here
    Variables here: index, run
--destination: publish[0].destination: found "/topic/{{ i }}": there is no variable "i" here
    Variables here: publisher, seq, run
--size: publish[0].size: found "1": this is no size
    write e.g. 1B`);
  });

  it('with both --publish-rate 0 and --size is told so', () => {
    expect(problemsOf(() => bare({ publishRate: '0/s', size: '1KB' }))).toContain('--size: found "1KB"');
  });
});

describe('flags with a scenario file', () => {
  const text =
    'target: embedded\nconnect: { connections: 5, stages: [{ rate: 1/s, for: 1s }] }\nsubscribe: [{ destination: a }]';
  const load = (flags: ScenarioFlags, set: string[] = []) => loadText(text, { flags, set }).plan;

  it('act on the matching paths', () => {
    const { connect, subscribe } = load({ connections: '7', rate: '9/s', destination: 'b' });
    expect(connect.connections).toBe(7);
    expect(connect.stages).toEqual([{ fromPerSec: 9, toPerSec: 9, durationMs: null }]);
    expect(subscribe[0]!.destination).toBe('b');
  });

  it('do not make it publish', () => {
    expect(load({ destination: 'b' }).publish).toEqual([]);
  });

  it('are outdone by --set', () => {
    expect(load({ connections: '7' }, ['connect.connections=8']).connect.connections).toBe(8);
  });
});

describe('--report', () => {
  const load = (report: readonly string[], yaml = '') =>
    loadText(`target: embedded\n${yaml}`, { flags: { report } }).plan.report;

  it('takes kinds with commas between, or one by one', () => {
    expect(load(['json,junit', 'hlog'])).toEqual(['json', 'junit', 'hlog']);
    expect(load(['html, markdown,csv'])).toEqual(['html', 'markdown', 'csv']);
  });

  it('counts instead of what the scenario says', () => {
    expect(load(['csv'], 'report: [html, junit]')).toEqual(['csv']);
  });

  it('says which kinds there are, and which was meant', () => {
    expect(problemsOf(() => load(['json,junt']))).toContain(
      '--report: report[1]: found "junt": this is none of html, json, junit, markdown, csv, hlog\n    did you mean junit?',
    );
  });
});
