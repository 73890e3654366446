import { describe, expect, it } from 'vitest';
import type { RunPlan } from '../model/plan.js';
import { planOf } from './testing/worlds.js';
import { type Ways, findWays, sourceCount } from './ways.js';

function ways(
  target: unknown,
  localAddresses: RunPlan['connect']['localAddresses'],
  dnsMs = 5000,
): Promise<Ways> {
  const plan = planOf({ target }, localAddresses);
  return findWays({ ...plan, timeoutsMs: { ...plan.timeoutsMs, dns: dnsMs } });
}

describe('the ways to the targets of a plan', () => {
  it('are looked up only where the run has to know them', async () => {
    const { targets, sources } = await ways('ws://localhost/', []);
    expect([targets[0]?.hosts, sources]).toEqual([[], null]);
    expect((await ways({ urls: ['ws://localhost/'], addresses: 'all' }, [])).targets[0]?.hosts).toHaveLength(
      1,
    );
    expect((await ways('ws://localhost/', ['127.0.0.2'])).targets[0]?.hosts).toContain('127.0.0.1');
  });

  it.each([
    ['of the embedded broker', 'embedded'],
    ['of an address', 'ws://127.0.0.1:15674/'],
    ['of a name', 'ws://localhost:15674/'],
  ])('%s on the loopback network are as many as one likes', async (_, target) => {
    const { sources } = await ways(target, 'auto');
    expect(sources).toMatchObject({ refused: [], unreached: [] });
    expect(sourceCount(sources!, '4-loopback')).toBe(Infinity);
  });

  it('are the given addresses that can be used', async () => {
    const { sources } = await ways('ws://127.0.0.1/', ['127.0.0.2', '192.0.2.77', '127.0.0.3']);
    expect(sources).toMatchObject({ given: ['127.0.0.2', '127.0.0.3'], unreached: [] });
    expect(sources?.refused.map(({ address }) => address)).toEqual(['192.0.2.77']);
    expect(sourceCount(sources!, '4-loopback')).toBe(2);
    expect(sourceCount(sources!, '4')).toBe(0);
  });

  it.each<[string, unknown, readonly string[], readonly string[]]>([
    ['another family', 'ws://127.0.0.1/', ['::1'], ['127.0.0.1']],
    ['the loopback network to elsewhere', 'ws://192.0.2.1/', ['127.0.0.2'], ['192.0.2.1']],
    ['one target, but not to another', ['ws://127.0.0.1/', 'ws://[::1]/'], ['127.0.0.2'], ['::1']],
    ['one of the addresses of a name', 'ws://localhost/', ['127.0.0.2'], []],
    ['the embedded broker', 'embedded', ['::1'], ['127.0.0.1']],
  ])('from %s', async (_, target, given, unreached) => {
    const { sources } = await ways(target, given);
    expect(sources?.unreached.map((one) => one.target)).toEqual(unreached);
    expect(sources?.refused).toEqual([]);
  });

  it('are left to the connections where a name does not resolve', async () => {
    const { targets, sources } = await ways('ws://no-such-name.invalid/', 'auto', 50);
    expect(targets).toMatchObject([{ hosts: [], open: true }]);
    expect(sources).toMatchObject({ pools: [], unreached: [] });
  });

  it('are none where this machine has no way', async () => {
    const { sources } = await ways(['ws://255.255.255.255/', 'ws://127.0.0.1/'], 'auto');
    expect(sources?.unreached).toMatchObject([
      { target: '255.255.255.255', reason: expect.stringMatching(/^connect E/) },
    ]);
    expect(sources?.pools.map(({ host }) => host)).toEqual(['127.0.0.1']);
  });
});
