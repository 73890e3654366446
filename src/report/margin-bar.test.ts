import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMPARATORS } from '../model/thresholds.js';
import { marginBar } from './margin-bar.js';
import { threshold, verdict } from './testing/sample-thresholds.js';

const p99 = threshold('phases.connect.p99', '<', 250_000, 'us', 'phases.connect.p99 < 250ms', 1);

describe('marginBar', () => {
  it('ends before the bound exactly where what was observed is less', () => {
    const anyValue = fc.double({ min: 0, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(anyValue, fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (observed, bound) => {
        const bar = marginBar(verdict({ ...p99, bound }, { observed }))!;
        expect(bar.observed).toBeGreaterThanOrEqual(0);
        expect(bar.observed).toBeLessThanOrEqual(1);
        if (observed < bound) expect(bar.observed).toBeLessThanOrEqual(bar.bound);
        if (observed > bound) expect(bar.observed).toBeGreaterThanOrEqual(bar.bound);
      }),
    );
  });

  it('keeps the bound in sight of what is far beyond it, and says that it is', () => {
    const bar = marginBar(verdict(p99, { observed: 25_000_000 }))!;
    expect(bar.bound).toBeGreaterThan(0.25);
    expect([bar.observed, bar.beyond]).toEqual([1, true]);
  });

  it('reaches to all, and no further, of a share', () => {
    const most = threshold('connections.complete', '>=', 0.9, 'share', 'connections.complete >= 90%', 1);
    expect(marginBar(verdict(most, { observed: 0.95 }))).toMatchObject({
      observed: 0.95,
      bound: 0.9,
      allowed: 'above',
    });
  });

  it("spans the instrument's error around what was observed, of a latency", () => {
    const bar = marginBar(verdict(p99, { observed: 200_000, errorUs: 100_000 }))!;
    const [from, to] = bar.error!;
    expect(from).toBeLessThan(bar.observed);
    expect(from).toBeCloseTo(bar.observed / 2);
    expect(to).toBeGreaterThan(bar.bound);
  });

  it.each([
    ['nothing was observed', { ...p99 }, null],
    ['the bound is nothing', { ...p99, bound: 0 }, 3],
    ['it is to be met exactly', { ...p99, comparator: '==' as const }, 3],
    ['it is to be anything else', { ...p99, comparator: '!=' as const }, 3],
  ])('is none where %s', (_, plan, observed) => {
    expect(marginBar(verdict(plan, { observed }))).toBeNull();
  });

  it('is one for each other way to compare', () => {
    const bars = COMPARATORS.map((comparator) => marginBar(verdict({ ...p99, comparator }, { observed: 3 })));
    expect(bars.map((bar) => bar?.allowed ?? null)).toEqual(['below', 'below', 'above', 'above', null, null]);
  });
});
