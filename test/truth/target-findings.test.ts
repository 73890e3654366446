import { describe, expect, test } from 'vitest';
import type { Finding, FindingKind } from '../../src/model/findings.js';
import { type Scenario, runToEnd } from '../support/cli.js';
import { untilFound } from '../support/findings.js';

const BASE = {
  name: 'target',
  connect: { connections: 600, rate: '100/s' },
  subscribe: [{ destination: '/topic/{{ run }}.{{ index % 4 }}', confirm: 'receipt', awaitMessage: false }],
  publish: [{ destination: '/topic/{{ run }}.{{ seq % 4 }}', rate: '12/s' }],
  hold: '3s',
  disconnect: { rate: '1000/s' },
  timeouts: { upgrade: '2s', connect: '2s', drain: '2s' },
};

/** The publisher is the broker's first connection. */
const PUBLISHERS = 1;
const spared = { skip: PUBLISHERS };

type Fault = Readonly<Record<string, unknown>>;

/** Runs against a broker with these faults: exactly this is found about the target, and the generator can be believed. */
async function found(
  expected: readonly FindingKind[],
  faults: readonly Fault[],
  scenario: Scenario = {},
): Promise<readonly Finding[]> {
  const target = { embedded: { faults: { seed: 11, faults } } };
  const { result } = await untilFound(expected, () =>
    runToEnd({ ...BASE, ...scenario, target }, [], { timeoutMs: 60_000 }),
  );
  const findings = result.findings.filter(({ about }) => about === 'target');
  expect(findings.map(({ kind }) => kind).sort()).toEqual(expected);
  expect(result.generator.verdict, JSON.stringify(result.findings, null, 1)).not.toBe('invalid');
  return findings;
}

function valuesOf(findings: readonly Finding[], kind: FindingKind): Readonly<Record<string, number>> {
  const finding = findings.find((each) => each.kind === kind);
  if (finding === undefined) throw new Error(`there is no ${kind}`);
  return finding.evidence.values;
}

describe('of a target with one fault it is found', () => {
  test.each(['hang', 'reset', 'status-503'])(
    'that it takes 200 connections at most, then %s',
    async (then) => {
      const limited = { fault: 'connection-limit', connections: 200 + PUBLISHERS, then };
      const findings = await found(['connection-limit'], [limited]);
      const values = valuesOf(findings, 'connection-limit');
      expect(values).toMatchObject({ connectionsOpen: 200, connectionsLost: 0 });
      // Of the second in which it became full nobody can say what was before, and what after.
      expect(values['connectsRefused']).toBeGreaterThan(90);
      expect(values['connectsRefused']).toBeLessThanOrEqual(400);
    },
  );

  test('that it takes 60 connects a second at most', async () => {
    const connect = {
      connections: 1100,
      stages: [
        { rate: '40/s', for: '2s' },
        { to: '220/s', for: '8s' },
      ],
    };
    const findings = await found(
      ['connect-rate-limit'],
      [{ fault: 'connect-rate-limit', rate: '60/s', then: 'reset', ...spared }],
      {
        connect,
      },
    );
    const values = valuesOf(findings, 'connect-rate-limit');
    expect(values['connectsPerSec']).toBeGreaterThan(55);
    expect(values['connectsPerSec']).toBeLessThan(68);
  });

  test('that it refuses the login', async () => {
    const connect = { connections: 100, rate: '200/s' };
    const refuses = { fault: 'connect-error', message: 'Access refused', ...spared };
    const findings = await found(['login-refused'], [refuses], { connect, hold: '1s' });
    expect(valuesOf(findings, 'login-refused')).toMatchObject({ connectionsRefused: 100 });
  });

  test('that it let go of all, of which nobody can tell why', async () => {
    const connect = { connections: 300, rate: '300/s' };
    const findings = await found(
      ['all-lost', 'killed-by-unknown'],
      [{ fault: 'die', connections: 1, from: '6s' }],
      { connect, hold: '10s' },
    );
    expect(valuesOf(findings, 'all-lost')).toMatchObject({ connectionsLost: 300, connectsRefusedAfter: 0 });
  });

  test('that it closes connections that are idle for 3 s', async () => {
    const findings = await found(['idle-timeout'], [{ fault: 'idle-timeout', after: '3s', ...spared }], {
      hold: '5s',
    });
    const values = valuesOf(findings, 'idle-timeout');
    expect(values).toMatchObject({ connectionsDropped: 600 });
    expect(values['idleMs']).toBeGreaterThanOrEqual(2950);
    expect(values['idleMs']).toBeLessThan(3400);
  });

  test('that more comes in than it delivers', async () => {
    const publish = [{ ...BASE.publish[0], rate: '40/s' }];
    const connect = { connections: 200, rate: '400/s' };
    const drains = { fault: 'slow-drain', rate: '1000/s' };
    const findings = await found(['delivery-backlog'], [drains], { connect, publish, hold: '8s' });
    const { inflowPerSec = 0, throughputPerSec = 0 } = valuesOf(findings, 'delivery-backlog');
    // 40 messages a second, each to a quarter of the connections.
    expect(Math.abs(inflowPerSec - 2000)).toBeLessThan(100);
    expect(Math.abs(throughputPerSec - 1000)).toBeLessThan(100);
  });

  test('that the messages killed it', async () => {
    const publish = [{ ...BASE.publish[0], rate: '40/s' }];
    const connect = { connections: 200, rate: '400/s' };
    const drains = { fault: 'slow-drain', rate: '1000/s', maxWaiting: 7000, then: 'die' };
    await found(['all-lost', 'delivery-backlog', 'killed-by-messages'], [drains], {
      connect,
      publish,
      hold: '20s',
    });
  });

  test('that the connections killed it, whose handshakes had become slow', async () => {
    const connect = { connections: 800, rate: '100/s' };
    const slow = { fault: 'upgrade-delay', delay: '400ms', from: '3s' };
    const findings = await found(
      ['all-lost', 'killed-by-connections'],
      [slow, { fault: 'die', connections: 700 + PUBLISHERS }],
      { connect },
    );
    const values = valuesOf(findings, 'killed-by-connections');
    expect(values).toMatchObject({ outstanding: 0 });
    expect(values['openingMs']).toBeGreaterThanOrEqual(400);
  });

  test('that it died at 300 connections without a sign before, as if it had been stopped', async () => {
    const findings = await found(
      ['all-lost', 'killed-by-unknown'],
      [{ fault: 'die', connections: 300 + PUBLISHERS }],
    );
    const unknown = findings.find(({ kind }) => kind === 'killed-by-unknown');
    expect(unknown?.evidence.text).toContain('it can have been stopped');
  });

  test('that it stood still for 2 s', async () => {
    const findings = await found(['stalled'], [{ fault: 'stall', for: '2s', from: '6500ms' }], {
      connect: { connections: 200, rate: '200/s' },
      hold: '9s',
    });
    const { stalledMs = 0 } = valuesOf(findings, 'stalled');
    expect(stalledMs).toBeGreaterThan(1700);
    expect(stalledMs).toBeLessThan(2300);
  });

  test('that it refused frames because its queue was full', async () => {
    const drains = { fault: 'slow-drain', rate: '500/s', maxWaiting: 500, then: 'error' };
    const publish = [{ ...BASE.publish[0], rate: '40/s', publishers: 4 }];
    const connect = { connections: 200, rate: '400/s' };
    await found(['overloaded'], [drains], { connect, publish, hold: '3s' });
  });

  test('that it loses deliveries', async () => {
    const connect = { connections: 200, rate: '200/s' };
    const drops = { fault: 'message-drop', ofDeliveries: '5%', ...spared };
    await found(['deliveries-lost'], [drops], { connect });
  });
});
