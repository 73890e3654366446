import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chart, Column } from './page/data.js';
import { rowsOfPoints, thinChart } from './thin-chart.js';

function chartOf(values: Column, stacked = false): Chart {
  const series = [{ label: 'a line', color: 0, dashed: false, filled: false, values }];
  const xs = values.map((_, i) => i);
  return { id: 'any', axis: 'time', unit: 'count', stacked, xs, views: [{ name: '', series }] };
}

function valuesOf(chart: Chart): Column {
  return chart.views[0]?.series[0]?.values ?? [];
}

const anyLongColumn = fc
  .tuple(fc.integer({ min: 1201, max: 3600 }), fc.infiniteStream(fc.option(fc.nat(50))))
  .map(([length, stream]): Column => [...stream.take(length)]);

describe('a chart of a long run', () => {
  it('has all its extremes, in each part of it, and nothing that was not there', () => {
    fc.assert(
      fc.property(anyLongColumn, (values) => {
        const thin = thinChart(chartOf(values));
        const size = rowsOfPoints(values.length);
        const points = valuesOf(thin);
        expect(points.length).toBe(thin.xs.length);
        expect(points.length).toBeLessThanOrEqual(1200);
        for (let from = 0; from < values.length; from += size) {
          const part = values.slice(from, from + size);
          const drawn = points.filter((_, i) => {
            const x = thin.xs[i] ?? -1;
            return x >= from && x < from + size;
          });
          const figures = (column: Column): number[] => column.filter((value) => value !== null);
          expect(Math.min(...figures(drawn))).toBe(Math.min(...figures(part)));
          expect(Math.max(...figures(drawn))).toBe(Math.max(...figures(part)));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('rises where the run rose, and falls where it fell', () => {
    const up = Array.from({ length: 3600 }, (_, i) => i);
    const drawn = valuesOf(thinChart(chartOf(up)));
    expect(drawn).toEqual([...drawn].sort((a, b) => (a ?? 0) - (b ?? 0)));
    expect(valuesOf(thinChart(chartOf(up.toReversed())))).toEqual(drawn.toReversed());
  });

  it('spans the same time', () => {
    const { xs } = thinChart(chartOf(Array.from({ length: 2500 }, () => 1)));
    expect([xs[0], xs.at(-1)]).toEqual([0, 2499]);
    expect(xs).toEqual([...new Set(xs)].sort((a, b) => a - b));
  });

  it('stacks as much as was counted', () => {
    const thin = valuesOf(
      thinChart(
        chartOf(
          Array.from({ length: 3599 }, () => 2),
          true,
        ),
      ),
    );
    expect(thin.length).toBeLessThanOrEqual(600);
    expect(thin.reduce((sum: number, value) => sum + (value ?? 0), 0)).toBe(2 * 3599);
  });
});

it('a chart that is short is left as it is', () => {
  const chart = chartOf(Array.from({ length: 1200 }, (_, i) => (i === 700 ? null : i)));
  expect(thinChart(chart)).toBe(chart);
});
