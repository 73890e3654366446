import { describe, expect, it } from 'vitest';
import { runToEnd, type Scenario } from '../support/cli.js';
import { expectFound, expectUsable, foundAboutTarget, untilFound } from '../support/findings.js';
import { expectSoundCounts } from '../support/sound-counts.js';
import { SPRING_BOOT_BEFORE_BACK_PRESSURE, startSpring } from '../support/spring.js';

// Each of these has a Spring of its own, with one limit set.

const NEWS = '/topic/news.{{ run }}';

function news(target: string, changes: Scenario): Scenario {
  return {
    name: 'spring-limits',
    target,
    subscribe: [{ destination: NEWS }],
    publish: [{ destination: NEWS, rate: '5/s' }],
    hold: '3s',
    disconnect: { rate: 'unlimited' },
    ...changes,
  };
}

describe('Spring', () => {
  it('with 200 Tomcat connections has no answer for the upgrades after them, then none for their TCP: a connection limit', async () => {
    const { exitCode, result } = await untilFound(['connection-limit'], async () => {
      const spring = await startSpring({ 'server.tomcat.max-connections': 200 });
      const ended = await runToEnd(
        news(spring.url, {
          connect: { connections: 400, rate: '80/s' },
          timeouts: { tcp: '3s', upgrade: '3s' },
        }),
      );
      await spring.stop();
      return ended;
    });
    const { connections, failures, deliveries } = result;
    // One is the publisher.
    expect(connections).toMatchObject({ peakOpen: 199, complete: 199, failed: 201 });
    const hung = failures.find(({ kind }) => kind === 'upgrade-timeout');
    expect(hung).toMatchObject({ phase: 'upgrade', side: 'target', role: 'connection' });
    // As many as Tomcat's accept-count leaves to the kernel; the others find its queue full.
    expect(hung?.count).toBeGreaterThanOrEqual(100);
    for (const { kind } of failures) expect(['upgrade-timeout', 'tcp-timeout']).toContain(kind);
    expect(deliveries).toMatchObject({ lost: 0, received: deliveries.expected });
    expectSoundCounts(result);
    expect(exitCode).toBe(5);
    expectFound(result, 'connection-limit');
  });

  it('with a bounded inbound queue answers ERROR when it is full: overloaded', async () => {
    const { exitCode, result } = await untilFound(['overloaded'], async () => {
      const spring = await startSpring(
        { 'app.inbound.core': 2, 'app.inbound.queue': 50, 'app.handler-delay-ms': 200 },
        SPRING_BOOT_BEFORE_BACK_PRESSURE,
      );
      const ended = await runToEnd(
        news(spring.url, {
          connect: { connections: 100, rate: '50/s' },
          // Ten a second is what two threads can do.
          publish: [
            { destination: NEWS, rate: '5/s' },
            { destination: '/app/echo', publishers: 20, rate: '100/s' },
          ],
          timeouts: { message: '5s', subscribe: '5s', connect: '5s' },
        }),
        [],
        { timeoutMs: 60_000 },
      );
      await spring.stop();
      return ended;
    });
    const refused = result.failures.filter(({ kind }) => kind === 'stomp-error');
    expect(refused).not.toEqual([]);
    for (const { sample, side } of refused) {
      expect(side).toBe('target');
      expect(sample).toContain('ExecutorSubscribableChannel[clientInboundChannel]');
    }
    expectSoundCounts(result);
    expect(exitCode).toBe(5);
    expectUsable(result);
    expect(foundAboutTarget(result)).toContain('overloaded');
  });

  it('with a bounded inbound queue, since Spring 6.1, reads more slowly than is sent: a backlog and no ERROR', async () => {
    const { result } = await untilFound(['delivery-backlog'], async () => {
      const spring = await startSpring({
        'app.inbound.core': 2,
        'app.inbound.queue': 50,
        'app.handler-delay-ms': 40,
      });
      const ended = await runToEnd(
        news(spring.url, {
          connect: { connections: 50, rate: '50/s' },
          subscribe: [{ destination: '/topic/broadcast' }],
          // The two threads, and the one that reads: 75 a second.
          publish: [{ destination: '/app/broadcast', deliversTo: '/topic/broadcast', rate: '150/s' }],
          hold: '8s',
          timeouts: { drain: '20s' },
        }),
        [],
        { timeoutMs: 60_000 },
      );
      await spring.stop();
      return ended;
    });
    const { failures, deliveries } = result;
    expect(failures).toEqual([]);
    expect(deliveries).toMatchObject({ lost: 0, received: deliveries.expected });
    // Half of what is sent waits, longer and longer.
    expect(deliveries.latencyUs?.max).toBeGreaterThan(2_000_000);
    expectSoundCounts(result);
    expectFound(result, 'delivery-backlog');
  });

  it('closes 1009 on whoever sends a message above its buffer: message too big', async () => {
    const { exitCode, result } = await untilFound(['message-too-big'], async () => {
      const spring = await startSpring();
      const ended = await runToEnd(
        news(spring.url, {
          connect: { connections: 50, rate: '100/s' },
          publish: [
            { destination: NEWS, rate: '5/s' },
            { destination: NEWS, publishers: 5, rate: '5/s', size: '64KB' },
          ],
        }),
      );
      await spring.stop();
      return ended;
    });
    expect(result.failures).toEqual([
      expect.objectContaining({
        role: 'publisher',
        phase: 'publish',
        kind: 'closed',
        side: 'target',
        code: 1009,
        count: 5,
      }),
    ]);
    expect(result.connections).toMatchObject({ complete: 50, failed: 0 });
    expect(result.publishing.publishersFailed).toBe(5);
    expectSoundCounts(result);
    expect(exitCode).toBe(5);
    expectUsable(result);
    expect(foundAboutTarget(result)).toContain('message-too-big');
  });
});
