import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type * as Host from '../src/broker/host.js';

// The compiled one: its process is forked from the file beside it. `npm test` builds first.
const compiled = new URL('../dist/src/broker/host.js', import.meta.url).href;
const { startBroker } = (await import(compiled)) as typeof Host;

const handles: Host.BrokerHandle[] = [];

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
