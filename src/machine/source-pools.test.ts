import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { loopbackAddress, poolTowards, tryOut } from './source-pools.js';

const LINUX = process.platform === 'linux';
const ours = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
const outside = ours.find(({ internal, family }) => !internal && family === 'IPv4')?.address;

describe('the addresses that connections may start from', () => {
  it.runIf(LINUX)('are all of 127.0.0.0/8 towards one of them', async () => {
    expect(await poolTowards('127.0.0.1')).toEqual({ host: '127.0.0.1', addresses: 'loopback-net' });
    expect([0, 1, 253, 254].map(loopbackAddress)).toEqual([
      '127.0.0.2',
      '127.0.0.3',
      '127.0.0.255',
      '127.0.1.0',
    ]);
  });

  it.runIf(outside !== undefined)('are those of one interface elsewhere', async () => {
    const { addresses } = await poolTowards(outside ?? '');
    if (addresses === 'loopback-net') throw new Error('it is not on the loopback network');
    const interfaces = Object.values(networkInterfaces()).map((entries) =>
      (entries ?? []).map(({ address }) => address),
    );
    expect(addresses[0]).toBe(outside);
    expect(interfaces.some((all) => addresses.every((address) => all.includes(address)))).toBe(true);
  });

  it('are not known where there is no way', async () => {
    // UDP to it has to be asked for, and nobody has.
    await expect(poolTowards('255.255.255.255')).rejects.toThrow('connect E');
  });
});

describe.runIf(LINUX)('an address that is tried out', () => {
  it.each<[string, string, readonly string[], object | null]>([
    ['is good where it has a way to a host', '127.0.0.9', ['127.0.0.1'], null],
    ['is good where there is no host yet', '127.0.0.9', [], null],
    ['may have no way to some of the hosts', '127.0.0.9', ['192.0.2.1', '127.0.0.1'], null],
    ['is refused where it has a way to none', '127.0.0.9', ['192.0.2.1'], { isForeign: false }],
    ['is refused where it is none of this machine', '192.0.2.77', ['127.0.0.1'], { isForeign: true }],
  ])('%s', async (_, address, hosts, refusal) => {
    const found = await tryOut(address, hosts);
    if (refusal === null) expect(found).toBeNull();
    else expect(found).toMatchObject({ address, ...refusal, reason: expect.stringMatching(/E[A-Z]+/) });
  });
});
