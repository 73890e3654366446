import { describe, expect, it } from 'vitest';
import { MAX_SERIES_ROWS, Series, mergeRows } from './series.js';
import { GAUGES, deltaOf, snapshotOf } from './testing/snapshots.js';

const QUIET = { open: 0, published: 0, expected: 0 };
const newSeries = (): Series => new Series(0, (ms) => ms);

describe('Series', () => {
  it('has a row for each second that is closed, also for one in which nothing was reported', () => {
    const series = newSeries();
    series.add(snapshotOf({ row: 1, counts: { started: 3 } }));
    series.close(QUIET);
    series.close(QUIET);
    expect(series.rows.map(({ atSec, widthSec, started }) => [atSec, widthSec, started])).toEqual([
      [0, 1, 0],
      [1, 1, 3],
    ]);
  });

  it('adds the workers of one second up', () => {
    const series = newSeries();
    series.add(
      snapshotOf({
        worker: 0,
        gauges: { ...GAUGES, pid: 1, processCpuUs: 1400 },
        counts: { started: 2, opened: 1, failed: 1, received: 5 },
        latencies: { tcp: deltaOf([100, 200]), delivery: deltaOf([1000]) },
        failures: [
          { role: 'connection', phase: 'tcp', kind: 'tcp-refused', code: null, count: 1, sample: 'x' },
        ],
      }),
    );
    series.add(
      snapshotOf({
        worker: 1,
        gauges: { ...GAUGES, pid: 2, processCpuUs: 1400 },
        counts: { started: 3, complete: 2 },
        latencies: { tcp: deltaOf([300]) },
        failures: [
          { role: 'connection', phase: 'tls', kind: 'tcp-refused', code: null, count: 2, sample: 'x' },
        ],
      }),
    );
    series.close({ open: 7, published: 4, expected: 6 });
    expect(series.rows[0]).toMatchObject({
      started: 5,
      opened: 1,
      complete: 2,
      failed: 1,
      received: 5,
      open: 7,
      published: 4,
      expected: 6,
      failures: { 'tcp-refused': 3 },
      phases: { tcp: { count: 3, p50: 200, p99: 300, max: 300 } },
      delivery: { count: 1, p50: 1000, max: 1000 },
      generator: { cpuMs: 3 },
    });
  });

  it('does not count a publisher’s failure as a connection’s', () => {
    const series = newSeries();
    series.add(
      snapshotOf({
        failures: [
          { role: 'publisher', phase: 'tcp', kind: 'tcp-refused', code: null, count: 1, sample: 'x' },
        ],
      }),
    );
    series.close(QUIET);
    expect(series.rows[0]?.failures).toEqual({});
  });

  it('says how late the latest start and the latest SEND of a row were, whichever is later', () => {
    const series = newSeries();
    series.add(snapshotOf({ latencies: { 'lag.arrival': deltaOf([5, 900]), 'lag.publish': deltaOf([30]) } }));
    series.close(QUIET);
    expect(series.rows[0]?.generator.lagMaxUs).toBe(900);
  });

  it('counts what comes for a second that is closed already in the earliest that is not', () => {
    const series = newSeries();
    series.close(QUIET);
    series.close(QUIET);
    series.add(snapshotOf({ row: 0, counts: { started: 4 } }));
    series.close(QUIET);
    expect(series.rows.map(({ started }) => started)).toEqual([0, 0, 4]);
  });

  it('adds the memory of all processes up, a silent one as it last was', () => {
    const series = newSeries();
    const said = (row: number, pid: number, processRssBytes: number): void => {
      series.add(snapshotOf({ row, gauges: { ...GAUGES, pid, processRssBytes } }));
    };
    said(0, 1, 100);
    said(0, 2, 50);
    said(1, 1, 110);
    series.close(QUIET);
    series.close(QUIET);
    expect(series.rows.map(({ generator }) => generator.rssBytes)).toEqual([150, 160]);
  });
});

describe('Series.finish', () => {
  const widths = (restSec: number, whole: number): number[] => {
    const series = newSeries();
    for (let second = 0; second < whole; second++) series.close(QUIET);
    series.add(snapshotOf({ row: whole, counts: { received: 3 } }));
    series.finish(QUIET, restSec);
    expect(series.rows.reduce((sum, { received }) => sum + received, 0)).toBe(3);
    return series.rows.map(({ widthSec }) => widthSec);
  };

  it('gives the rest of a run a row as wide as it is', () => {
    expect(widths(0.7, 2)).toEqual([1, 1, 0.7]);
  });

  it('lets a short rest join the row before it, so that it has no rate of its own', () => {
    expect(widths(0.1, 2)).toEqual([1, 1.1]);
    expect(widths(0, 2)).toEqual([1, 1]);
  });

  it('has one row for a run of less than a second, of some width', () => {
    expect(widths(0.2, 0)).toEqual([0.2]);
    expect(widths(0, 0)).toEqual([0.001]);
  });

  it('has no row where nothing was ever reported', () => {
    const series = newSeries();
    series.finish(QUIET, 0);
    expect(series.rows).toEqual([]);
  });

  it('asks for what was planned until the end of the run, and not of the second', () => {
    const series = newSeries();
    series.close(QUIET);
    series.add(snapshotOf({ row: 1 }));
    series.finish(QUIET, 0.6);
    expect(series.rows.map(({ plannedTotal }) => plannedTotal)).toEqual([1000, 1600]);
  });
});

describe('Series, longer than an hour', () => {
  const SECONDS = MAX_SERIES_ROWS * 2 + 5;

  function longRun(): Series {
    const series = newSeries();
    for (let row = 0; row < SECONDS; row++) {
      if (row % 100 === 7) {
        series.add(
          snapshotOf({ row, counts: { started: row, received: 1 }, latencies: { tcp: deltaOf([row]) } }),
        );
      }
      series.close({ open: row, published: 2, expected: 3 });
    }
    return series;
  }

  it('stays bounded, without a gap and without a row wider than it has to be', () => {
    const { rows } = longRun();
    expect(rows.length).toBeLessThanOrEqual(MAX_SERIES_ROWS);
    expect(rows.length).toBeGreaterThan(MAX_SERIES_ROWS / 4);
    let atSec = 0;
    for (const row of rows) {
      expect(row.atSec).toBe(atSec);
      atSec += row.widthSec;
    }
    expect(atSec).toBe(SECONDS);
    expect(new Set(rows.slice(0, -1).map(({ widthSec }) => widthSec)).size).toBe(1);
  });

  it('keeps the sums, the extremes and the latest of gauges', () => {
    const { rows } = longRun();
    const sum = (of: (row: (typeof rows)[number]) => number): number =>
      rows.reduce((total, row) => total + of(row), 0);
    const marked = Array.from({ length: SECONDS }, (_, row) => row).filter((row) => row % 100 === 7);
    expect(sum(({ started }) => started)).toBe(marked.reduce((total, row) => total + row, 0));
    expect(sum(({ published }) => published)).toBe(SECONDS * 2);
    expect(sum(({ expected }) => expected)).toBe(SECONDS * 3);
    expect(sum(({ phases }) => phases.tcp?.count ?? 0)).toBe(marked.length);
    expect(Math.max(...rows.map(({ phases }) => phases.tcp?.max ?? 0))).toBe(marked.at(-1));
    for (const row of rows) {
      expect(row.open).toBe(row.atSec + row.widthSec - 1);
      expect(row.plannedTotal).toBe((row.atSec + row.widthSec) * 1000);
    }
  });
});

describe('mergeRows', () => {
  it('adds failures of each kind, and keeps the larger percentile and the larger lag', () => {
    const series = newSeries();
    const failure = { role: 'connection', phase: 'tcp', code: null, sample: 'x' } as const;
    series.add(
      snapshotOf({
        row: 0,
        latencies: { tcp: deltaOf([10]), 'lag.arrival': deltaOf([70]) },
        failures: [{ ...failure, kind: 'tcp-refused', count: 1 }],
      }),
    );
    series.add(
      snapshotOf({
        row: 1,
        latencies: { tcp: deltaOf([30, 30]), upgrade: deltaOf([5]), 'lag.arrival': deltaOf([20]) },
        failures: [
          { ...failure, kind: 'tcp-refused', count: 2 },
          { ...failure, kind: 'dns', count: 4 },
        ],
      }),
    );
    series.close(QUIET);
    series.close(QUIET);
    const [a, b] = series.rows;
    expect(mergeRows(a!, b!)).toMatchObject({
      atSec: 0,
      widthSec: 2,
      failures: { 'tcp-refused': 3, dns: 4 },
      phases: { tcp: { count: 3, p50: 30, p99: 30, max: 30 }, upgrade: { count: 1 } },
      delivery: null,
      generator: { lagMaxUs: 70 },
    });
  });
});
