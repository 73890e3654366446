import { afterEach, describe, expect, it } from 'vitest';
import { createBrokerServer, type BrokerServer } from '../broker/server.js';
import { WorkerRun, publishPlan, testPlan } from './testing/worker-run.js';

const running: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

async function broker(): Promise<BrokerServer> {
  const server = await createBrokerServer();
  running.push(() => server.close());
  return server;
}

async function wholeRun(run: WorkerRun): Promise<void> {
  await run.start();
  await run.hears('settled');
  run.worker.told({ type: 'stop-publishing' });
  await run.leave();
}

describe.each(['native', 'stompjs'] as const)('the addresses of connections, %s', (client) => {
  it('are counted one by one, of publishers not', async () => {
    const server = await broker();
    const { port } = new URL(server.url);
    const run = new WorkerRun(testPlan(server.url, { client, publish: [publishPlan()] }));
    await wholeRun(run);
    expect(run.failures).toEqual([]);
    expect(run.addresses).toEqual({
      targets: [{ address: `127.0.0.1:${port}`, attempted: 20, opened: 20, complete: 20, failed: 0 }],
      sources: [],
    });
  });

  it('that a name was resolved to are connected to in turn, and one that refuses has all failures', async () => {
    const server = await broker();
    const url = server.url.replace('127.0.0.1', 'no-such-name.invalid');
    const { port } = new URL(url);
    const targets = [
      { url, address: '127.0.0.1' },
      { url, address: '127.0.0.9' },
    ];
    const run = new WorkerRun(testPlan(url, { client }), { index: 0, of: 1 }, [], { targets });
    await wholeRun(run);
    expect(run.addresses.targets).toEqual([
      { address: `127.0.0.1:${port}`, attempted: 10, opened: 10, complete: 10, failed: 0 },
      { address: `127.0.0.9:${port}`, attempted: 10, opened: 0, complete: 0, failed: 10 },
    ]);
    expect(run.samples('dns')).toBe(0);
  });

  it('are those of the name where it does not resolve', async () => {
    const plan = testPlan('ws://no-such-name.invalid:7/', { client });
    const run = new WorkerRun({ ...plan, timeoutsMs: { ...plan.timeoutsMs, dns: 50 } });
    await wholeRun(run);
    expect(run.addresses.targets).toEqual([
      { address: 'no-such-name.invalid:7', attempted: 20, opened: 0, complete: 0, failed: 20 },
    ]);
  });

  it('of a name are those that it resolves to', async () => {
    const server = await broker();
    const url = server.url.replace('127.0.0.1', 'localhost');
    const { port } = new URL(url);
    const run = new WorkerRun(testPlan(url, { client }));
    await wholeRun(run);
    const { targets } = run.addresses;
    expect(targets.find(({ address }) => address === `127.0.0.1:${port}`)).toMatchObject({ complete: 20 });
    expect(targets.every(({ address }) => !address.startsWith('localhost'))).toBe(true);
  });
});
