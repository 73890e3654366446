// The figures of all charts over time at the moment under the cursor, together. Inlined in the page.
import type { PageDocument, PageElement, PageWindow } from './browser.js';
import { element, swatch } from './elements.js';

declare const document: PageDocument;
declare const window: PageWindow;
declare function queueMicrotask(callback: () => void): void;

/** What one chart says of a moment. */
export interface Told {
  readonly title: string;
  readonly moment: string;
  readonly lines: readonly ToldLine[];
}

export interface ToldLine {
  readonly label: string;
  readonly figure: string;
  readonly color: number;
  readonly dashed: boolean;
}

export interface Panel {
  /** null: the cursor has left it. */
  tell(chart: string, told: Told | null): void;
  /** Where the reader looks, in CSS pixels from the top of the window: the panel stays out of the way. */
  keepClearOf(y: number): void;
}

/** Over the page, where it has a place for it. `order`: of the charts that will tell. */
export function findPanel(order: readonly string[]): Panel | null {
  const place = document.getElementById('moment');
  return place === null ? null : panelIn(place, order);
}

function panelIn(place: PageElement, order: readonly string[]): Panel {
  const told = new Map<string, Told>();
  let due = false;
  const show = (): void => {
    due = false;
    const all = order.flatMap((chart) => told.get(chart) ?? []);
    place.hidden = all.length === 0;
    place.replaceChildren(
      element('p', 'at', `at ${all[0]?.moment ?? ''}`),
      ...all.filter(({ lines }) => lines.length > 0).map(groupOf),
    );
  };
  return {
    tell(chart, what) {
      if (what === null) told.delete(chart);
      else told.set(chart, what);
      // All charts tell of one movement: it is shown once.
      if (!due) queueMicrotask(show);
      due = true;
    },
    keepClearOf(y) {
      place.toggleAttribute('data-above', y > window.innerHeight / 2);
    },
  };
}

function groupOf({ title, lines }: Told): PageElement {
  const group = element('p', 'group');
  const figures = lines.map(({ label, figure, color, dashed }) => {
    const one = element('span', 'figure');
    one.append(swatch(color, dashed), element('span', 'name', label), element('span', 'value', figure));
    return one;
  });
  const all = element('span', 'lines');
  all.append(...figures);
  group.append(element('span', 'title', title), all);
  return group;
}
