import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { PHASES } from '../../src/model/phases.js';
import { runToEnd, type Scenario } from '../support/cli.js';
import { expectFound } from '../support/findings.js';
import { expectSoundCounts, samplesIn } from '../support/sound-counts.js';
import { type Spring, startSpring } from '../support/spring.js';

// Spring's simple broker as Spring Boot has it, with nothing set. Its limits are in spring-limits.test.ts.

const SCENARIO = fileURLToPath(new URL('../../scenarios/spring.yaml', import.meta.url));

let spring: Spring;

beforeAll(async () => {
  spring = await startSpring();
});

function small(changes: Scenario = {}): Scenario {
  return {
    name: 'spring-small',
    target: spring.url,
    connect: { connections: 50, rate: '100/s' },
    subscribe: [{ destination: '/topic/small.{{ run }}' }],
    publish: [{ destination: '/topic/small.{{ run }}', rate: '20/s' }],
    hold: '2s',
    disconnect: { rate: 'unlimited' },
    ...changes,
  };
}

describe('Spring', () => {
  it('takes 2,000 connections through the whole cycle, and every delivery comes, without any receipt but those of DISCONNECT', async () => {
    const changes = ['connect.connections=2000', 'connect.rate=200/s', 'hold=8s', 'disconnect.rate=1000/s'];
    const { exitCode, result, run } = await runToEnd(
      SCENARIO,
      changes.flatMap((change) => ['--set', change]),
      { env: { TARGET: spring.url, ORIGIN: `http://${spring.host}` }, timeoutMs: 90_000 },
    );
    expect(result.failures).toEqual([]);
    expect(result.connections).toMatchObject({ planned: 2000, attempted: 2000, complete: 2000, failed: 0 });
    expect(result.connections).toMatchObject({ peakOpen: 2000, droppedWhileHolding: 0 });
    for (const phase of PHASES.filter((phase) => phase !== 'dns' && phase !== 'tls')) {
      expect(result.phases[phase], phase).toMatchObject({ count: 2000, failed: 0 });
    }
    // Five a second to everybody, for as long as they are held.
    const { deliveries, server } = result;
    expect(deliveries.expected).toBeGreaterThanOrEqual(7 * 5 * 2000);
    expect(deliveries).toMatchObject({ received: deliveries.expected, lost: 0, duplicated: 0, foreign: 0 });
    // The publisher's own one is among those of DISCONNECT.
    expect(server.receipts.subscribe).toMatchObject({ asked: 2000, received: 0 });
    expect(server.receipts.disconnect).toEqual({ asked: 2001, received: 2001, closedInstead: 0 });
    expect(server.subscribeConfirmedBy).toEqual({ receipt: 0, message: 2000, none: 0 });
    expect(server.heartbeatMs).toEqual({ send: 0, receive: 0 });
    // Nothing answers UNSUBSCRIBE: what has no answer has no latency.
    expect(result.phases.unsubscribe).toMatchObject({ unconfirmed: 2000, us: null });
    expectSoundCounts(result);
    expect(exitCode, run.stdout).toBe(0);
    expectFound(result);
  });

  it.each(['native', 'stompjs'])('lets clients log out, and %s counts that as no failure', async (client) => {
    const { exitCode, result } = await runToEnd(small({ client }));
    expect(result.failures).toEqual([]);
    expect(result.connections).toMatchObject({ complete: 50, failed: 0 });
    expect(result.phases.disconnect).toMatchObject({ count: 50, failed: 0 });
    expect(result.phases.close).toMatchObject({ count: 50, failed: 0 });
    expectSoundCounts(result);
    expect(exitCode).toBe(0);
    expectFound(result);
  });

  it('is the same behind the raw WebSocket of its SockJS endpoint', async () => {
    const { exitCode, result } = await runToEnd(small({ target: spring.sockJsUrl }));
    expect(result.failures).toEqual([]);
    expect(result.connections).toMatchObject({ complete: 50, failed: 0 });
    expect(result.deliveries.received).toBe(result.deliveries.expected);
    expect(exitCode).toBe(0);
    expectFound(result);
  });

  it('drops the headers in its handlers, and still every delivery is timed: the stamp is in the body', async () => {
    const { exitCode, result } = await runToEnd(
      small({
        subscribe: [{ destination: '/topic/broadcast' }],
        publish: [
          { destination: '/app/broadcast', deliversTo: '/topic/broadcast', rate: '20/s', stamp: 'body' },
        ],
      }),
    );
    const { deliveries } = result;
    expect(deliveries.published).toBeGreaterThanOrEqual(2 * 20);
    expect(deliveries.expected).toBeGreaterThanOrEqual(2 * 20 * 50 * 0.9);
    expect(deliveries).toMatchObject({ received: deliveries.expected, lost: 0, foreign: 0 });
    expect(samplesIn(result, 'delivery')).toBe(deliveries.received + deliveries.edge);
    expect(exitCode).toBe(0);
    expectFound(result);
  });

  it('drops the headers in its handlers, and a stamp in a header with them: foreign, and never taken for a delivery', async () => {
    const { exitCode, result } = await runToEnd(
      small({
        subscribe: [{ destination: '/topic/broadcast', awaitMessage: false, confirm: 'none' }],
        publish: [
          { destination: '/app/broadcast', deliversTo: '/topic/broadcast', rate: '20/s', stamp: 'header' },
        ],
        timeouts: { drain: '1s' },
      }),
    );
    expect(result.deliveries.received).toBe(0);
    expect(result.deliveries.foreign).toBeGreaterThan(0);
    expect(samplesIn(result, 'delivery')).toBe(0);
    expect(exitCode).toBe(5);
  });

  it('reorders what it delivers, by design: counted, and no fault', async () => {
    const { exitCode, result } = await runToEnd(
      small({ publish: [{ destination: '/topic/small.{{ run }}', rate: '1000/s', publishers: 2 }] }),
    );
    const { deliveries } = result;
    expect(deliveries.reordered).toBeGreaterThan(0);
    expect(deliveries).toMatchObject({ received: deliveries.expected, lost: 0, duplicated: 0 });
    expect(exitCode).toBe(0);
    expectFound(result);
  });

  it('reorders what it delivers, and that is a finding where the scenario asks for an order', async () => {
    const { result } = await runToEnd(
      small({
        subscribe: [{ destination: '/topic/small.{{ run }}', ordered: true }],
        publish: [{ destination: '/topic/small.{{ run }}', rate: '1000/s', publishers: 2 }],
      }),
    );
    expect(result.deliveries.reordered).toBeGreaterThan(0);
    expectFound(result, 'deliveries-reordered');
  });
});
