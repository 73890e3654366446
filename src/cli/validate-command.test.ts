import { describe, expect, it } from 'vitest';
import { FAILURE_KIND_NAMES } from '../model/failures.js';
import { FINDING_KIND_NAMES } from '../model/findings.js';
import type { RunPlan } from '../model/plan.js';
import { loadScenario } from '../scenario/load.js';
import { realEnv } from '../shared/env.js';
import { FAMILIES } from '../thresholds/catalogue.js';
import { listMetrics, validateCommand } from './validate-command.js';

const TEXT = `
name: demo
target: [wss://bob:hunter2@a/ws, ws://b/]
stomp: { login: me, passcode: hunter2 }
connect: { connections: 2001, stages: [{ to: 100/s, for: 10s }] }
subscribe: [{ destination: "/topic/{{ index % 2 }}" }, { destination: /queue/q, confirm: none }]
publish: [{ destination: /app/a, deliversTo: "/topic/{{ seq % 2 }}", rate: 30/min, size: 4KB }]
disconnect: { rate: unlimited }
`;

function output(options: { json?: boolean } = {}, text = TEXT): string {
  const loaded = loadScenario('x.yaml', { cwd: '/', variables: {}, set: [], readFile: () => text });
  let written = '';
  const stdout = { write: (piece: string) => (written += piece) };
  validateCommand(loaded, { ...realEnv(), stdout }, options);
  return written;
}

describe('stompede validate', () => {
  it('shows a person what will happen', () => {
    expect(output()).toBe(`demo is a valid scenario.

  target       wss://***@a/ws, ws://b/
  client       native, STOMP 1.2, 1.1, heart-beats out 10s, in 10s
  login        me, virtual host /
  connections  2,001, 0/s to 100/s for 10s, then 100/s, the last one due after 25s
  in flight    2,000 at most
  subscribe    /topic/{{ index % 2 }} (topic, confirm auto, ack auto, waits for a first message)
               /queue/q (queue, confirm none, ack auto, does not wait for a message)
  publish      /app/a -> /topic/{{ seq % 2 }} (30/min from 1 publisher, 4KB each, stamp in the body, without receipts)
  messages     0.5/s from 1 publisher, 500.25 deliveries/s while all are held
  hold         10s
  disconnect   all at once
  duration     about 35s, and what the target takes
  timeouts     dns 5s, tcp 5s, tls 5s, upgrade 10s, connect 10s, subscribe 10s, message 30s, unsubscribe 10s, disconnect 10s, close 5s, publish 10s, drain 10s
  limits       messages of 4MB
  workers      auto, processes auto
  thresholds   connections.complete == 100% (by itself)
               deliveries.lost == 0 (by itself)
               deliveries.misrouted == 0 (by itself)
               deliveries.corrupted == 0 (by itself)
               publishing.publishersFailed == 0 (by itself)
               publishing.unsent == 0 (by itself)
  reports      html, json
  note         Messages of this run do not arrive at subscribe[1].
`);
  });

  it('shows the thresholds, those that hold by themselves behind those of the scenario', () => {
    const text = `target: embedded
publish: [{ destination: a }]
thresholds:
  - { that: connections.failed < 5%, abort: true, after: 10s }
  - { that: publishing.lag.p99 < 20ms, from: 30s, window: 10s }
`;
    expect(output({}, text)).toContain(`
  thresholds   connections.failed < 5%, a miss ends the run after 10s or later
               publishing.lag.p99 < 20ms, in every window of 10s, from 30s on
               publishing.publishersFailed == 0 (by itself)
               publishing.unsent == 0 (by itself)
`);
  });

  it('counts the time in which publishers connect', () => {
    const text =
      'target: embedded\nconnect: { rate: 10/s, connections: 1 }\npublish: [{ destination: a, publishers: 101 }]';
    expect(output({}, text)).toContain('about 20s (publishers first, 10s), and what the target takes\n');
  });

  it('gives a program the plan, its secrets masked', () => {
    const plan = JSON.parse(output({ json: true })) as RunPlan;
    expect(plan).toMatchObject({ schema: 'stompede.plan/1', stomp: { login: 'me', passcode: '***' } });
    expect(output({ json: true })).not.toContain('hunter2');
  });
});

describe('stompede validate --metrics', () => {
  function metrics(options: { json: boolean }): string {
    let written = '';
    const stdout = { write: (piece: string) => (written += piece) };
    listMetrics({ ...realEnv(), stdout }, options);
    return written;
  }

  it('shows a person each metric with its unit, and what may stand for its parts', () => {
    const text = metrics({ json: false });
    for (const { name, description } of FAMILIES) {
      expect(text).toContain(`  ${name} `);
      expect(text).toContain(description);
    }
    for (const kind of [...FAILURE_KIND_NAMES, ...FINDING_KIND_NAMES]) expect(text).toContain(kind);
    expect(text).toMatch(/^ {2}deliveries\.lost \* +count, or % of deliveries\.expected +/m);
  });

  it('gives a program the same', () => {
    const listed = JSON.parse(metrics({ json: true })) as { readonly name: string }[];
    expect(listed.map(({ name }) => name)).toEqual(FAMILIES.map(({ name }) => name));
    expect(listed[0]).toEqual({
      name: 'connections.planned',
      unit: 'count',
      shareOf: null,
      better: 'higher',
      inParts: false,
      description: 'connections that the scenario asks for',
    });
  });
});
