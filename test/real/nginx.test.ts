import { beforeAll, describe, expect, it } from 'vitest';
import { startBroker } from '../support/broker.js';
import { runToEnd, type Scenario } from '../support/cli.js';
import { expectFound, untilFound } from '../support/findings.js';
import { startNginx } from '../support/nginx.js';
import { expectSoundCounts } from '../support/sound-counts.js';

// What is behind it is the embedded broker, which has no limits: whatever happens is nginx's doing.

let broker: string;

beforeAll(async () => {
  broker = (await startBroker()).url;
});

function through(target: string, changes: Scenario): Scenario {
  return {
    name: 'nginx',
    target,
    subscribe: [{ destination: '/topic/news' }],
    disconnect: { rate: 'unlimited' },
    ...changes,
  };
}

/** Nothing crosses while they are held. */
const SILENT = { connect: { connections: 100, rate: '25/s' }, hold: '8s' };

describe('nginx', () => {
  it('with 200 worker_connections lets fewer than 100 through, each taking two, and drops the others: a connection limit', async () => {
    const { url, errorLog } = await startNginx(broker, { workerConnections: 200 });
    const { exitCode, result } = await untilFound(['connection-limit'], () =>
      runToEnd(
        through(url, {
          connect: { connections: 300, rate: '60/s' },
          publish: [{ destination: '/topic/news', rate: '5/s' }],
          hold: '2s',
        }),
      ),
    );
    const { connections, failures, deliveries } = result;
    expect(connections.peakOpen).toBeGreaterThan(90);
    expect(connections.peakOpen).toBeLessThan(100);
    expect(connections).toMatchObject({ complete: connections.peakOpen, failed: 300 - connections.peakOpen });
    expect(connections.droppedWhileHolding).toBe(0);
    expect(errorLog()).toContain('200 worker_connections are not enough');
    for (const { phase, kind, side } of failures) {
      expect({ phase, side }).toEqual({ phase: 'upgrade', side: 'target' });
      expect(['closed', 'tcp-reset']).toContain(kind);
    }
    expect(deliveries).toMatchObject({ lost: 0, received: deliveries.expected });
    expectSoundCounts(result);
    expect(exitCode).toBe(5);
    expectFound(result, 'connection-limit');
  });

  it('with proxy_read_timeout 5s ends those through which nothing goes, without a Close frame: an idle timeout', async () => {
    const { url } = await startNginx(broker, { proxyReadTimeoutSec: 5 });
    const { exitCode, result } = await untilFound(['idle-timeout'], () =>
      runToEnd(through(url, { ...SILENT, stomp: { heartbeat: { send: '0s', receive: '0s' } } })),
    );
    expect(result.failures).toEqual([
      expect.objectContaining({
        phase: 'hold',
        kind: 'closed-while-holding',
        side: 'target',
        code: 1006,
        count: 100,
      }),
    ]);
    expect(result.connections).toMatchObject({ peakOpen: 100, complete: 0, droppedWhileHolding: 100 });
    // Its timer cannot run out before.
    expect(result.connections.droppedIdleUs?.min).toBeGreaterThan(4_500_000);
    expectSoundCounts(result);
    expect(exitCode).toBe(5);
    expectFound(result, 'idle-timeout');
  });

  it('with proxy_read_timeout 5s keeps those with a heart-beat every second', async () => {
    const { url } = await startNginx(broker, { proxyReadTimeoutSec: 5 });
    const { exitCode, result } = await runToEnd(
      through(url, { ...SILENT, stomp: { heartbeat: { send: '1s', receive: '0s' } } }),
    );
    expect(result.failures).toEqual([]);
    expect(result.connections).toMatchObject({ complete: 100, failed: 0 });
    expect(exitCode).toBe(0);
    expectFound(result);
  });
});
