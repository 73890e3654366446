import { describe, expect, it } from 'vitest';
import type { RunResult, SeriesRow } from '../model/result.js';
import { renderCsv } from './csv.js';
import { emptyRun, failingRun, passingRun } from './testing/sample-result.js';

/** RFC 4180, for cells without quotes: none of ours needs them. */
function read(result: RunResult): {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
} {
  const lines = renderCsv(result).split('\r\n');
  expect(lines.pop()).toBe('');
  const [names = [], ...rows] = lines.map((line) => line.split(','));
  return { names, rows };
}

/** The cells of one column, from top to bottom. */
function column(result: RunResult, name: string): readonly string[] {
  const { names, rows } = read(result);
  const index = names.indexOf(name);
  expect(index, name).toBeGreaterThanOrEqual(0);
  return rows.map((row) => row[index] ?? '');
}

describe('series.csv', () => {
  it('has one line for each row of the series, all with the same columns', () => {
    const run = failingRun();
    const { names, rows } = read(run);
    expect(rows).toHaveLength(run.series.length);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([names.length]));
    expect(new Set(names).size).toBe(names.length);
  });

  it('has the figures of the series, in its order', () => {
    const run = failingRun();
    const of = (pick: (row: SeriesRow) => number): readonly string[] =>
      run.series.map((row) => String(pick(row)));
    expect(column(run, 'at_sec')).toEqual(of((row) => row.atSec));
    expect(column(run, 'open')).toEqual(of((row) => row.open));
    expect(column(run, 'failures_upgrade_status')).toEqual(of((row) => row.failures['upgrade-status'] ?? 0));
    expect(column(run, 'connect_count')).toEqual(of((row) => row.phases.connect?.count ?? 0));
    expect(column(run, 'generator_rss_bytes')).toEqual(of((row) => row.generator.rssBytes));
  });

  it('leaves a latency empty where there is none, and does not call it 0', () => {
    const run = passingRun();
    const cells = column(run, 'close_p99_us');
    expect(cells).toEqual(run.series.map((row) => String(row.phases.close?.p99 ?? '')));
    expect(cells).toContain('');
  });

  it('has columns for the kinds of failure that occurred, and no others', () => {
    const failures = (result: RunResult): readonly string[] =>
      read(result).names.filter((name) => name.startsWith('failures_'));
    expect(failures(passingRun())).toEqual([]);
    expect(failures(failingRun())).toContain('failures_closed_while_holding');
  });

  it('names the unit of every figure that has one', () => {
    const { names } = read(failingRun());
    const unitless =
      /^(planned_total|started|opened|complete|failed|open|published|expected|received|failures_\w+|\w+_count|generator_(open_files|unsound_workers))$/;
    const unit = /_(sec|ms|us|bytes|share)$/;
    expect(names.filter((name) => !unit.test(name) && !unitless.test(name))).toEqual([]);
  });

  it('has no cell that a spreadsheet would take for a formula', () => {
    const { names, rows } = read(failingRun());
    expect([names, ...rows].flat().filter((cell) => !/^$|^[a-z0-9]/.test(cell))).toEqual([]);
  });

  it('is its headings alone where there is no row', () => {
    expect(read(emptyRun()).rows).toEqual([]);
  });
});
