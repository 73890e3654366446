import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { kindInfo } from '../../src/model/failures.js';
import { Run, runToEnd, type Scenario } from '../support/cli.js';
import { expectFound, untilFound } from '../support/findings.js';
import { type RabbitMq, startRabbitMq } from '../support/rabbitmq.js';
import { expectSoundCounts } from '../support/sound-counts.js';

const SCENARIO = fileURLToPath(new URL('../../scenarios/rabbitmq.yaml', import.meta.url));
const PASSCODE = 'correct:horse-battery-staple';

let rabbit: RabbitMq;

beforeAll(async () => {
  rabbit = await startRabbitMq();
});

/** A few connections, each getting a message now and then. */
function small(changes: Scenario = {}): Scenario {
  return {
    name: 'rabbitmq-small',
    target: rabbit.url,
    stomp: { login: 'guest', passcode: 'guest' },
    connect: { connections: 20, rate: '50/s' },
    subscribe: [{ destination: '/topic/small.{{ run }}' }],
    publish: [{ destination: '/topic/small.{{ run }}', rate: '5/s', receipt: true }],
    hold: '1s',
    disconnect: { rate: '100/s' },
    ...changes,
  };
}

describe('RabbitMQ', () => {
  it.each(['native', 'stompjs'])(
    'takes 2,000 connections of the %s client through the whole cycle, and every delivery comes',
    async (client) => {
      const { exitCode, result, run } = await runToEnd(
        SCENARIO,
        // On one core it takes some hundred subscriptions a second.
        ['--client', client, '--set', 'hold=8s', '--set', 'connect.rate=100/s'],
        { env: { TARGET: rabbit.url }, timeoutMs: 150_000 },
      );
      expect(result.failures).toEqual([]);
      expect(result.connections).toMatchObject({ planned: 2000, attempted: 2000, complete: 2000, failed: 0 });
      expect(result.connections).toMatchObject({ peakOpen: 2000, droppedWhileHolding: 0 });
      const { deliveries, server, publishing } = result;
      expect(deliveries.received).toBe(deliveries.expected);
      // At least the messages of the hold, 20 a second, each to 100 subscribers.
      expect(deliveries.expected).toBeGreaterThanOrEqual(7 * 20 * 100);
      expect(deliveries.foreign).toBe(0);
      expect(publishing).toMatchObject({ unsent: 0, receiptsMissing: 0, publishersFailed: 0 });
      for (const phase of [
        'tcp',
        'upgrade',
        'connect',
        'subscribe',
        'message',
        'unsubscribe',
        'disconnect',
        'close',
      ] as const) {
        expect(result.phases[phase], phase).toMatchObject({ count: 2000, failed: 0 });
      }
      expect(server.software).toMatch(/^RabbitMQ\//);
      expect(server.stompVersions).toMatchObject({ '1.2': expect.any(Number) });
      expect(server.receipts.subscribe).toMatchObject({ asked: 2000, received: 2000 });
      expectSoundCounts(result);
      expect(exitCode, run.stdout).toBe(0);
      expectFound(result);
    },
  );

  it('answers DISCONNECT by a close instead of a RECEIPT, and that is a good end', async () => {
    const { exitCode, result } = await runToEnd(small());
    const { connections, phases, server } = result;
    expect(connections).toMatchObject({ complete: 20, failed: 0 });
    // The publisher's one is among them.
    expect(server.receipts.disconnect).toEqual({ asked: 21, received: 0, closedInstead: 21 });
    expect(phases.disconnect).toMatchObject({ count: 20, failed: 0 });
    expect(exitCode).toBe(0);
  });

  it('deals the messages of a queue among its subscribers, each once', async () => {
    const queue = { destination: '/queue/dealt.{{ run }}', headers: { 'auto-delete': 'true' } };
    const { exitCode, result } = await runToEnd(
      small({
        subscribe: [{ ...queue, ack: 'client-individual' }],
        publish: [{ ...queue, rate: '100/s' }],
        hold: '2s',
      }),
    );
    expect(result.failures).toEqual([]);
    const { deliveries } = result;
    expect(deliveries.received).toBe(deliveries.expected);
    expect(deliveries.expected).toBeGreaterThan(100);
    expect(deliveries.expected).toBeLessThanOrEqual(deliveries.published);
    expect(exitCode).toBe(0);
  });

  it('with heart-beats every second drops nobody within several intervals', async () => {
    const heartbeat = { send: '1s', receive: '1s' };
    const { exitCode, result } = await runToEnd(
      small({
        stomp: { login: 'guest', passcode: 'guest', heartbeat },
        // Nothing but heart-beats crosses while it holds.
        publish: [],
        hold: '8s',
      }),
    );
    expect(result.server.heartbeatMs).toEqual({ send: 1000, receive: 1000 });
    expect(result.failures).toEqual([]);
    expect(result.connections).toMatchObject({ complete: 20, failed: 0, droppedWhileHolding: 0 });
    expect(exitCode).toBe(0);
  });

  it.each(['native', 'stompjs'])('refuses a wrong passcode with an ERROR, seen by %s', async (client) => {
    const { exitCode, result, run } = await runToEnd(
      small({ client, stomp: { login: 'guest', passcode: '${RABBITMQ_PASSCODE}' } }),
      [],
      { env: { RABBITMQ_PASSCODE: PASSCODE } },
    );
    expect(result.failures).toContainEqual(
      expect.objectContaining({
        phase: 'connect',
        kind: 'stomp-error',
        side: 'target',
        role: 'connection',
        count: 20,
        code: null,
        sample: expect.stringMatching(/^Bad CONNECT/),
      }),
    );
    expect(result.connections).toMatchObject({ complete: 0, failed: 20 });
    expectSoundCounts(result);
    expect(exitCode).toBe(5);
    expectFound(result, 'login-refused');
    expect(run.stdout.replaceAll(/\s+/g, ' ')).toContain(kindInfo('stomp-error').advice);
    for (const spelling of [PASSCODE, PASSCODE.replace(':', '\\c'), encodeURIComponent(PASSCODE)]) {
      expect(run.everythingSaid()).not.toContain(spelling);
    }
  });

  it('answers a wrong path with 404', async () => {
    const { exitCode, result } = await runToEnd(
      small({ target: rabbit.url.replace('/ws', '/stomp'), publish: [] }),
    );
    expect(result.failures).toEqual([
      expect.objectContaining({
        phase: 'upgrade',
        kind: 'upgrade-status',
        code: 404,
        count: 20,
        side: 'target',
      }),
    ]);
    expect(exitCode).toBe(5);
  });

  it('that is killed while it holds everybody has dropped everybody', async () => {
    const { run, exitCode, result } = await untilFound(['all-lost', 'killed-by-unknown'], async () => {
      const own = await startRabbitMq();
      const cut = new Run(
        small({ target: own.url, connect: { connections: 200, rate: '100/s' }, hold: '8s' }),
      );
      await cut.reaches('holding');
      // Not at the heels of the arrivals: what is told of a moment at which they have just come is another thing.
      await sleep(4000);
      await own.kill();
      return { run: cut, exitCode: await cut.end(60_000), result: cut.result() };
    });
    expect(exitCode).toBe(5);
    const { connections } = result;
    expect(connections).toMatchObject({ attempted: 200, complete: 0, failed: 200, droppedWhileHolding: 200 });
    for (const { kind, side } of result.failures) {
      expect(side).toBe('target');
      expect(['closed-while-holding', 'tcp-reset', 'closed', 'publish-timeout']).toContain(kind);
    }
    expectSoundCounts(result);
    // Nothing grew: that it was killed from outside can't be seen, and nothing else is said.
    expectFound(result, 'all-lost', 'killed-by-unknown');
    expect(existsSync(run.file('report.html'))).toBe(true);
  });
});
