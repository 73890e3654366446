// The figures of a chart as a table, made when it is opened. Inlined in the page.
import type { PageElement } from './browser.js';
import type { Chart, PageData } from './data.js';
import { element, headerCell } from './elements.js';
import { placesOf, spread } from './places.js';
import { readout } from './plot.js';
import { momentOf } from './reading.js';
import type { ShownSeries } from './selection.js';

export function fillTable(
  details: PageElement,
  chart: Chart,
  shown: readonly ShownSeries[],
  page: PageData,
): void {
  const head = element('tr');
  head.append(
    headerCell(chart.axis === 'time' ? 'time' : 'percentile', 'col'),
    ...shown.map(({ label }) => headerCell(label, 'col')),
  );
  const body = element('tbody');
  const columns = shown.map((series) => spread(series.values, placesOf(series), chart.xs.length));
  chart.xs.forEach((_, i) => {
    if (columns.every((column) => (column[i] ?? null) === null)) return;
    const cells = columns.map((column) => {
      const value = column[i];
      return element('td', '', value === undefined ? '' : readout(chart, column, i));
    });
    const row = element('tr');
    row.append(headerCell(momentOf(chart, i, page), 'row'), ...cells);
    body.append(row);
  });
  const thead = element('thead');
  thead.append(head);
  const table = element('table');
  table.append(element('caption', 'unseen', chart.title), thead, body);
  details.querySelector('.scroll')?.replaceChildren(table);
}
