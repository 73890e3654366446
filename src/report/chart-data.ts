import { FAILURE_KIND_NAMES, type FailureKind } from '../model/failures.js';
import { PHASES, type Phase } from '../model/phases.js';
import type { Curve, RunResult, SeriesLatency, SeriesRow } from '../model/result.js';
import type { Chart, ChartSeries, ChartView, Column, Mark, PageData } from './page/data.js';
import { numberedFindings } from './soundness.js';
import { thinChart } from './thin-chart.js';

/** The colour of each phase, the same in every chart: an index of the page's palette. Partners share one and differ in dash. */
const PHASE_LOOK: Readonly<Record<Phase | 'delivery', { readonly color: number; readonly dashed: boolean }>> =
  {
    dns: { color: 6, dashed: true },
    tcp: { color: 0, dashed: false },
    tls: { color: 0, dashed: true },
    upgrade: { color: 1, dashed: false },
    connect: { color: 2, dashed: false },
    subscribe: { color: 3, dashed: false },
    message: { color: 4, dashed: false },
    unsubscribe: { color: 3, dashed: true },
    disconnect: { color: 2, dashed: true },
    close: { color: 6, dashed: false },
    delivery: { color: 5, dashed: false },
  };

/** Kinds that get a colour of their own in the stack; rarer ones are one band together. */
const STACKED_KINDS = 6;

const POINTS = ['p50', 'p99', 'max'] as const;

/** The result's series and curves turned into the columns that the page draws: a transposition, no statistic. */
export function chartData(result: RunResult): PageData {
  const rows = result.series;
  const last = rows.at(-1);
  const endSec = last === undefined ? 0 : last.atSec + last.widthSec;
  const { holdStart, holdEnd } = result.run.marksMs;
  return {
    endSec: Math.max(endSec, 1),
    marks: marksOf(result, Math.max(endSec, 1)),
    hold:
      holdStart === undefined
        ? null
        : { fromSec: holdStart / 1000, toSec: (holdEnd ?? endSec * 1000) / 1000 },
    charts: [
      connectionsChart(rows),
      latencyChart(rows),
      curveChart(result),
      failuresChart(rows),
      deliveriesChart(rows),
      throughputChart(rows),
    ].map(thinChart),
  };
}

/** Findings of one moment share a line: "1, 3". What began outside the charts is at their edge. */
function marksOf(result: RunResult, endSec: number): readonly Mark[] {
  const marks = new Map<number, string>();
  for (const { number, finding } of numberedFindings(result)) {
    const atSec = Math.min(endSec, Math.max(0, finding.atMs / 1000));
    const before = marks.get(atSec);
    marks.set(atSec, before === undefined ? String(number) : `${before}, ${number}`);
  }
  return [...marks].sort(([a], [b]) => a - b).map(([atSec, label]) => ({ atSec, label }));
}

/** Whether a chart has a figure to draw in any of its views. */
export function isDrawable(chart: Chart): boolean {
  return chart.views.some((view) =>
    view.series.some((series) => series.values.some((value) => value !== null)),
  );
}

function connectionsChart(rows: readonly SeriesRow[]): Chart {
  let failed = 0;
  return {
    id: 'connections',
    axis: 'time',
    unit: 'count',
    stacked: false,
    xs: rows.map((row) => row.atSec + row.widthSec),
    views: one([
      // A dashed line over a full one is seen where they are equal.
      line(
        'open',
        0,
        rows.map((row) => row.open),
        { filled: true },
      ),
      line(
        'planned',
        6,
        rows.map((row) => row.plannedTotal),
        { dashed: true },
      ),
      line(
        'failed',
        2,
        rows.map((row) => (failed += row.failed)),
      ),
    ]),
  };
}

function latencyChart(rows: readonly SeriesRow[]): Chart {
  const sources = [
    ...PHASES.map((phase) => ({ name: phase, of: (row: SeriesRow) => row.phases[phase] ?? null })),
    { name: 'delivery' as const, of: (row: SeriesRow) => row.delivery },
  ].filter(({ of }) => rows.some((row) => of(row) !== null));
  const column = (of: (row: SeriesRow) => SeriesLatency | null, point: (typeof POINTS)[number]): Column =>
    rows.map((row) => of(row)?.[point] ?? null);
  const together = POINTS.map((point) => ({
    name: `every phase, ${point}`,
    series: sources.map(({ name, of }) =>
      line(name, PHASE_LOOK[name].color, column(of, point), PHASE_LOOK[name]),
    ),
  }));
  const apart = sources.map(({ name, of }) => ({
    name,
    series: [
      line('p50', 0, column(of, 'p50')),
      line('p99', 4, column(of, 'p99')),
      line('max', 2, column(of, 'max')),
    ],
  }));
  const [p50, p99, max] = together;
  return {
    id: 'latency',
    axis: 'time',
    unit: 'us',
    stacked: false,
    xs: rows.map((row) => row.atSec),
    views: [p99, p50, max, ...apart].filter((view) => view !== undefined),
  };
}

function failuresChart(rows: readonly SeriesRow[]): Chart {
  const totals = new Map<FailureKind, number>();
  for (const row of rows) {
    for (const kind of FAILURE_KIND_NAMES) {
      const count = row.failures[kind] ?? 0;
      if (count > 0) totals.set(kind, (totals.get(kind) ?? 0) + count);
    }
  }
  const kinds = [...totals].sort((a, b) => b[1] - a[1]).map(([kind]) => kind);
  const own = kinds.length <= STACKED_KINDS + 1 ? kinds : kinds.slice(0, STACKED_KINDS);
  const rest = kinds.slice(own.length);
  const of = (kind: FailureKind): Column => rows.map((row) => row.failures[kind] ?? 0);
  return {
    id: 'failures',
    axis: 'time',
    unit: 'count',
    stacked: true,
    xs: rows.map((row) => row.atSec),
    views: one([
      ...own.map((kind, i) => line(kind, STACK_COLORS[i] ?? 6, of(kind))),
      ...(rest.length === 0
        ? []
        : [
            line(
              `${rest.length} rarer kinds`,
              6,
              rows.map((row) => rest.reduce((sum, kind) => sum + (row.failures[kind] ?? 0), 0)),
            ),
          ]),
    ]),
  };
}

/** Neighbours in a stack differ in lightness as well as in hue. */
const STACK_COLORS = [2, 0, 4, 3, 1, 5, 6] as const;

function deliveriesChart(rows: readonly SeriesRow[]): Chart {
  const quiet = rows.every((row) => row.expected === 0 && row.received === 0);
  return {
    id: 'deliveries',
    axis: 'time',
    unit: 'perSec',
    stacked: false,
    xs: rows.map((row) => row.atSec),
    views: one([
      line('received', 1, perSec(rows, 'received', quiet), { filled: true }),
      line('expected', 6, perSec(rows, 'expected', quiet), { dashed: true }),
    ]),
  };
}

function throughputChart(rows: readonly SeriesRow[]): Chart {
  const quiet = rows.every((row) => row.started === 0 && row.published === 0);
  return {
    id: 'throughput',
    axis: 'time',
    unit: 'perSec',
    stacked: false,
    xs: rows.map((row) => row.atSec),
    views: one([
      line('connections started', 0, perSec(rows, 'started', quiet)),
      line('messages published', 3, perSec(rows, 'published', quiet)),
    ]),
  };
}

/** Rows may be wider than a second: their counts become rates. */
function perSec(
  rows: readonly SeriesRow[],
  key: 'expected' | 'received' | 'started' | 'published',
  quiet: boolean,
): Column {
  return rows.map((row) => (quiet ? null : row[key] / row.widthSec));
}

function curveChart(result: RunResult): Chart {
  const curves: (readonly [Phase | 'delivery', Curve])[] = PHASES.map((phase) => [
    phase,
    result.phases[phase]?.curve ?? [],
  ]);
  curves.push(['delivery', result.deliveries.curve]);
  const drawn = curves.filter(([, curve]) => curve.length > 0);
  const xs = [...new Set(drawn.flatMap(([, curve]) => curve.map(([percentile]) => percentile)))].sort(
    (a, b) => a - b,
  );
  return {
    id: 'curve',
    axis: 'percentile',
    unit: 'us',
    stacked: false,
    xs,
    views: one(
      drawn.map(([name, curve]) => {
        const at = new Map(curve);
        return line(
          name,
          PHASE_LOOK[name].color,
          xs.map((x) => at.get(x) ?? null),
          PHASE_LOOK[name],
        );
      }),
    ),
  };
}

function one(series: readonly ChartSeries[]): readonly ChartView[] {
  return [{ name: '', series }];
}

function line(
  label: string,
  color: number,
  values: Column,
  look: { readonly dashed?: boolean; readonly filled?: boolean } = {},
): ChartSeries {
  return { label, color, dashed: look.dashed ?? false, filled: look.filled ?? false, values };
}
