// The report page's script: finds each figure, draws its chart, and keeps legend, selector and table in step.
import { formatPercentile } from '../format.js';
import { timeLabel } from './axes.js';
import type { Observer, PageDocument, PageElement, PageWindow } from './browser.js';
import type { Chart, ChartSeries, ChartView, PageData } from './data.js';
import { nearestPlace, placesOf, spread } from './places.js';
import { drawPlot, PLOT_HEIGHT, readout, type Drawn } from './plot.js';

declare const document: PageDocument;
declare const window: PageWindow;
declare const ResizeObserver: new (listener: () => void) => Observer;

const drawnCharts: { drawn: Drawn }[] = [];

function main(): void {
  const text = document.getElementById('chart-data')?.textContent;
  if (text === null || text === undefined) return;
  const page = JSON.parse(text) as PageData;
  for (const chart of page.charts) {
    const figure = document.querySelector(`figure[data-chart="${chart.id}"]`);
    if (figure !== null) setUp(figure, chart, page);
  }
  const redraw = (): void => drawnCharts.forEach(({ drawn }) => drawn.plot.redraw());
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  window.addEventListener('beforeprint', () => {
    document.documentElement.setAttribute('data-print', '');
    redraw();
  });
  window.addEventListener('afterprint', () => {
    document.documentElement.removeAttribute('data-print');
    redraw();
  });
}

function setUp(figure: PageElement, chart: Chart, page: PageData): void {
  const place = figure.querySelector('.plot');
  const legend = figure.querySelector('.legend');
  const [first] = chart.views;
  if (place === null || legend === null || first === undefined) return;
  const slot = { drawn: draw(place, legend, chart, first, page) };
  drawnCharts.push(slot);

  let view = first;
  const table = figure.querySelector('details');
  const fill = (): void => {
    if (table?.hasAttribute('open') === true) fillTable(table, chart, view, page);
  };
  table?.addEventListener('toggle', fill);

  const selector = figure.querySelector('select');
  selector?.addEventListener('change', () => {
    view = chart.views[Number(selector.value)] ?? first;
    slot.drawn.plot.destroy();
    slot.drawn = draw(place, legend, chart, view, page);
    fill();
  });
  new ResizeObserver(() => {
    if (place.clientWidth > 0) slot.drawn.plot.setSize({ width: place.clientWidth, height: PLOT_HEIGHT });
  }).observe(place);
}

function draw(place: PageElement, legend: PageElement, chart: Chart, view: ChartView, page: PageData): Drawn {
  const at = element('span', 'at', '');
  const values = view.series.map(() => element('span', 'value', ''));
  const readings = view.series.map((series) => readingOf(chart, series, page));
  const onCursor = (index: number | null): void => {
    at.textContent = index === null ? '' : moment(chart, index, page);
    values.forEach((value, i) => {
      value.textContent = index === null ? '' : (readings[i]?.(index) ?? '');
    });
  };
  const drawn = drawPlot(place, chart, view.series, page, onCursor);
  legend.replaceChildren(
    ...view.series.map((series, i) => legendItem(series, values[i], (shown) => drawn.show(i, shown))),
    at,
  );
  return drawn;
}

/** What a line says at an x; where that figure is left out, the nearest one that is there, with its own moment. */
function readingOf(chart: Chart, series: ChartSeries, page: PageData): (index: number) => string {
  const places = placesOf(series);
  return (index) => {
    const nearest = nearestPlace(places, index);
    const place = places[nearest] ?? index;
    const figure = readout(chart, series.values, nearest);
    const isThere = place === index || (series.values[nearest] ?? null) === null;
    return isThere ? figure : `${figure} at ${moment(chart, place, page)}`;
  };
}

function legendItem(
  series: ChartSeries,
  value: PageElement | undefined,
  show: (shown: boolean) => void,
): PageElement {
  const button = element('button', 'key', '');
  const swatch = element('span', series.dashed ? 'swatch dashed' : 'swatch', '');
  swatch.style.setProperty('--c', `var(--c${series.color})`);
  button.setAttribute('type', 'button');
  button.setAttribute('aria-pressed', 'true');
  button.append(swatch, element('span', 'name', series.label));
  if (value !== undefined) button.append(value);
  let shown = true;
  button.addEventListener('click', () => {
    shown = !shown;
    button.setAttribute('aria-pressed', String(shown));
    show(shown);
  });
  return button;
}

function fillTable(details: PageElement, chart: Chart, view: ChartView, page: PageData): void {
  const head = element('tr', '', '');
  head.append(
    header(chart.axis === 'time' ? 'time' : 'percentile', 'col'),
    ...view.series.map((series) => header(series.label, 'col')),
  );
  const body = element('tbody', '', '');
  const columns = view.series.map((series) => spread(series.values, placesOf(series), chart.xs.length));
  chart.xs.forEach((_, i) => {
    if (columns.every((column) => (column[i] ?? null) === null)) return;
    const cells = columns.map((column) => {
      const value = column[i];
      return element('td', '', value === undefined ? '' : readout(chart, column, i));
    });
    const row = element('tr', '', '');
    row.append(header(moment(chart, i, page), 'row'), ...cells);
    body.append(row);
  });
  const thead = element('thead', '', '');
  thead.append(head);
  const table = element('table', '', '');
  table.append(thead, body);
  details.querySelector('.scroll')?.replaceChildren(table);
}

function moment(chart: Chart, index: number, page: PageData): string {
  const x = chart.xs[index] ?? 0;
  return chart.axis === 'time' ? timeLabel(x, page.endSec) : formatPercentile(x);
}

function header(text: string, scope: string): PageElement {
  const cell = element('th', '', text);
  cell.setAttribute('scope', scope);
  return cell;
}

function element(tag: string, className: string, text: string): PageElement {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

main();
