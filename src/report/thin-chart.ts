import type { Chart, ChartSeries, Column } from './page/data.js';

/** Of one line. A chart is about a thousand pixels wide: more would be drawn upon each other. */
const MOST_POINTS = 1200;

/** How many rows of the series two points of a line are made of; 1: each row is a point. */
export function rowsOfPoints(rows: number): number {
  return rows <= MOST_POINTS ? 1 : Math.ceil((2 * rows) / MOST_POINTS);
}

/**
 * A chart over time with so few points that a page of it stays small. Each line keeps the lowest and the highest figure
 * of some neighbouring rows, each at its own x, so that no extreme is lost, moved or made up (M4, Jugel et al., "M4: A
 * Visualization-Oriented Time Series Data Aggregation", VLDB 2014); what is stacked is counts, and is added up.
 */
export function thinChart(chart: Chart): Chart {
  const rows = rowsOfPoints(chart.xs.length);
  if (rows === 1 || chart.axis !== 'time') return chart;
  const thinSeries = chart.stacked ? added : extremesOf;
  return {
    ...chart,
    xs: chart.stacked ? chart.xs.filter((_, i) => i % rows === 0) : chart.xs,
    series: chart.series.map((series) => thinSeries(series, rows)),
  };
}

function added(series: ChartSeries, rows: number): ChartSeries {
  const sum = (group: Column): number => group.reduce<number>((all, value) => all + (value ?? 0), 0);
  return { ...series, values: groups(series.values, rows).map(sum) };
}

function extremesOf(series: ChartSeries, rows: number): ChartSeries {
  const { values } = series;
  const kept = groups(values, rows).flatMap((group, g) => extremes(group).map((i) => g * rows + i));
  // A line begins and ends where it did.
  const places = [...new Set([0, ...kept, values.length - 1])];
  return {
    ...series,
    values: places.map((place) => values[place] ?? null),
    steps: places.map((place, i) => place - (places[i - 1] ?? 0)),
  };
}

function groups(values: Column, size: number): Column[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, i) =>
    values.slice(i * size, (i + 1) * size),
  );
}

/** Where the lowest and the highest figure stand, in their order; of a group without any, where it begins. */
function extremes(group: Column): number[] {
  const figures = group.filter((value) => value !== null);
  if (figures.length === 0) return [0];
  const lowest = group.indexOf(Math.min(...figures));
  const highest = group.lastIndexOf(Math.max(...figures));
  return [...new Set([lowest, highest])].sort((a, b) => a - b);
}
