// One chart of the page: uPlot with this report's axes and colours. Inlined in the page.
import { formatCount, formatUs } from '../format.js';
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
import type { PageElement, PageWindow, Plot, PlotConstructor, PlotData } from './browser.js';
import type { Chart, ChartSeries, Column, PageData } from './data.js';
import { drawHold, drawMarks, drawPicked, drawSpans, pageColor } from './moments.js';
import { percentileInfo, type Percentile } from './percentiles.js';
import { placesOf, spread } from './places.js';
import type { ShownSeries } from './selection.js';

declare const window: PageWindow;
declare const uPlot: PlotConstructor;

/** Of a chart, in CSS pixels; style.ts reserves as much. */
export const PLOT_HEIGHT = 260;
const PLOT_FONT = '12px system-ui, sans-serif';

export interface Drawn {
  readonly plot: Plot;
  /** Shows or hides the series at this index. */
  show(index: number, shown: boolean): void;
  /** Puts the cursor on the x at this index, on every chart over time if this is one; null: takes it away. */
  point(index: number | null): void;
}

/** What a chart is drawn with, besides its own figures. */
export interface Around {
  readonly page: PageData;
  /** As it is now. */
  readonly percentile: () => Percentile;
  /** Is told the index of x under the cursor, or null. */
  readonly onCursor: (index: number | null) => void;
}

/** Draws the series into the element. */
export function drawPlot(
  target: PageElement,
  chart: Chart,
  series: readonly ShownSeries[],
  { page, percentile, onCursor }: Around,
): Drawn {
  const xs = chart.axis === 'percentile' ? ninesAxis(chart.xs) : chart.xs;
  const overTime = chart.axis === 'time';
  const shown = series.map(() => true);
  const data = (): PlotData => [
    xs,
    ...(chart.stacked
      ? stack(series, shown)
      : series.map((one) => spread(floored(one.values, chart), placesOf(one), xs.length))),
  ];
  const options = {
    width: Math.max(200, target.clientWidth),
    height: PLOT_HEIGHT,
    legend: { show: false },
    padding: [20, 14, 0, 0],
    cursor: {
      y: false,
      drag: { x: false, y: false, setScale: false },
      points: { size: 7, show: !chart.stacked },
      ...(overTime ? { sync: { key: 'time', setSeries: false, scales: ['x', null] } } : {}),
    },
    scales: { x: xScale(chart, xs, page), y: yScale(chart) },
    axes: [xAxis(chart, xs, page), yAxis(chart)],
    series: [{}, ...series.map((one) => seriesOptions(chart, one, xs.length))],
    hooks: {
      drawClear: [
        (plot: Plot): void => {
          if (overTime) drawHold(plot, page);
        },
      ],
      draw: [
        (plot: Plot): void => {
          if (overTime) {
            drawSpans(plot, page);
            drawMarks(plot, page);
          } else drawPicked(plot, pickedAt(percentile(), xs));
        },
      ],
      setCursor: [(plot: Plot) => onCursor(plot.cursor.idx ?? null)],
    },
  };
  const plot = new uPlot(options, data(), target);
  return {
    plot,
    show(index, show) {
      shown[index] = show;
      if (chart.stacked) plot.setData(data());
      plot.setSeries(index + 1, { show });
    },
    point(index) {
      const x = index === null ? undefined : xs[index];
      plot.setCursor(
        x === undefined ? { left: -10, top: -10 } : { left: plot.valToPos(x, 'x', false), top: 10 },
        true,
        overTime,
      );
    },
  };
}

/** On the axis of nines; the maximum is its end. */
function pickedAt(percentile: Percentile, xs: readonly number[]): number {
  const percent = percentileInfo(percentile)?.percent ?? 100;
  return percent < 100 ? ninesOf(percent) : (xs.at(-1) ?? 0);
}

/** The figure of a series at an x, in words. On a curve, the first recorded percentile from there on bounds it. */
export function readout(chart: Chart, values: PlotData[number], index: number): string {
  const value = values[index] ?? null;
  if (value !== null) return figure(chart, value);
  if (chart.axis === 'time') return '–';
  const next = values.find((candidate, i) => i > index && (candidate ?? null) !== null) ?? null;
  return next === null ? '–' : `≤ ${figure(chart, next)}`;
}

function figure(chart: Chart, value: number): string {
  if (chart.unit === 'us') return formatUs(value);
  const rounded = Number(value.toFixed(value < 10 ? 2 : 0));
  return chart.unit === 'perSec' ? `${formatCount(rounded)}/s` : formatCount(rounded);
}

/** HDR histograms resolve one microsecond; a logarithmic axis has no zero. */
function floored(values: Column, chart: Chart): Column {
  return chart.unit === 'us' ? values.map((value) => (value === null ? null : Math.max(1, value))) : values;
}

/** Each series upon those after it; a hidden one adds nothing. uPlot paints in order: the highest comes first. */
function stack(series: readonly ChartSeries[], shown: readonly boolean[]): Column[] {
  const heights: number[] = [];
  const columns = series.toReversed().map((one, s) =>
    one.values.map((value, i) => {
      heights[i] = (heights[i] ?? 0) + (shown[series.length - 1 - s] === true ? (value ?? 0) : 0);
      return heights[i];
    }),
  );
  return columns.reverse();
}

function seriesOptions(chart: Chart, series: ShownSeries, points: number): object {
  const color = (): string => pageColor(`--c${series.color}`);
  if (chart.stacked) {
    return {
      stroke: color,
      fill: color,
      width: 0,
      points: { show: false },
      paths: uPlot.paths.bars({ size: [1, 60], align: 1 }),
    };
  }
  return {
    stroke: color,
    width: series.bold ? 3 : 1.75,
    spanGaps: chart.axis === 'percentile',
    ...(series.dashed ? { dash: [5, 4] } : {}),
    ...(series.filled ? { fill: () => pageColor(`--c${series.color}-soft`) } : {}),
    points: { show: true, size: 5, fill: color, filter: () => lonelyPoints(series, chart, points) },
  };
}

/** A figure without neighbours has no line to be seen by; a short series shows each of its points. */
function lonelyPoints(series: ChartSeries, chart: Chart, points: number): number[] {
  const { values } = series;
  const places = placesOf(series);
  const all = points <= 12;
  const joined = chart.axis === 'percentile';
  const lonely: number[] = [];
  values.forEach((value, i) => {
    if (value === null) return;
    const alone = !joined && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null;
    if (all || alone) lonely.push(places[i] ?? i);
  });
  return lonely;
}

function xScale(chart: Chart, xs: readonly number[], page: PageData): object {
  const end = xEnd(chart, xs, page);
  return { time: false, range: (): [number, number] => [0, end] };
}

function xEnd(chart: Chart, xs: readonly number[], page: PageData): number {
  return chart.axis === 'time' ? page.endSec : Math.max(0.5, xs.at(-1) ?? 1);
}

function yScale(chart: Chart): object {
  if (chart.unit !== 'us')
    return { range: (_: Plot, __: number | null, max: number | null) => linearRange(max) };
  return {
    distr: 3,
    log: 10,
    range: (_: Plot, min: number | null, max: number | null) => logRange(min, max),
  };
}

function axisLook(): object {
  return {
    stroke: () => pageColor('--muted'),
    font: PLOT_FONT,
    grid: { stroke: () => pageColor('--grid'), width: 1 },
    ticks: { show: false },
    gap: 8,
  };
}

function xAxis(chart: Chart, xs: readonly number[], page: PageData): object {
  if (chart.axis === 'percentile') {
    const end = xEnd(chart, xs, page);
    return {
      ...axisLook(),
      size: 34,
      splits: ({ bbox }: Plot, _: number, __: number, end: number) =>
        ninesTicks(end, bbox.width / window.devicePixelRatio),
      values: (_: Plot, ticks: readonly number[]) => ticks.map((tick) => ninesLabel(tick, end)),
    };
  }
  return {
    ...axisLook(),
    size: 34,
    space: 70,
    incrs: [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400],
    values: (_: Plot, ticks: readonly number[]) => ticks.map((tick) => timeLabel(tick, page.endSec)),
  };
}

function yAxis(chart: Chart): object {
  const values = (_: Plot, ticks: readonly number[]): string[] =>
    ticks.map((tick) => tickLabel(tick, chart.unit));
  if (chart.unit !== 'us') {
    const decades = Array.from({ length: 10 }, (_, i) => 10 ** i);
    return { ...axisLook(), size: 58, incrs: decades.flatMap((ten) => [ten, 2 * ten, 5 * ten]), values };
  }
  return {
    ...axisLook(),
    size: 66,
    splits: (_: Plot, __: number, low: number, high: number) => logTicks(low, high),
    filter: (_: Plot, ticks: readonly number[]) => ticks,
    values,
  };
}
