import { FAILURE_KIND_NAMES, type FailureKind } from '../model/failures.js';
import { PHASES, type Phase } from '../model/phases.js';
import type { Curve, RunResult, SeriesRow } from '../model/result.js';
import { marksOf, spansOf } from './chart-marks.js';
import type { Chart, ChartSeries, Column, PageData } from './page/data.js';
import { PERCENTILES } from './page/percentiles.js';
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

/** The result's series and curves turned into the columns that the page draws: a transposition, no statistic. */
export function chartData(result: RunResult): PageData {
  const rows = result.series;
  const last = rows.at(-1);
  const endSec = last === undefined ? 0 : last.atSec + last.widthSec;
  const { holdStart, holdEnd } = result.run.marksMs;
  return {
    endSec: Math.max(endSec, 1),
    marks: marksOf(result, Math.max(endSec, 1)),
    spans: spansOf(result, Math.max(endSec, 1)),
    hold:
      holdStart === undefined
        ? null
        : { fromSec: holdStart / 1000, toSec: (holdEnd ?? endSec * 1000) / 1000 },
    charts: [
      connectionsChart(rows),
      deliveriesChart(rows),
      throughputChart(rows),
      latencyChart(rows),
      curveChart(result),
      failuresChart(rows),
    ].map(thinChart),
  };
}

/** Whether a chart has a figure to draw. */
export function isDrawable(chart: Chart): boolean {
  return chart.series.some((series) => series.values.some((value) => value !== null));
}

function connectionsChart(rows: readonly SeriesRow[]): Chart {
  let failed = 0;
  return {
    id: 'connections',
    title: 'Connections',
    axis: 'time',
    unit: 'count',
    stacked: false,
    xs: rows.map((row) => row.atSec + row.widthSec),
    series: [
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
    ],
  };
}

function latencyChart(rows: readonly SeriesRow[]): Chart {
  const sources = [
    ...PHASES.map((phase) => ({ name: phase, of: (row: SeriesRow) => row.phases[phase] ?? null })),
    { name: 'delivery' as const, of: (row: SeriesRow) => row.delivery },
  ].filter(({ of }) => rows.some((row) => of(row) !== null));
  return {
    id: 'latency',
    title: 'Latency',
    axis: 'time',
    unit: 'us',
    stacked: false,
    xs: rows.map((row) => row.atSec),
    series: sources.flatMap(({ name, of }) =>
      PERCENTILES.map((info) => ({
        ...line(
          name,
          PHASE_LOOK[name].color,
          rows.map((row) => of(row)?.[info.name] ?? null),
          PHASE_LOOK[name],
        ),
        percentile: info.name,
      })),
    ),
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
  const rare = kinds.slice(own.length);
  const of = (kind: FailureKind): Column => rows.map((row) => row.failures[kind] ?? 0);
  const rest: readonly ChartSeries[] =
    rare.length === 0
      ? []
      : [
          {
            ...line(
              `${rare.length} rarer kinds`,
              6,
              rows.map((row) => rare.reduce((sum, kind) => sum + (row.failures[kind] ?? 0), 0)),
            ),
            band: 'rest',
          },
          ...rare.map((kind): ChartSeries => ({ ...line(kind, 6, of(kind)), band: 'rare' })),
        ];
  return {
    id: 'failures',
    title: 'Failures',
    axis: 'time',
    unit: 'count',
    stacked: true,
    xs: rows.map((row) => row.atSec),
    series: [...own.map((kind, i) => line(kind, STACK_COLORS[i] ?? 6, of(kind))), ...rest],
  };
}

/** Neighbours in a stack differ in lightness as well as in hue. */
const STACK_COLORS = [2, 0, 4, 3, 1, 5, 6] as const;

function deliveriesChart(rows: readonly SeriesRow[]): Chart {
  const quiet = rows.every((row) => row.expected === 0 && row.received === 0);
  return {
    id: 'deliveries',
    title: 'Deliveries',
    axis: 'time',
    unit: 'perSec',
    stacked: false,
    xs: rows.map((row) => row.atSec),
    series: [
      line('received', 1, perSec(rows, 'received', quiet), { filled: true }),
      line('expected', 6, perSec(rows, 'expected', quiet), { dashed: true }),
    ],
  };
}

function throughputChart(rows: readonly SeriesRow[]): Chart {
  const quiet = rows.every((row) => row.started === 0 && row.published === 0);
  return {
    id: 'throughput',
    title: 'Started and published',
    axis: 'time',
    unit: 'perSec',
    stacked: false,
    xs: rows.map((row) => row.atSec),
    series: [
      line('connections started', 0, perSec(rows, 'started', quiet)),
      line('messages published', 3, perSec(rows, 'published', quiet)),
    ],
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
    title: 'Latency by percentile',
    axis: 'percentile',
    unit: 'us',
    stacked: false,
    xs,
    series: drawn.map(([name, curve]) => {
      const at = new Map(curve);
      return line(
        name,
        PHASE_LOOK[name].color,
        xs.map((x) => at.get(x) ?? null),
        PHASE_LOOK[name],
      );
    }),
  };
}

function line(
  label: string,
  color: number,
  values: Column,
  look: { readonly dashed?: boolean; readonly filled?: boolean } = {},
): ChartSeries {
  return { label, color, dashed: look.dashed ?? false, filled: look.filled ?? false, values };
}
