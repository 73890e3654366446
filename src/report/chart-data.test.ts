import { describe, expect, it } from 'vitest';
import { FAILURE_KIND_NAMES } from '../model/failures.js';
import type { RunResult, SeriesRow } from '../model/result.js';
import { chartData, isDrawable } from './chart-data.js';
import type { Chart } from './page/data.js';
import { PERCENTILES, type Percentile } from './page/percentiles.js';
import { emptyRun, failingRun, passingRun, singleRun } from './testing/sample-result.js';

function chart(result: RunResult, id: string): Chart {
  const found = chartData(result).charts.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no chart ${id}`);
  return found;
}

function column(
  result: RunResult,
  id: string,
  label: string,
  percentile?: Percentile,
): readonly (number | null)[] {
  const series = chart(result, id).series.find(
    (candidate) => candidate.label === label && candidate.percentile === percentile,
  );
  if (series === undefined) throw new Error(`no line ${label}`);
  return series.values;
}

function withRows(result: RunResult, change: (row: SeriesRow, i: number) => SeriesRow): RunResult {
  return { ...result, series: result.series.map(change) };
}

describe('chartData', () => {
  it.each([
    ['a pass', passingRun()],
    ['a failure', failingRun()],
    ['one connection', singleRun()],
    ['nothing attempted', emptyRun()],
  ])('has a figure or a null for each x of every line of %s', (_, result) => {
    for (const { xs, series } of chartData(result).charts) {
      expect(series.map(({ values }) => values.length)).toEqual(series.map(() => xs.length));
    }
  });

  it('draws connections at the end of each row, for that is when they were counted', () => {
    const result = passingRun();
    expect(chart(result, 'connections').xs).toEqual(result.series.map((row) => row.atSec + row.widthSec));
    expect(column(result, 'connections', 'open')).toEqual(result.series.map((row) => row.open));
  });

  it('adds failed connections up to those of the whole run', () => {
    const result = failingRun();
    expect(column(result, 'connections', 'failed').at(-1)).toBe(result.connections.failed);
  });

  it('makes a rate of the counts of wider rows', () => {
    const result = withRows(passingRun(), (row) => ({ ...row, widthSec: 4, expected: 12, received: 8 }));
    expect(new Set(column(result, 'deliveries', 'expected'))).toEqual(new Set([3]));
    expect(new Set(column(result, 'deliveries', 'received'))).toEqual(new Set([2]));
  });

  it('leaves a gap where a phase had no sample', () => {
    const result = passingRun();
    const expected = result.series.map((row) => row.phases.connect?.p99 ?? null);
    expect(expected).toContain(null);
    expect(column(result, 'latency', 'connect', 'p99')).toEqual(expected);
  });

  it('has every percentile that a row has, of each phase that the run had, and of deliveries', () => {
    const result = passingRun();
    const { series } = chart(result, 'latency');
    const names = [...new Set(series.map(({ label }) => label))];
    expect(names).toContain('delivery');
    expect(names).not.toContain('tls');
    for (const { name } of PERCENTILES) {
      const expected = result.series.map((row) => row.delivery?.[name] ?? null);
      expect(column(result, 'latency', 'delivery', name)).toEqual(expected);
    }
    expect(series).toHaveLength(names.length * PERCENTILES.length);
  });

  it('stacks every failure of the run, rare kinds in one band', () => {
    const failures = Object.fromEntries(FAILURE_KIND_NAMES.map((kind, i) => [kind, i + 1]));
    const result = withRows(singleRun(), (row, i) => (i === 0 ? { ...row, failures } : row));
    const { series } = chart(result, 'failures');
    const bands = series.filter(({ band }) => band !== 'rare');
    const total = bands.reduce((sum, band) => sum + (band.values[0] ?? 0), 0);
    expect(total).toBe((FAILURE_KIND_NAMES.length * (FAILURE_KIND_NAMES.length + 1)) / 2);
    expect(bands.map((band) => band.label)).toEqual([
      ...[...FAILURE_KIND_NAMES].reverse().slice(0, 6),
      `${FAILURE_KIND_NAMES.length - 6} rarer kinds`,
    ]);
  });

  it('has each rare kind by itself, too', () => {
    const failures = Object.fromEntries(FAILURE_KIND_NAMES.map((kind, i) => [kind, i + 1]));
    const result = withRows(singleRun(), (row, i) => (i === 0 ? { ...row, failures } : row));
    const own = chart(result, 'failures').series.filter(({ band }) => band !== 'rest');
    expect(Object.fromEntries(own.map(({ label, values }) => [label, values[0]]))).toEqual(failures);
  });

  it('keeps every point of every curve', () => {
    const result = passingRun();
    const { xs } = chart(result, 'curve');
    const drawn = column(result, 'curve', 'delivery').flatMap((us, i) => (us === null ? [] : [[xs[i], us]]));
    expect(drawn).toEqual(result.deliveries.curve);
  });

  it('marks the hold to the end of the run where it was not finished', () => {
    const result = passingRun();
    const cut = { ...result, run: { ...result.run, marksMs: { holdStart: 11_000 } } };
    expect(chartData(cut).hold).toEqual({ fromSec: 11, toSec: result.series.length });
  });
});

describe('isDrawable', () => {
  it('is false of every chart of a run that attempted nothing', () => {
    expect(chartData(emptyRun()).charts.filter(isDrawable)).toEqual([]);
  });

  it('is false of the failures of a run without any', () => {
    expect(isDrawable(chart(passingRun(), 'failures'))).toBe(false);
    expect(isDrawable(chart(failingRun(), 'failures'))).toBe(true);
  });
});
