import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chart, Column } from './page/data.js';
import { placesOf } from './page/places.js';
import { rowsOfPoints, thinChart } from './thin-chart.js';

function chartOf(values: Column, stacked = false): Chart {
  const series = [{ label: 'a line', color: 0, dashed: false, filled: false, values }];
  const xs = values.map((_, i) => i);
  return { id: 'any', title: 'Any', axis: 'time', unit: 'count', stacked, xs, series };
}

interface Point {
  readonly x: number | undefined;
  readonly value: number | null;
}

function pointsOf(chart: Chart): Point[] {
  const series = chart.series[0]!;
  return placesOf(series).map((place, i) => ({ x: chart.xs[place], value: series.values[i] ?? null }));
}

const valuesOf = (chart: Chart): Column => pointsOf(chart).map(({ value }) => value);

const anyLongColumn = fc
  .tuple(fc.integer({ min: 1201, max: 3600 }), fc.infiniteStream(fc.option(fc.nat(50))))
  .map(([length, stream]): Column => [...stream.take(length)]);

describe('a chart of a long run', () => {
  it('has all its extremes, in each part of it, and nothing that was not there', () => {
    fc.assert(
      fc.property(anyLongColumn, (values) => {
        const size = rowsOfPoints(values.length);
        const points = pointsOf(thinChart(chartOf(values)));
        expect(points.length).toBeLessThanOrEqual(1202);
        for (const { x, value } of points) expect(values[x ?? -1]).toBe(value);
        for (let from = 0; from < values.length; from += size) {
          const part = values.slice(from, from + size);
          const drawn = points.filter(({ x = -1 }) => x >= from && x < from + size);
          const figures = (column: Column): number[] => column.filter((value) => value !== null);
          const drawnFigures = figures(drawn.map(({ value }) => value));
          expect(Math.min(...drawnFigures)).toBe(Math.min(...figures(part)));
          expect(Math.max(...drawnFigures)).toBe(Math.max(...figures(part)));
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
    const xs = pointsOf(thinChart(chartOf(Array.from({ length: 2500 }, () => 1)))).map(({ x = -1 }) => x);
    expect([xs[0], xs.at(-1)]).toEqual([0, 2499]);
    expect(xs).toEqual([...new Set(xs)].sort((a, b) => a - b));
  });

  it('has a spike in the second in which it was, whatever other lines do', () => {
    const calm = Array.from({ length: 3600 }, (_, i) => i);
    const spiky = calm.map((i) => (i === 4 ? 900 : 1));
    const chart = chartOf(calm);
    const series = [...chart.series, { ...chart.series[0]!, values: spiky }];
    const thin = thinChart({ ...chart, series });
    const second = { ...thin, series: thin.series.slice(1) };
    expect(pointsOf(second).filter(({ value }) => value === 900)).toEqual([{ x: 4, value: 900 }]);
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
