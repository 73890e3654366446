import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type * as Cluster from '../src/broker/cluster/host.js';
import type * as Host from '../src/broker/host.js';

// The compiled one: its process is forked from the file beside it. `npm test` builds first.
const compiled = new URL('../dist/src/broker/host.js', import.meta.url).href;
const { startBroker } = (await import(compiled)) as typeof Host;
const compiledCluster = new URL('../dist/src/broker/cluster/host.js', import.meta.url).href;
const { startBrokers } = (await import(compiledCluster)) as typeof Cluster;

const handles: { stop(): Promise<void> }[] = [];

async function start(options?: Host.BrokerOptions): Promise<Host.BrokerHandle> {
  const handle = await startBroker(options);
  handles.push(handle);
  return handle;
}

afterEach(async () => {
  for (const handle of handles.splice(0)) await handle.stop();
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a broker in a process of its own', () => {
  it('serves clients, tells its stats, and ends when it is stopped', async () => {
    const broker = await start();
    expect(broker.pid).not.toBe(process.pid);
    const client = new WebSocket(broker.url);
    await once(client, 'open');
    client.send('CONNECT\naccept-version:1.2\nhost:/\n\n\0');
    const [connected] = (await once(client, 'message')) as [Buffer];
    expect(connected.toString()).toMatch(/^CONNECTED\n/);
    expect(await broker.stats()).toMatchObject({ open: 1, sessions: 1 });
    const closed = once(client, 'close');
    await broker.stop();
    expect((await closed)[0]).toBe(1001);
    expect(await broker.exited).toEqual({ code: 0, signal: null });
    expect(isAlive(broker.pid)).toBe(false);
  });

  it('leaves Ctrl-C to its parent', async () => {
    const broker = await start();
    process.kill(broker.pid, 'SIGINT');
    process.kill(broker.pid, 'SIGTERM');
    expect(await broker.stats()).toMatchObject({ open: 0 });
  });

  it('that cannot listen says why', async () => {
    const { port } = await start();
    await expect(startBroker({ port })).rejects.toMatchObject({
      code: 'broker-failed',
      message: `port ${port} of 127.0.0.1 is in use`,
      hint: expect.stringContaining('another port'),
    });
  });

  it('that is killed says so instead of hanging', async () => {
    const broker = await start();
    process.kill(broker.pid, 'SIGKILL');
    expect(await broker.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await expect(broker.stats()).rejects.toMatchObject({
      code: 'broker-failed',
      message: expect.stringContaining('SIGKILL'),
    });
    await broker.stop();
  });
});

async function startSeveral(
  processes: number,
  options: Host.BrokerOptions = {},
): Promise<Cluster.BrokersHandle> {
  const handle = await startBrokers(options, processes);
  handles.push(handle);
  return handle;
}

/** Below the ports that the system gives out; another test may have some of them. */
async function onFreePorts<T>(listen: (port: number) => Promise<T>): Promise<T> {
  let failure: unknown;
  for (let port = 21_000; port < 21_100; port += 10) {
    try {
      return await listen(port);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function connected(url: string): Promise<WebSocket> {
  const client = new WebSocket(url);
  await once(client, 'open');
  client.send('CONNECT\naccept-version:1.2\nhost:/\n\n\0');
  await once(client, 'message');
  return client;
}

describe('a broker of several processes', () => {
  it('delivers at all of them what is sent at one, and ends when it is stopped', async () => {
    const { brokers, stats, stop } = await startSeveral(3);
    expect(new Set(brokers.map(({ pid }) => pid)).size).toBe(3);
    const clients = await Promise.all(brokers.map(({ url }) => connected(url)));
    for (const client of clients) {
      client.send('SUBSCRIBE\nid:1\ndestination:/topic/a\nreceipt:1\n\n\0');
      await once(client, 'message');
    }
    const messages = clients.map((client) => once(client, 'message'));
    clients[2]!.send('SEND\ndestination:/topic/a\n\nhello\0');
    for (const message of messages) expect(String(await message)).toContain('hello');
    expect(await stats()).toMatchObject({ open: 3, subscriptions: 3, messagesIn: 1, deliveriesOut: 3 });
    await stop();
    for (const { pid } of brokers) expect(isAlive(pid)).toBe(false);
  });

  it('listens on ports that follow each other', async () => {
    const { brokers } = await onFreePorts((port) => startSeveral(3, { port }));
    const [first = 0] = brokers.map(({ port }) => port);
    expect(brokers.map(({ port }) => port)).toEqual([first, first + 1, first + 2]);
  });

  it('that cannot listen says why', async () => {
    const { port } = await start();
    await expect(startSeveral(2, { port })).rejects.toMatchObject({
      code: 'broker-failed',
      message: `port ${port} of 127.0.0.1 is in use`,
    });
  });

  it('has no ledger', async () => {
    await expect(startSeveral(2, { ledger: '/tmp/x' })).rejects.toMatchObject({ code: 'broker-failed' });
  });

  it('tells which of them was killed, and the others go on', async () => {
    const { brokers } = await startSeveral(2);
    const [killed, left] = [brokers[0]!, brokers[1]!];
    process.kill(killed.pid, 'SIGKILL');
    expect(await killed.exited).toEqual({ code: null, signal: 'SIGKILL' });
    const client = await connected(left.url);
    client.send('SEND\ndestination:/topic/a\nreceipt:1\n\n\0');
    const [receipt] = (await once(client, 'message')) as [Buffer];
    expect(receipt.toString()).toMatch(/^RECEIPT\n/);
  });
});
