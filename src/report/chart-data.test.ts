import { describe, expect, it } from 'vitest';
import { FAILURE_KIND_NAMES } from '../model/failures.js';
import type { RunResult, SeriesRow } from '../model/result.js';
import { chartData, isDrawable } from './chart-data.js';
import type { Chart } from './page/data.js';
import { emptyRun, failingRun, passingRun, singleRun } from './testing/sample-result.js';

function chart(result: RunResult, id: string): Chart {
  const found = chartData(result).charts.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no chart ${id}`);
  return found;
}

function column(result: RunResult, id: string, label: string, view = 0): readonly (number | null)[] {
  const series = chart(result, id).views[view]?.series.find((candidate) => candidate.label === label);
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
    for (const { xs, views } of chartData(result).charts) {
      for (const { series } of views) {
        expect(series.map(({ values }) => values.length)).toEqual(series.map(() => xs.length));
      }
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
    expect(column(result, 'latency', 'connect')).toEqual(expected);
  });

  it('offers every percentile of all phases together, and each phase alone', () => {
    const [first, ...others] = chart(passingRun(), 'latency').views.map((view) => view.name);
    expect(first).toBe('every phase, p99');
    expect(others.slice(0, 3)).toEqual(['every phase, p50', 'every phase, max', 'tcp']);
    expect(others).not.toContain('tls');
  });

  it('stacks every failure of the run, rare kinds in one band', () => {
    const failures = Object.fromEntries(FAILURE_KIND_NAMES.map((kind, i) => [kind, i + 1]));
    const result = withRows(singleRun(), (row, i) => (i === 0 ? { ...row, failures } : row));
    const { views } = chart(result, 'failures');
    const bands = views[0]?.series ?? [];
    const total = bands.reduce((sum, band) => sum + (band.values[0] ?? 0), 0);
    expect(total).toBe((FAILURE_KIND_NAMES.length * (FAILURE_KIND_NAMES.length + 1)) / 2);
    expect(bands.map((band) => band.label)).toEqual([
      ...[...FAILURE_KIND_NAMES].reverse().slice(0, 6),
      `${FAILURE_KIND_NAMES.length - 6} rarer kinds`,
    ]);
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

describe('the marks of findings', () => {
  it('stand where each began, by its number; those of one moment share a line', () => {
    expect(chartData(failingRun()).marks).toEqual([
      { atSec: 8.1, label: '1' },
      { atSec: 9, label: '2, 3' },
    ]);
  });

  it('are at the edge where one began outside of what is drawn', () => {
    const run = failingRun();
    const [first] = run.findings;
    if (first === undefined) throw new Error('the sample has no finding');
    const findings = [-5000, 3_600_000].map((atMs) => ({ ...first, atMs }));
    const { endSec, marks } = chartData({ ...run, findings });
    expect(marks.map(({ atSec }) => atSec)).toEqual([0, endSec]);
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
