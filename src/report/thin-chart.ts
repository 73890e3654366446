import type { Chart, ChartSeries, Column } from './page/data.js';

/** Of one line. A chart is about a thousand pixels wide: more would be drawn upon each other. */
const MOST_POINTS = 1200;

/** How many rows of the series two points of a line are made of; 1: each row is a point. */
export function rowsOfPoints(rows: number): number {
  return rows <= MOST_POINTS ? 1 : Math.ceil((2 * rows) / MOST_POINTS);
}

/**
 * A chart over time with so few points that a page of it stays small. Each line keeps the lowest and the highest figure
 * of some neighbouring rows, in their order, so that no extreme is lost and none made up (M4, Jugel et al., "M4: A
 * Visualization-Oriented Time Series Data Aggregation", VLDB 2014); what is stacked is counts, and is added up.
 */
export function thinChart(chart: Chart): Chart {
  const rows = rowsOfPoints(chart.xs.length);
  if (rows === 1 || chart.axis !== 'time') return chart;
  const thinColumn = chart.stacked ? sums : extremes;
  const xs = groups(chart.xs, rows).flatMap((group) =>
    chart.stacked ? group.slice(0, 1) : group.length === 1 ? group : [group[0] ?? 0, group.at(-1) ?? 0],
  );
  const thinSeries = (series: ChartSeries): ChartSeries => ({
    ...series,
    values: groups(series.values, rows).flatMap(thinColumn),
  });
  return {
    ...chart,
    xs,
    views: chart.views.map((view) => ({ ...view, series: view.series.map(thinSeries) })),
  };
}

function groups<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, i) =>
    values.slice(i * size, (i + 1) * size),
  );
}

function extremes(group: Column): Column {
  if (group.length === 1) return group;
  const figures = group.filter((value) => value !== null);
  if (figures.length === 0) return [null, null];
  const lowest = Math.min(...figures);
  const highest = Math.max(...figures);
  return figures.indexOf(lowest) <= figures.lastIndexOf(highest) ? [lowest, highest] : [highest, lowest];
}

function sums(group: Column): Column {
  return [group.reduce<number>((sum, value) => sum + (value ?? 0), 0)];
}
