// What a chart says at one x, in words. Inlined in the page.
import { formatPercentile } from '../format.js';
import { timeLabel } from './axes.js';
import type { Chart, ChartSeries, PageData } from './data.js';
import { nearestPlace, placesOf } from './places.js';
import { readout } from './plot.js';

/** The x at an index: a moment of the run, or a percentile. */
export function momentOf(chart: Chart, index: number, page: PageData): string {
  const x = chart.xs[index] ?? 0;
  return chart.axis === 'time' ? timeLabel(x, page.endSec) : formatPercentile(x);
}

/** What a line says at an x; where that figure is left out, the nearest one that is there, with its own moment. */
export function readingOf(chart: Chart, series: ChartSeries, page: PageData): (index: number) => string {
  const places = placesOf(series);
  return (index) => {
    const nearest = nearestPlace(places, index);
    const place = places[nearest] ?? index;
    const said = readout(chart, series.values, nearest);
    const isThere = place === index || (series.values[nearest] ?? null) === null;
    return isThere ? said : `${said} at ${momentOf(chart, place, page)}`;
  };
}
