import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dealtIndex } from '../pacing/share.js';
import { SourcePorts } from '../session/source-ports.js';
import { addressText } from '../shared/ip-address.js';
import { type PlannedTarget, dealPlaces, dealSources, needsOf } from './source-shares.js';

const anyNeeds = fc.array(fc.nat(5000), { minLength: 1, maxLength: 12 });

describe('dealing places out', () => {
  it('gives each its part of all of them, in order and without a gap', () => {
    fc.assert(
      fc.property(fc.nat(2e9), anyNeeds, (places, needs) => {
        const bounds = dealPlaces(places, needs);
        expect(bounds[0]).toBe(0);
        expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
        expect(bounds.at(-1)).toBe(needs.some((need) => need > 0) ? places : 0);
      }),
    );
  });

  it('gives each what it needs where there is enough for all', () => {
    fc.assert(
      fc.property(fc.nat(100), anyNeeds, (over, needs) => {
        const bounds = dealPlaces(
          needs.reduce((sum, need) => sum + need, over),
          needs,
        );
        needs.forEach((need, k) => {
          expect(bounds[k + 1]! - bounds[k]!).toBeGreaterThanOrEqual(need);
        });
      }),
    );
  });

  it('is exact where the numbers are as large as they come', () => {
    const [, first, all] = dealPlaces(4096 * 64_512, [5e6, 5e6]);
    expect([first, all]).toEqual([(4096 * 64_512) / 2, 4096 * 64_512]);
  });
});

const targetAt = (n: number): PlannedTarget => ({ host: `127.0.1.${n}`, text: `127.0.1.${n}:80` });
const anyPlan = fc.record({
  connections: fc.integer({ min: 1, max: 300 }),
  publishers: fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 3 }),
});
const anyTargets = fc.array(fc.nat(5).map(targetAt), { minLength: 1, maxLength: 6 });
const anyWorkers = fc.integer({ min: 1, max: 6 });

type Plan = Parameters<typeof needsOf>[0];

/** Which worker connects to which target, one socket after the other, as workers do. */
function* socketsOf(
  { connections, publishers }: Plan,
  targets: readonly PlannedTarget[],
  workers: number,
): Generator<{ worker: number; target: PlannedTarget }> {
  for (let n = 0; n < connections; n++) yield { worker: n % workers, target: targets[n % targets.length]! };
  let firstId = 0;
  for (const count of publishers) {
    for (let index = 0; index < workers; index++) {
      for (let k = 0; dealtIndex(k, { index, of: workers }) < count; k++) {
        const id = firstId + dealtIndex(k, { index, of: workers });
        yield { worker: index, target: targets[id % targets.length]! };
      }
    }
    firstId += count;
  }
}

describe('what each worker needs', () => {
  it('is what it will open, for each target', () => {
    fc.assert(
      fc.property(anyPlan, anyTargets, anyWorkers, (plan, targets, workers) => {
        const opened = new Map<string, number[]>();
        for (const { worker, target } of socketsOf(plan, targets, workers)) {
          const sockets = opened.get(target.text!) ?? Array.from({ length: workers }, () => 0);
          sockets[worker]!++;
          opened.set(target.text!, sockets);
        }
        for (const { target, sockets } of needsOf(plan, targets, workers)) {
          expect(sockets).toEqual(opened.get(target!) ?? sockets.map(() => 0));
        }
      }),
    );
  });
});

describe('dealing addresses and ports out', () => {
  it('lets workers open all there is room for, and none uses what another one does', () => {
    fc.assert(
      fc.property(anyPlan, anyTargets, anyWorkers, fc.nat(3), (plan, targets, workers, more) => {
        const needs = needsOf(plan, targets, workers);
        const most = Math.max(...needs.map(({ sockets }) => sockets.reduce((sum, n) => sum + n, 0)));
        const addresses = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];
        const ports = [40_000, 40_000 + Math.ceil(most / addresses.length) - 1 + more] as const;
        const shares = dealSources({ addresses, ports: [ports] }, needs, workers);
        const own = shares.map((share) => new SourcePorts(share, () => 0.7));
        const taken = new Set<string>();
        for (const { worker, target } of socketsOf(plan, targets, workers)) {
          const source = own[worker]!.take(target.host!, 80);
          expect(source).not.toBeNull();
          const pair = `${addressText(source!.address, source!.port)} ${target.text}`;
          expect(taken).not.toContain(pair);
          taken.add(pair);
          expect(source!.port).toBeLessThanOrEqual(ports[1]);
          expect(source!.port).toBeGreaterThanOrEqual(ports[0]);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('keeps workers apart also where a name may turn out to be the same as another target', () => {
    const targets = [{ host: null, text: null }, targetAt(1)];
    const needs = needsOf({ connections: 40, publishers: [] }, targets, 2);
    const pool = { addresses: ['127.0.0.2'], ports: [[40_000, 40_039]] } as const;
    const own = dealSources(pool, needs, 2).map((share) => new SourcePorts(share, () => 0));
    const ports = own.flatMap((worker) =>
      Array.from({ length: 20 }, () => worker.take('127.0.1.1', 80)?.port ?? null),
    );
    expect(new Set(ports).size).toBe(40);
    expect(ports).not.toContain(null);
  });
});
