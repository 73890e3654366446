import { describe, expect, it } from 'vitest';
import type { RunPlan } from '../model/plan.js';
import { samplePlan } from '../report/testing/sample-plan.js';
import { StompedeError } from '../shared/errors.js';
import { findWays } from '../preflight/ways.js';
import { type PortRange, everyPort } from '../shared/port-ranges.js';
import { type RouteOptions, type Routes, openRoutes } from './routes.js';

const PORTS: PortRange = [40_000, 40_999];

async function routesOf(
  plan: RunPlan,
  workers: number,
  options: Partial<RouteOptions> = {},
): Promise<Routes> {
  const ways = await findWays(plan);
  return openRoutes(plan, { workers, ports: [PORTS], ways, force: false, ...options });
}

function planOf(target: Partial<RunPlan['target']>, connect: Partial<RunPlan['connect']> = {}): RunPlan {
  const plan = samplePlan('routes', 100, 100, 0);
  return {
    ...plan,
    timeoutsMs: {
      ...plan.timeoutsMs,
      dns: target.urls?.some((url) => url.includes('.invalid')) === true ? 50 : 5000,
    },
    target: { embedded: false, urls: ['ws://127.0.0.1:7000/'], addresses: 'first', ...target },
    connect: { ...plan.connect, ...connect },
  };
}

async function refusal(plan: RunPlan): Promise<StompedeError> {
  const error = await routesOf(plan, 2).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof StompedeError) return error;
  throw new Error('it was accepted', { cause: error });
}

describe('targets', () => {
  it('are the URLs in their order, resolved by each connection', async () => {
    const urls = ['ws://localhost:7000/a', 'wss://127.0.0.1/b'];
    const { targets, sources } = await routesOf(planOf({ urls }), 2);
    expect(targets).toEqual(urls.map((url) => ({ url, address: null })));
    expect(sources).toBeNull();
  });

  it('are all addresses of a name where the plan says so', async () => {
    const url = 'ws://localhost:7000/a';
    const { targets } = await routesOf(planOf({ urls: [url], addresses: 'all' }), 2);
    expect(targets).toContainEqual({ url, address: '127.0.0.1' });
    expect(new Set(targets.map(({ address }) => address)).size).toBe(targets.length);
  });

  it('that do not resolve are left to the connections', async () => {
    const url = 'ws://no-such-name.invalid/';
    const plan = planOf({ urls: [url], addresses: 'all' }, { localAddresses: 'auto' });
    const { targets } = await routesOf(plan, 1);
    expect(targets).toEqual([{ url, address: null }]);
  });
});

describe('source addresses', () => {
  it('are those of the plan, with ports of their own for each worker', async () => {
    const localAddresses = ['127.0.0.2', '127.0.0.3'];
    const plan = planOf({}, { localAddresses, connections: 1999 });
    const { sources } = await routesOf(plan, 2);
    expect(sources).toMatchObject([
      { addresses: localAddresses, ports: [PORTS], ranges: [{ target: '127.0.0.1:7000', from: 0 }] },
      { addresses: localAddresses, ports: [PORTS], ranges: [{ target: '127.0.0.1:7000', to: 2000 }] },
    ]);
    expect(sources?.[0]?.ranges[0]?.to).toBe(sources?.[1]?.ranges[0]?.from);
  });

  it.each([0, 0.5, 0.999_999])(
    'leave the ports that are not needed to others, from %d on',
    async (random) => {
      const plan = planOf({}, { localAddresses: ['127.0.0.2', '127.0.0.3'], connections: 400 });
      const { sources } = await routesOf(plan, 1, { random: () => random });
      const [first, last] = sources![0]!.ports[0]!;
      expect(last - first + 1).toBeGreaterThanOrEqual(201);
      expect(last - first + 1).toBeLessThan(400);
      expect([first >= PORTS[0], last <= PORTS[1]]).toEqual([true, true]);
    },
  );

  it.each([
    ['one for a small plan', 100, ['127.0.0.2']],
    ['as many as hold all connections, with ports to spare', 2000, ['127.0.0.2', '127.0.0.3', '127.0.0.4']],
  ])('on the loopback network are, by themselves, %s', async (_, connections, addresses) => {
    const { sources } = await routesOf(planOf({}, { localAddresses: 'auto', connections }), 1);
    expect(sources?.[0]?.addresses).toEqual(addresses);
  });

  it('of a target with several addresses are fewer', async () => {
    const urls = ['ws://127.0.0.1:7000/', 'ws://127.0.0.1:7001/'];
    const plan = planOf({ urls }, { localAddresses: 'auto', connections: 1700 });
    expect((await routesOf(plan, 1)).sources?.[0]?.addresses).toEqual(['127.0.0.2']);
  });

  it('have none of the ports that are reserved for others', async () => {
    const plan = planOf({}, { localAddresses: ['127.0.0.2'], connections: 400 });
    const ports: PortRange[] = [
      [40_000, 40_099],
      [40_300, 40_999],
    ];
    for (const random of [0, 0.3, 0.999_999]) {
      const { sources } = await routesOf(plan, 1, { ports, random: () => random });
      const own = [...everyPort(sources![0]!.ports)];
      expect(own.length).toBeGreaterThanOrEqual(400);
      expect(own.filter((port) => port >= 40_100 && port < 40_300)).toEqual([]);
    }
  });

  it('and their ports are as many as there are, to the last one', async () => {
    const plan = planOf({}, { localAddresses: ['127.0.0.2', '127.0.0.3'], connections: 1999 });
    const { sources } = await routesOf(plan, 3);
    const places = sources!.map(({ ranges: [range] }) => range!.to - range!.from);
    expect(places.reduce((sum, count) => sum + count, 0)).toBe(2000);
    expect(Math.min(...places)).toBeGreaterThanOrEqual(666);
  });

  it.each<[string, Partial<RunPlan['target']>, readonly string[], number, string]>([
    ['an address', {}, ['127.0.0.2', '127.0.0.3'], 2000, '2,001 connections to 127.0.0.1:7000'],
    ['another kind of address', {}, ['127.0.0.2', '::1'], 1000, 'more than the 1,000 pairs'],
    ['a name', { urls: ['ws://localhost:7000/'] }, ['127.0.0.2'], 1000, '1,001 connections to targets'],
    [
      'one of several targets',
      { urls: ['ws://127.0.0.1:1/', 'ws://127.0.0.1:2/', 'ws://127.0.0.1:1/'] },
      ['127.0.0.2'],
      1600,
      '1,068 connections to 127.0.0.1:1',
    ],
  ])(
    'that are too few for what goes to %s are refused',
    async (_, target, localAddresses, connections, text) => {
      const plan = planOf(target, { localAddresses, connections });
      const error = await refusal(plan);
      expect([error.exitCode, error.message]).toEqual([3, expect.stringContaining(text)]);
      await expect(routesOf(plan, 2, { force: true })).resolves.toHaveProperty('sources');
    },
  );

  it('are not refused where nobody knows what a name will be', async () => {
    const plan = planOf(
      { urls: ['ws://no-such-name.invalid/'] },
      { localAddresses: ['127.0.0.2'], connections: 5000 },
    );
    await expect(routesOf(plan, 2)).resolves.toHaveProperty('sources');
  });
});
