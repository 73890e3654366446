import { describe, expect, it } from 'vitest';
import { runToEnd, type Scenario } from '../support/cli.js';
import { expectFound, expectUsable, foundAboutTarget, untilFound } from '../support/findings.js';
import { startRabbitMq } from '../support/rabbitmq.js';
import { expectSoundCounts } from '../support/sound-counts.js';

// Each of these has a RabbitMQ of its own, with one limit set.

const NEWS = '/topic/news.{{ run }}';

function news(target: string, changes: Scenario): Scenario {
  return {
    name: 'rabbitmq-limits',
    target,
    stomp: { login: 'guest', passcode: 'guest' },
    connect: { connections: 200, rate: '100/s' },
    subscribe: [{ destination: NEWS }],
    publish: [{ destination: NEWS, rate: '5/s' }],
    hold: '3s',
    disconnect: { rate: 'unlimited' },
    ...changes,
  };
}

describe('RabbitMQ', () => {
  it('with 100 web_stomp.max_connections has no answer for the upgrades after them: a connection limit', async () => {
    const { exitCode, result } = await untilFound(['connection-limit'], async () => {
      const rabbit = await startRabbitMq({ config: { 'web_stomp.max_connections': 100 } });
      const ended = await runToEnd(
        news(rabbit.url, { connect: { connections: 300, rate: '60/s' }, timeouts: { upgrade: '3s' } }),
      );
      await rabbit.kill();
      return ended;
    });
    const { connections, deliveries } = result;
    // Its ten acceptors have one more each.
    expect(connections.peakOpen).toBeGreaterThanOrEqual(99);
    expect(connections.peakOpen).toBeLessThanOrEqual(110);
    expect(connections).toMatchObject({ complete: connections.peakOpen, failed: 300 - connections.peakOpen });
    expect(result.failures).toEqual([
      expect.objectContaining({ phase: 'upgrade', kind: 'upgrade-timeout', side: 'target' }),
    ]);
    expect(deliveries).toMatchObject({ lost: 0, received: deliveries.expected });
    expectSoundCounts(result);
    expect(exitCode).toBe(5);
    expectFound(result, 'connection-limit');
  });

  it('out of open files has no answer for CONNECT, then none for the upgrade: a connection limit', async () => {
    const { exitCode, result } = await untilFound(['connection-limit'], async () => {
      const rabbit = await startRabbitMq({ openFiles: 300 });
      const ended = await runToEnd(
        news(rabbit.url, {
          connect: { connections: 400, rate: '100/s' },
          subscribe: [],
          publish: [],
          timeouts: { upgrade: '3s', connect: '3s' },
        }),
      );
      await rabbit.kill();
      return ended;
    });
    const { connections, failures } = result;
    expect(connections.complete).toBeGreaterThan(100);
    expect(connections.complete).toBeLessThan(300);
    expect(connections.droppedWhileHolding).toBe(0);
    for (const { kind, side } of failures) {
      expect(side).toBe('target');
      expect(['upgrade-timeout', 'connect-timeout']).toContain(kind);
    }
    expectSoundCounts(result);
    expect(exitCode).toBe(5);
    expectFound(result, 'connection-limit');
  });

  // Its memory monitor cannot even read /proc, dies, and takes all queues with it.
  it('out of open files takes everybody else’s subscriptions away too: all is lost, without a sign before', async () => {
    const { exitCode, result } = await untilFound(['all-lost', 'killed-by-unknown'], async () => {
      const rabbit = await startRabbitMq({ openFiles: 200 });
      const ended = await runToEnd(
        news(rabbit.url, {
          connect: { connections: 260, rate: '50/s' },
          hold: '5s',
          timeouts: { upgrade: '3s', unsubscribe: '3s', disconnect: '3s', drain: '2s' },
        }),
        [],
        { timeoutMs: 60_000 },
      );
      await rabbit.kill();
      return ended;
    });
    expect(result.connections).toMatchObject({ complete: 0, failed: 260 });
    expect(result.failures).toContainEqual(
      expect.objectContaining({
        phase: 'hold',
        kind: 'stomp-error',
        side: 'target',
        sample: expect.stringMatching(/^Server cancelled subscription/),
      }),
    );
    expectSoundCounts(result);
    expect(exitCode).toBe(5);
    expectUsable(result);
    const found = foundAboutTarget(result);
    expect(found).toContain('all-lost');
    expect(found).toContain('killed-by-unknown');
    expect(found).not.toContain('idle-timeout');
  });

  it('with an idle_timeout of 5 s closes those that send nothing, cleanly and while they receive: an idle timeout', async () => {
    const { exitCode, result } = await untilFound(['idle-timeout'], async () => {
      const rabbit = await startRabbitMq({ config: { 'web_stomp.ws_opts.idle_timeout': 5000 } });
      const ended = await runToEnd(
        news(rabbit.url, {
          connect: { connections: 100, rate: '25/s' },
          stomp: { login: 'guest', passcode: 'guest', heartbeat: { send: '0s', receive: '0s' } },
          hold: '8s',
        }),
      );
      await rabbit.kill();
      return ended;
    });
    expect(result.failures).toEqual([
      expect.objectContaining({
        phase: 'hold',
        kind: 'closed-while-holding',
        side: 'target',
        code: 1000,
        count: 100,
      }),
    ]);
    expect(result.connections).toMatchObject({ peakOpen: 100, complete: 0, droppedWhileHolding: 100 });
    expect(result.connections.droppedIdleUs?.min).toBeGreaterThan(4_500_000);
    // Until then they had their messages.
    expect(result.deliveries.received).toBeGreaterThan(100 * 5 * 4);
    expectSoundCounts(result);
    expect(exitCode).toBe(5);
    expectFound(result, 'idle-timeout');
  });

  it('asked for more deliveries than it can make falls behind, and what never came is told: a backlog', async () => {
    const { result } = await untilFound(['delivery-backlog'], async () => {
      const rabbit = await startRabbitMq();
      const ended = await runToEnd(
        news(rabbit.url, {
          // Up to 36,000 deliveries a second, with each second more: several times of what it can do on one core.
          connect: { connections: 300, rate: '100/s' },
          publish: [{ destination: NEWS, rate: '120/s' }],
          hold: '8s',
          timeouts: {
            connect: '60s',
            subscribe: '60s',
            message: '60s',
            drain: '10s',
            unsubscribe: '60s',
            disconnect: '60s',
          },
        }),
        [],
        { timeoutMs: 120_000 },
      );
      await rabbit.kill();
      return ended;
    });
    const { deliveries, connections, failures, verdict } = result;
    expect(connections).toMatchObject({
      attempted: 300,
      peakOpen: 300,
      unfinished: 0,
      droppedWhileHolding: 0,
    });
    // What was delivered to a queue and not yet to its subscriber, when he leaves, it answers with an ERROR. That much may
    // also be the end of its own process for the publisher ("reached_max_restart_intensity" in its log), without a word.
    for (const { role, kind, side } of failures) {
      expect(side).toBe('target');
      expect(role === 'publisher' ? ['stomp-error', 'closed'] : ['stomp-error']).toContain(kind);
    }
    expect(deliveries.received + deliveries.lost).toBe(deliveries.expected);
    if (deliveries.lost > 0) expect(verdict.reasons.join(' ')).toContain('expected deliveries never came');
    expectSoundCounts(result);
    expectUsable(result);
    expect(foundAboutTarget(result)).toContain('delivery-backlog');
  });
});
