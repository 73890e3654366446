// One figure of the page: its chart, its legend, its selector and its table, kept in step. Inlined in the page.
import type { Observer, PageElement } from './browser.js';
import type { Chart, PageData } from './data.js';
import { element } from './elements.js';
import { fillTable } from './figure-table.js';
import { choosingKey, hidingKey } from './legend.js';
import type { Panel } from './panel.js';
import { drawPlot, PLOT_HEIGHT, type Drawn } from './plot.js';
import { momentOf, readingOf } from './reading.js';
import { shownSeries, shownTitle, type Selection, type ShownSeries } from './selection.js';
import { becomeSlider, tellPosition } from './slider.js';

declare const ResizeObserver: new (listener: () => void) => Observer;

export interface Figure {
  /** Draws what is selected. */
  choose(change: Partial<Selection>): void;
  redraw(): void;
  /** Draws it that large, in CSS pixels, whatever the page is; null: as wide as the page has it. */
  fix(size: { readonly width: number; readonly height: number } | null): void;
}

export interface FigureParts {
  readonly chart: Chart;
  readonly page: PageData;
  readonly panel: Panel | null;
  readonly selection: Selection;
  /** Of a chart where choosing a line asks for it alone; null: choosing a line hides it. */
  readonly onLine: ((label: string) => void) | null;
}

/** null: the page has not all that it takes. */
export function setUpFigure(figure: PageElement, parts: FigureParts): Figure | null {
  const { chart, page, panel, onLine } = parts;
  const place = figure.querySelector('.plot');
  const legend = figure.querySelector('.legend');
  if (place === null || legend === null) return null;
  let selection = parts.selection;
  let shown: readonly ShownSeries[] = [];
  let drawn: Drawn | null = null;
  let index: number | null = null;
  let fixed = false;

  const draw = (): void => {
    drawn?.point(null);
    drawn?.plot.destroy();
    shown = shownSeries(chart, selection);
    const readings = shown.map((series) => readingOf(chart, series, page));
    const when = element('span', 'at');
    const values = shown.map(() => element('span', 'value'));
    const onCursor = (at: number | null): void => {
      index = at;
      const moment = at === null ? '' : momentOf(chart, at, page);
      const lines = shown.map(({ label, color, dashed }, i) => ({
        label,
        color,
        dashed,
        figure: at === null ? '' : (readings[i]?.(at) ?? ''),
      }));
      when.textContent = moment;
      lines.forEach((line, i) => setText(values[i], line.figure));
      tellPosition(place, at, `${moment}: ${lines.map((line) => `${line.label} ${line.figure}`).join(', ')}`);
      if (chart.axis === 'time') {
        panel?.tell(chart.id, at === null ? null : { title: shownTitle(chart, selection), moment, lines });
      }
    };
    drawn = drawPlot(place, chart, shown, { page, percentile: () => selection.percentile, onCursor });
    const keys = shown.map((series, i) => {
      const key =
        onLine === null
          ? hidingKey(series, (isShown) => drawn?.show(i, isShown))
          : choosingKey(series, onLine);
      const value = values[i];
      if (value !== undefined) key.append(value);
      return key;
    });
    legend.replaceChildren(...keys, when);
  };
  draw();

  const table = figure.querySelector('details.figures');
  const fill = (): void => {
    if (table?.hasAttribute('open') === true) fillTable(table, chart, shown, page);
  };
  table?.addEventListener('toggle', fill);
  const choose = (change: Partial<Selection>): void => {
    selection = { ...selection, ...change };
    draw();
    fill();
  };
  const selector = figure.querySelector('select');
  selector?.addEventListener('change', () => choose({ only: selector.value === '' ? null : selector.value }));

  const ownSize = (): { width: number; height: number } => ({
    width: place.clientWidth,
    height: PLOT_HEIGHT,
  });
  becomeSlider(
    place,
    chart.xs.length,
    () => index,
    (to) => {
      const { top, bottom } = place.getBoundingClientRect();
      panel?.keepClearOf((top + bottom) / 2);
      drawn?.point(to);
    },
  );
  place.addEventListener('pointermove', ({ clientY }) => panel?.keepClearOf(clientY));
  new ResizeObserver(() => {
    if (place.clientWidth > 0 && !fixed) drawn?.plot.setSize(ownSize());
  }).observe(place);
  return {
    choose,
    redraw: () => drawn?.plot.redraw(),
    fix(size) {
      fixed = size !== null;
      drawn?.plot.setSize(size ?? ownSize());
    },
  };
}

function setText(element: PageElement | undefined, text: string): void {
  if (element !== undefined) element.textContent = text;
}
