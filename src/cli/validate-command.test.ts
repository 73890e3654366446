import { describe, expect, it } from 'vitest';
import type { RunPlan } from '../model/plan.js';
import { loadScenario } from '../scenario/load.js';
import { realEnv } from '../shared/env.js';
import { validateCommand } from './validate-command.js';

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
  reports      html, json
  note         Messages of this run do not arrive at subscribe[1].
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
