import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startBroker } from './support/broker.js';
import { Run } from './support/cli.js';
import { tcpServer, unusedAddress } from './support/servers.js';
import { expectSoundCounts } from './support/sound-counts.js';
import { soundRun } from './support/sound-runs.js';

const scenario = (target: unknown): Record<string, unknown> => ({
  name: 'addresses',
  target,
  connect: { connections: 60, rate: '200/s' },
  subscribe: [{ destination: '/topic/{{ run }}' }],
  publish: [{ destination: '/topic/{{ run }}', publishers: 2, rate: '20/s' }],
  hold: '500ms',
});

/** A way to a broker on which one can see where connections come from. */
async function watchedBroker(): Promise<{ url: string; remotes: [string, number][] }> {
  const { url } = await startBroker();
  const { hostname, port } = new URL(url);
  const remotes: [string, number][] = [];
  const address = await tcpServer((socket) => {
    remotes.push([socket.remoteAddress ?? '', socket.remotePort ?? 0]);
    const behind = connect(Number(port), hostname);
    behind.on('error', () => socket.destroy());
    socket.pipe(behind).pipe(socket);
  });
  return { url: `ws://${address}/ws`, remotes };
}

test.concurrent(
  'connections of several processes start from the addresses that are asked for, each from a port of its own',
  { timeout: 80_000 },
  async () => {
    const { url, remotes } = await watchedBroker();
    const set = ['--set', 'connect.localAddresses=[127.0.0.2, 127.0.0.3]'];
    const { exitCode, result } = await soundRun(scenario(url), [
      ...set,
      ...['--set', 'workers=3', '--set', 'processes=2'],
    ]);
    expect([exitCode, result.verdict.reasons, result.failures]).toEqual([0, [], []]);
    expectSoundCounts(result);
    expect(new Set(remotes.map(([address]) => address))).toEqual(new Set(['127.0.0.2', '127.0.0.3']));
    expect(new Set(remotes.map(String)).size).toBe(62);
    const { targets, sources } = result.addresses;
    expect(targets).toEqual([
      { address: new URL(url).host, attempted: 60, opened: 60, complete: 60, failed: 0 },
    ]);
    expect(sources.map(({ address }) => address)).toEqual(['127.0.0.2', '127.0.0.3']);
    expect(sources.reduce((sum, { complete }) => sum + complete, 0)).toBe(60);
  },
);

test.concurrent('a target address that refuses is seen in the report', { timeout: 80_000 }, async () => {
  const { url } = await startBroker();
  const dead = await unusedAddress();
  const urls = [url, `ws://${dead}/`, url];
  const { exitCode, result, run } = await soundRun({ ...scenario({ urls }), publish: [] });
  expect(exitCode).toBe(5);
  const { host } = new URL(url);
  expect(result.addresses.targets).toHaveLength(2);
  expect(result.addresses.targets).toContainEqual({
    address: host,
    attempted: 40,
    opened: 40,
    complete: 40,
    failed: 0,
  });
  expect(run.stdout).toContain(`Of the connections to ${dead}, 20 of 20 failed`);
  expect(run.stdout).toMatch(new RegExp(`${dead} +20 +0 +0 +20`));
});

test.concurrent.each([
  ['that this machine does not have', '192.0.2.77', '192.0.2.77 is no address of this machine'],
  [
    'that does not go with the target',
    '"::1"',
    'connect.localAddresses has no address that goes with 127.0.0.1',
  ],
])('an address %s is refused before anything is opened', async (_, address, text) => {
  const { url, remotes } = await watchedBroker();
  for (const target of [url, 'embedded']) {
    const run = new Run(scenario(target), ['--set', `connect.localAddresses=${address}`]);
    expect(await run.end(25_000)).toBe(3);
    expect(run.stderr).toContain(`source-addresses: ${text}`);
    expect(existsSync(run.folder)).toBe(false);
  }
  expect(remotes).toEqual([]);
});

test.concurrent(
  'an address that this machine does not have is used all the same when it is forced',
  { timeout: 80_000 },
  async () => {
    const { url } = await watchedBroker();
    const set = ['--force', '--set', 'connect.localAddresses=[127.0.0.2, 192.0.2.77]'];
    const { exitCode, result } = await soundRun(scenario(url), set);
    expect(exitCode).toBe(6);
    expect(result.notes).toContainEqual(
      expect.stringContaining('Forced, although this machine is too small'),
    );
    expect(result.connections.complete).toBeGreaterThan(0);
    expect(result.failures.map(({ kind }) => kind)).toContain('local-ports');
  },
);
