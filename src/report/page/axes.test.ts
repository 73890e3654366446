import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  linearRange,
  logRange,
  logTicks,
  ninesAxis,
  ninesLabel,
  ninesOf,
  ninesTicks,
  tickLabel,
  timeLabel,
} from './axes.js';

describe('the axis of nines', () => {
  it('puts each nine as far from the last one', () => {
    expect([0, 90, 99, 99.9].map((p) => Number(ninesOf(p).toFixed(9)))).toEqual([0, 1, 2, 3]);
  });

  it('keeps rising percentiles rising, and all of them finite', () => {
    const curve = fc.uniqueArray(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(curve, (percentiles) => {
        const xs = ninesAxis([...percentiles].sort((a, b) => a - b));
        expect(xs.every(Number.isFinite)).toBe(true);
        expect([...xs].sort((a, b) => a - b)).toEqual(xs);
      }),
    );
  });

  it('labels its ticks by percentile, and its end by what is there: the maximum', () => {
    const end = ninesAxis([50, 99.9, 100]).at(-1) ?? NaN;
    const label = (nines: number): string => ninesLabel(nines, end);
    expect(ninesTicks(end, 800).map(label)).toEqual(['p0', 'p50', 'p90', 'p99', 'p99.9', 'max']);
    expect(ninesTicks(end, 150).map(label)).toEqual(['p0', 'p90', 'p99', 'p99.9']);
  });
});

describe('the logarithmic axis', () => {
  const us = fc.integer({ min: 0, max: 3_600_000_000 });

  it('has room for every figure, and is never empty', () => {
    fc.assert(
      fc.property(us, us, (a, b) => {
        const [low, high] = logRange(Math.min(a, b), Math.max(a, b));
        expect(low).toBeLessThanOrEqual(Math.max(1, Math.min(a, b)) * 1.00001);
        expect(high * 1.00001).toBeGreaterThanOrEqual(Math.max(a, b));
        expect(high).toBeGreaterThan(low);
        expect(low).toBeGreaterThan(0);
        expect(logTicks(low, high).length).toBeGreaterThan(0);
      }),
    );
  });

  it('has a range without any figure', () => {
    expect(logRange(null, null)).toEqual([100, 100_000]);
  });

  it('shows decades alone over many of them', () => {
    expect(logTicks(100, 1000)).toEqual([100, 200, 500, 1000]);
    expect(logTicks(1, 100_000)).toEqual([1, 10, 100, 1000, 10_000, 100_000]);
  });
});

it.each([
  [null, 1],
  [0, 1],
  [100, 106],
])('the linear axis of at most %s goes to %d', (max, end) => {
  expect(linearRange(max)).toEqual([0, end]);
});

it.each([
  [45, 100, '45 s'],
  [2.5, 3, '2.5 s'],
  [150, 600, '2:30'],
  [3750, 7200, '1:02:30'],
])('second %d of %d is %s', (at, end, text) => {
  expect(timeLabel(at, end)).toBe(text);
});

it.each([
  [1500, 'count', '1,500'],
  [25_000, 'count', '25 k'],
  [2_500_000, 'perSec', '2.5 M'],
  [2500, 'us', '2.5 ms'],
] as const)('the tick at %d %s is labelled %s', (value, unit, text) => {
  expect(tickLabel(value, unit).replaceAll('\u00a0', ' ')).toBe(text);
});
