import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricChange } from '../model/comparison.js';
import { forestRow, forests } from './forest.js';
import { sampleComparison } from './testing/sample-comparison.js';

const [sample] = sampleComparison().metrics;

function changed(more: Partial<MetricChange>): MetricChange {
  return { ...sample!, ...more };
}

describe('forests', () => {
  it('put all ratios upon one axis, and differences upon one for each unit', () => {
    const metrics = [
      changed({ metric: 'a' }),
      changed({ metric: 'b', scale: 'difference', unit: 'share' }),
      changed({ metric: 'c', unit: 'perSec' }),
      changed({ metric: 'd', scale: 'difference', unit: 'count' }),
    ];
    expect(forests(metrics).map((forest) => forest.metrics.map(({ metric }) => metric))).toEqual([
      ['a', 'c'],
      ['b'],
      ['d'],
    ]);
  });

  it('have an axis that holds the widest interval, and what matters', () => {
    const metrics = [changed({ low: -0.02, high: 0.17 }), changed({ low: null, high: null, matters: 0.01 })];
    expect(forests(metrics)[0]?.half).toBeCloseTo(0.2);
    expect(forests([changed({ low: 0, high: 0, matters: 0.05 })])[0]?.half).toBeCloseTo(0.08);
  });

  it('let one that has multiplied reach beyond the axis, so that others can be seen', () => {
    const metrics = [changed({ change: 9, low: 8, high: 11 }), changed({ low: -0.02, high: 0.04 })];
    expect(forests(metrics)[0]?.half).toBe(1);
    expect(forestRow(metrics[0]!, 1)).toMatchObject({ point: 1, low: 1, high: 1, beyondHigh: true });
  });

  it('have an axis where nothing can be told', () => {
    expect(forests([changed({ low: null, high: null, matters: 0 })])[0]?.half).toBe(1);
  });
});

describe('forestRow', () => {
  it('has no change in the middle, and keeps the order of what it draws', () => {
    const anyChange = fc.double({ min: -5, max: 5, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(anyChange, anyChange, anyChange), (three) => {
        const [low = 0, change = 0, high = 0] = [...three].sort((a, b) => a - b);
        const row = forestRow(changed({ low, change, high }), 1)!;
        expect(row.low).toBeLessThanOrEqual(row.point);
        expect(row.point).toBeLessThanOrEqual(row.high);
        // A change of less than a float can tell beside 0.5 is none.
        if (row.point !== 0.5) expect(Math.sign(row.point - 0.5)).toBe(Math.sign(change));
      }),
    );
  });

  it('is none where there is no interval', () => {
    expect(forestRow(changed({ change: null, low: null, high: null }), 1)).toBeNull();
  });
});
