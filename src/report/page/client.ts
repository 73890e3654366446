// The report page's script: sets up each figure, and what all of them share.
import type { PageDocument, PageWindow } from './browser.js';
import type { PageData } from './data.js';
import { failureFilter } from './failure-filter.js';
import { setUpFigure, type Figure } from './figure.js';
import { findPanel } from './panel.js';
import { percentilePicker } from './picker.js';
import { printWell } from './printing.js';

declare const document: PageDocument;
declare const window: PageWindow;

function main(): void {
  const text = document.getElementById('chart-data')?.textContent ?? null;
  const page = text === null ? null : (JSON.parse(text) as PageData);
  const figures: Figure[] = [];
  const percentile = percentilePicker((picked) => {
    for (const figure of figures) figure.choose({ percentile: picked });
  });
  const panel = findPanel((page?.charts ?? []).map(({ id }) => id));
  for (const chart of page?.charts ?? []) {
    const place = document.querySelector(`figure[data-chart="${chart.id}"]`);
    if (page === null || place === null) continue;
    let figure: Figure | null = null;
    const onLine =
      chart.id === 'failures'
        ? failureFilter(place, new Set(chart.series.map(({ label }) => label)), (only) =>
            figure?.choose({ only }),
          )
        : null;
    figure = setUpFigure(place, { chart, page, panel, selection: { percentile, only: null }, onLine });
    if (figure !== null) figures.push(figure);
  }
  window
    .matchMedia('(prefers-color-scheme: dark)')
    .addEventListener('change', () => figures.forEach((figure) => figure.redraw()));
  printWell(figures);
}

main();
