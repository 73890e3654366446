import { describe, expect, it } from 'vitest';
import type { RunPlan } from '../model/plan.js';
import { samplePlan } from '../report/testing/sample-plan.js';
import { StompedeError } from '../shared/errors.js';
import { openRoutes } from './routes.js';

const PORTS = [40_000, 40_999] as const;

function planOf(target: Partial<RunPlan['target']>, connect: Partial<RunPlan['connect']> = {}): RunPlan {
  const plan = samplePlan('routes', 100, 100, 0);
  return {
    ...plan,
    timeoutsMs: { ...plan.timeoutsMs, dns: 50 },
    target: { embedded: false, urls: ['ws://127.0.0.1:7000/'], addresses: 'first', ...target },
    connect: { ...plan.connect, ...connect },
  };
}

async function refusal(plan: RunPlan): Promise<StompedeError> {
  const error = await openRoutes(plan, 1, PORTS).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof StompedeError) return error;
  throw new Error('it was accepted', { cause: error });
}

describe('targets', () => {
  it('are the URLs in their order, resolved by each connection', async () => {
    const urls = ['ws://localhost:7000/a', 'wss://127.0.0.1/b'];
    const { targets, sources } = await openRoutes(planOf({ urls }), 2, PORTS);
    expect(targets).toEqual(urls.map((url) => ({ url, address: null })));
    expect(sources).toBeNull();
  });

  it('are all addresses of a name where the plan says so', async () => {
    const url = 'ws://localhost:7000/a';
    const { targets } = await openRoutes(planOf({ urls: [url], addresses: 'all' }), 2, PORTS);
    expect(targets).toContainEqual({ url, address: '127.0.0.1' });
    expect(new Set(targets.map(({ address }) => address)).size).toBe(targets.length);
  });

  it('that do not resolve are left to the connections', async () => {
    const url = 'ws://no-such-name.invalid/';
    const plan = planOf({ urls: [url], addresses: 'all' }, { localAddresses: 'auto' });
    const { targets } = await openRoutes(plan, 1, PORTS);
    expect(targets).toEqual([{ url, address: null }]);
  });
});

describe('source addresses', () => {
  it('are those of the plan, with ports of their own for each worker', async () => {
    const localAddresses = ['127.0.0.2', '127.0.0.3'];
    const plan = planOf({}, { localAddresses, connections: 5000 });
    const { sources } = await openRoutes(plan, 2, PORTS);
    expect(sources).toMatchObject([
      { addresses: localAddresses, ports: PORTS, ranges: [{ target: '127.0.0.1:7000', from: 0 }] },
      { addresses: localAddresses, ports: PORTS, ranges: [{ target: '127.0.0.1:7000', to: 2000 }] },
    ]);
    expect(sources?.[0]?.ranges[0]?.to).toBe(sources?.[1]?.ranges[0]?.from);
  });

  it.each([0, 0.5, 0.999_999])(
    'leave the ports that are not needed to others, from %d on',
    async (random) => {
      const plan = planOf({}, { localAddresses: ['127.0.0.2', '127.0.0.3'], connections: 400 });
      const { sources } = await openRoutes(plan, 1, PORTS, () => random);
      const [first, last] = sources![0]!.ports;
      expect(last - first + 1).toBeGreaterThanOrEqual(201);
      expect(last - first + 1).toBeLessThan(400);
      expect([first >= PORTS[0], last <= PORTS[1]]).toEqual([true, true]);
    },
  );

  it.each([
    ['one for a small plan', 100, ['127.0.0.2']],
    ['as many as hold all connections, with ports to spare', 2000, ['127.0.0.2', '127.0.0.3', '127.0.0.4']],
  ])('on the loopback network are, by themselves, %s', async (_, connections, addresses) => {
    const { sources } = await openRoutes(planOf({}, { localAddresses: 'auto', connections }), 1, PORTS);
    expect(sources?.[0]?.addresses).toEqual(addresses);
  });

  it('of a target with several addresses are fewer', async () => {
    const urls = ['ws://127.0.0.1:7000/', 'ws://127.0.0.1:7001/'];
    const plan = planOf({ urls }, { localAddresses: 'auto', connections: 1700 });
    expect((await openRoutes(plan, 1, PORTS)).sources?.[0]?.addresses).toEqual(['127.0.0.2']);
  });

  it('that this machine does not have are refused before the first socket', async () => {
    const error = await refusal(planOf({}, { localAddresses: ['127.0.0.2', '192.0.2.77'] }));
    expect(error.exitCode).toBe(3);
    expect(error.message).toContain('192.0.2.77');
  });

  it('of another family than the target are refused, too', async () => {
    const error = await refusal(planOf({}, { localAddresses: ['::1'] }));
    expect(error.message).toContain('no address that goes with 127.0.0.1');
  });

  it('of the loopback network are none for a target elsewhere', async () => {
    const plan = planOf({ urls: ['ws://192.0.2.1/'] }, { localAddresses: ['127.0.0.2'] });
    expect((await refusal(plan)).message).toContain('no address that goes with 192.0.2.1');
  });
});
