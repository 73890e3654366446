import { afterEach, describe, expect, it } from 'vitest';
import { createBrokerServer, type BrokerServer } from '../broker/server.js';
import { EVENT, type EventType, eventDestination, eventType } from '../metrics/events.js';
import { PHASES } from '../model/phases.js';
import type { RunPlan } from '../model/plan.js';
import { RawServer } from '../session/testing/raw-server.js';
import { nowUs } from '../shared/clock.js';
import { inTime } from '../shared/testing/in-time.js';
import { WorkerRun, publishPlan, testPlan } from './testing/worker-run.js';

const running: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

async function broker(): Promise<BrokerServer> {
  const server = await createBrokerServer();
  running.push(() => server.close());
  return server;
}

/** A server that accepts and never says a word. */
async function hangingServer(): Promise<{ server: RawServer; url: string }> {
  const server = await RawServer.listen();
  running.push(() => server.close());
  return { server, url: `ws://127.0.0.1:${server.port}/` };
}

const connectPlan = (plan: RunPlan, changes: Partial<RunPlan['connect']>): RunPlan => ({
  ...plan,
  connect: { ...plan.connect, ...changes },
});

describe('a worker', () => {
  it('takes its share of the plan through the whole cycle, and says how far it is', async () => {
    const { url } = await broker();
    const run = new WorkerRun(testPlan(url), { index: 1, of: 3 });
    await run.start();
    await run.hears('settled');
    await run.leave();
    expect(run.types).toEqual(['ready', 'settled', 'done']);
    expect(run.said.at(-1)?.type).toBe('done');
    // 20 dealt to three: 7, 7 and 6.
    expect(run.counts).toMatchObject({ started: 7, opened: 7, settled: 7, complete: 7, failed: 0 });
    for (const phase of PHASES) {
      const inScenario = !['dns', 'tls', 'message'].includes(phase);
      expect([phase, run.samples(phase)]).toEqual([phase, inScenario ? 7 : 0]);
    }
    expect(run.samples('due.tcp')).toBe(7);
    expect(run.samples('lag.arrival')).toBe(7);
    expect(run.failures).toEqual([]);
  });

  it('says of itself how it was, and how late each read got its time stamp', async () => {
    const { url } = await broker();
    const run = new WorkerRun(testPlan(url, { publish: [publishPlan()] }));
    await run.start();
    await run.hears('settled');
    await run.counted(({ received }) => received > 20);
    await run.leave();
    expect(run.samples('read.delay')).toBeGreaterThan(20);
    for (const { gauges } of run.snapshots) {
      expect(gauges.spanUs).toBeGreaterThan(0);
      expect(gauges.utilization).toBeGreaterThanOrEqual(0);
      expect(gauges.utilization).toBeLessThanOrEqual(1);
      expect(gauges.heapLimitBytes).toBeGreaterThan(0);
      if (process.platform === 'linux') expect(gauges.openFiles).toBeGreaterThan(20);
    }
  });

  it('promises in a snapshot that nothing older comes later', async () => {
    const { url } = await broker();
    const run = new WorkerRun(testPlan(url, { publish: [publishPlan()] }));
    await run.start();
    await run.hears('settled');
    await run.counted(({ received }) => received > 20);
    await run.leave();
    let untilUs = -Infinity;
    for (const snapshot of run.snapshots) {
      for (const atUs of snapshot.events.atUs) expect(atUs).toBeGreaterThanOrEqual(untilUs);
      untilUs = snapshot.untilUs;
    }
  });

  it('is ready when its publishers are connected, or never will be', async () => {
    const { server, url } = await hangingServer();
    const run = new WorkerRun(testPlan(url, { publish: [publishPlan({ publishers: 2 })] }));
    expect(run.types).toEqual([]);
    await server.peer(2);
    for (const { socket } of server.peers) socket.destroy();
    await run.hears('ready');
    expect(run.counts.started).toBe(0);
  });

  it('has nothing to wait for where it has no publisher and no connection', async () => {
    const run = new WorkerRun(connectPlan(testPlan('ws://127.0.0.1:9/'), { connections: 1 }), {
      index: 1,
      of: 2,
    });
    await run.start();
    await run.hears('settled');
    await run.leave();
    expect(run.types).toEqual(['ready', 'settled', 'done']);
    expect(run.counts.started).toBe(0);
  });

  it('settles with connections that fail', async () => {
    const { server, url } = await hangingServer();
    await server.close();
    const run = new WorkerRun(testPlan(url));
    await run.start();
    await run.hears('settled');
    await run.leave();
    expect(run.counts).toMatchObject({ started: 20, failed: 20, settled: 20, complete: 0 });
    expect(run.failures.reduce((sum, { count }) => sum + count, 0)).toBe(20);
    expect(run.failures.every(({ kind, phase }) => kind === 'tcp-refused' && phase === 'tcp')).toBe(true);
  });

  it('goes round the targets of the plan by the number of the connection', async () => {
    const [a, b] = [await broker(), await broker()];
    const plan = testPlan(a.url, { target: { embedded: false, urls: [a.url, b.url], addresses: 'first' } });
    const run = new WorkerRun(plan);
    await run.start();
    await run.hears('settled');
    expect([a.stats().open, b.stats().open]).toEqual([10, 10]);
    await run.leave();
  });

  it('never has more between start and first message than inFlight, and counts what that makes late', async () => {
    const { server, url } = await hangingServer();
    const plan = connectPlan(testPlan(url), { connections: 9, inFlight: 3 });
    const run = new WorkerRun(plan);
    await run.start();
    for (const n of [3, 6, 9]) {
      await server.peer(n);
      // Long enough to start more, and to be late by more than is tolerated.
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(server.peers).toHaveLength(n);
      for (const { socket } of server.peers) socket.destroy();
    }
    await run.hears('settled');
    expect(run.counts).toMatchObject({ started: 9, failed: 9 });
    expect(run.counts.lateArrivals).toBeGreaterThanOrEqual(6);
    await run.leave();
  });

  it('scrubs secrets from what a target says', async () => {
    const { server, url } = await hangingServer();
    const run = new WorkerRun(connectPlan(testPlan(url), { connections: 1 }), { index: 0, of: 1 }, [
      'hunter22',
    ]);
    await run.start();
    const peer = await server.peer();
    await peer.request();
    peer.socket.write('HTTP/1.1 403 no hunter22 here\r\n\r\n');
    await run.hears('settled');
    expect(run.failures[0]?.sample).toBe('HTTP 403 no *** here');
    await run.leave();
  });

  it('lets connections leave in the order and at the pace of the plan, never early', async () => {
    const { url } = await broker();
    const plan = { ...testPlan(url), disconnect: { ratePerSec: 200 } };
    const subscribe = plan.subscribe.map((given) => ({ ...given, destination: '/topic/{{ index }}' }));
    const run = new WorkerRun({ ...plan, subscribe });
    await run.start();
    await run.hears('settled');
    const startUs = nowUs();
    run.worker.told({ type: 'disconnect', startUs, ratePerSec: plan.disconnect.ratePerSec, drained: true });
    await run.hears('done');
    const names = run.snapshots.flatMap(({ destinations }) => destinations.map(({ name }) => name));
    const ends = run.snapshots.flatMap(({ events }) =>
      Array.from(events.codes, (code, i) => ({ code, atUs: events.atUs[i] ?? 0 })).filter(
        ({ code }) => eventType(code) === EVENT.ended,
      ),
    );
    expect(ends.map(({ code }) => names[eventDestination(code)])).toEqual(
      Array.from({ length: 20 }, (_, index) => `/topic/${index}`),
    );
    ends.forEach(({ atUs }, k) => {
      expect(atUs).toBeGreaterThanOrEqual(startUs + (k / 200) * 1e6);
    });
  });
});

describe('told to stop publishing', () => {
  it('counts everything that was due by then, sent or not: an overload does not look like less work', async () => {
    const server = await broker();
    const perUs = 2;
    const plan = { ...testPlan(server.url), publish: [publishPlan({ ratePerSec: perUs * 1e6 })] };
    const run = new WorkerRun(plan);
    await run.hears('ready');
    const startUs = nowUs();
    run.worker.told({ type: 'start', startUs });
    await run.hears('settled');
    const beforeUs = nowUs();
    run.worker.told({ type: 'stop-publishing' });
    await run.hears('quiet');
    const afterUs = nowUs();
    const { publishDue, publishSent, publishUnsent } = run.counts;
    expect(publishDue).toBe(publishSent + publishUnsent);
    expect(publishUnsent).toBeGreaterThan(0);
    expect(publishDue).toBeGreaterThanOrEqual(Math.floor((beforeUs - startUs) * perUs));
    expect(publishDue).toBeLessThanOrEqual(Math.ceil((afterUs - startUs) * perUs) + 1);
    await run.leave();
  });
});

describe('told that the drain has ended', () => {
  it.each([
    ['ends its subscriptions where all had its time', true, EVENT.ended],
    ['severs its subscriptions where it was cut short', false, EVENT.severed],
  ] as const)('%s', async (_, drained, end) => {
    const { url } = await broker();
    const run = new WorkerRun(testPlan(url));
    await run.start();
    await run.hears('settled');
    run.worker.told({ type: 'disconnect', startUs: nowUs(), ratePerSec: null, drained });
    await run.hears('done');
    const types = run.snapshots.flatMap(({ events }) => Array.from(events.codes, eventType));
    const count = (type: EventType): number => types.filter((of) => of === type).length;
    expect([count(EVENT.asked), count(EVENT.live), count(end), count(EVENT.gone)]).toEqual([20, 20, 20, 20]);
  });
});

describe('told to stop', () => {
  it('before the start: no connection is started, and it is settled when the start comes', async () => {
    const server = await broker();
    const run = new WorkerRun(testPlan(server.url, { publish: [publishPlan()] }));
    await run.hears('ready');
    run.worker.told({ type: 'stop' });
    await run.start();
    await run.hears('settled');
    await run.leave();
    expect(run.counts).toMatchObject({ started: 0, publishSent: 0, failed: 0, publishersFailed: 0 });
    expect(run.types).toEqual(['ready', 'settled', 'done']);
  });

  it('while publishers connect: those are abandoned, and no further one starts', async () => {
    const { server, url } = await hangingServer();
    const plan = connectPlan(testPlan(url, { publish: [publishPlan({ publishers: 5 })] }), {
      stages: [{ fromPerSec: 0.001, toPerSec: 0.001, durationMs: null }],
    });
    const run = new WorkerRun(plan);
    await server.peer(1);
    run.worker.told({ type: 'stop' });
    await run.start();
    await run.hears('settled');
    await run.leave();
    expect(server.peers).toHaveLength(1);
    expect(run.types).toEqual(['ready', 'settled', 'done']);
    expect(run.failures).toEqual([]);
  });

  it('while connections arrive: what is under way is abandoned, what is held leaves properly', async () => {
    const server = await broker();
    const hanging = await hangingServer();
    const plan = connectPlan(
      {
        ...testPlan(server.url),
        target: { embedded: false, urls: [server.url, hanging.url], addresses: 'first' },
      },
      {
        connections: 1000,
        stages: [
          { fromPerSec: 1000, toPerSec: 1000, durationMs: 10 },
          { fromPerSec: 0.001, toPerSec: 0.001, durationMs: null },
        ],
      },
    );
    const run = new WorkerRun(plan);
    await run.start();
    await hanging.server.peer(5);
    // Ten within the first ten milliseconds and one more at their end: six of them to the broker.
    await run.counted(({ settled }) => settled >= 6);
    expect(run.types).not.toContain('settled');
    run.worker.told({ type: 'stop' });
    await run.hears('settled');
    await run.leave();
    const { started, complete, failed } = run.counts;
    expect(failed).toBe(0);
    expect(complete).toBe(Math.ceil(started / 2));
    expect(run.counts.settled).toBe(started);
    expect(hanging.server.peers.every(({ closed, ended }) => closed || ended)).toBe(true);
  });

  it('twice, or told to disconnect twice, does the same as once', async () => {
    const server = await broker();
    const run = new WorkerRun(testPlan(server.url));
    await run.start();
    await run.hears('settled');
    run.worker.told({ type: 'stop' });
    run.worker.told({ type: 'stop' });
    run.worker.told({ type: 'disconnect', startUs: 0, ratePerSec: null, drained: true });
    await run.leave();
    expect(run.types).toEqual(['ready', 'settled', 'done']);
    expect(run.counts).toMatchObject({ started: 20, complete: 20, failed: 0 });
  });
});

describe('publishing', () => {
  it('goes on until it is told to stop, and nothing is sent after', async () => {
    const server = await broker();
    const run = new WorkerRun(testPlan(server.url, { publish: [publishPlan({ publishers: 2 })] }));
    await run.start();
    await run.hears('settled');
    await run.counted(({ publishSent }) => publishSent >= 10);
    run.worker.told({ type: 'stop-publishing' });
    const { publishSent, publishDue } = run.counts;
    expect(publishDue).toBe(publishSent);
    await run.counted(({ sendReceipts }) => sendReceipts === publishSent);
    await run.leave();
    expect(run.counts).toMatchObject({ publishSent, sendReceipts: publishSent, publishReceiptsMissing: 0 });
    expect(run.timeline.published).toBe(publishSent);
  });
});

describe('the two clients', () => {
  it('give the same counts of the same plan', async () => {
    const counted: Record<string, unknown>[] = [];
    for (const client of ['native', 'stompjs'] as const) {
      const server = await broker();
      const subscribe = testPlan('').subscribe.flatMap((given) => [
        given,
        {
          ...given,
          destination: '/topic/all',
          confirm: 'receipt' as const,
          ack: 'client-individual' as const,
          awaitMessage: true,
        },
        { ...given, destination: '/queue/one', confirm: 'receipt' as const, distribution: 'queue' as const },
      ]);
      const publish = [
        publishPlan(),
        publishPlan({ destination: '/queue/one', deliversTo: '/queue/one', publishers: 2 }),
        publishPlan({ destination: '/topic/all', deliversTo: '/topic/all', stamp: 'header', ratePerSec: 50 }),
      ];
      const run = new WorkerRun(testPlan(server.url, { client, subscribe, publish }));
      await run.start();
      await run.hears('settled');
      await run.counted(({ publishSent }) => publishSent >= 50);
      run.worker.told({ type: 'stop-publishing' });
      await run.counted(
        ({ received, sendReceipts, publishSent }) =>
          received >= run.timeline.expected && sendReceipts === publishSent,
      );
      await run.leave();
      const { counts, timeline } = run;
      expect(run.failures).toEqual([]);
      expect(timeline.expected).toBeGreaterThan(0);
      expect(counts.received).toBe(timeline.expected);
      expect(timeline.open).toBe(0);
      expect(counts.publishSent).toBe(timeline.published);
      expect(counts.sendReceipts).toBe(counts.publishSent);
      await inTime(() => expect(server.stats()).toMatchObject({ open: 0, sessions: 0 }));
      const { started, opened, settled, complete, failed, foreign } = counts;
      const { subscribeReceiptsAsked, subscribeReceipts, unsubscribeReceipts } = counts;
      const { disconnectReceiptsAsked, disconnectReceipts, disconnectClosedInstead, publishUnsent } = counts;
      counted.push({
        ...{ started, opened, settled, complete, failed, foreign, publishUnsent },
        ...{ subscribeReceiptsAsked, subscribeReceipts, unsubscribeReceipts },
        ...{ disconnectReceiptsAsked, disconnectReceipts, disconnectClosedInstead },
        phases: PHASES.map((phase) => [phase, run.samples(phase)]),
      });
    }
    expect(counted[0]).toMatchObject({ started: 20, complete: 20, subscribeReceipts: 60, foreign: 0 });
    expect(counted[1]).toEqual(counted[0]);
  });
});
