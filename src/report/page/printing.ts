// The page on paper: in light colours, unfolded where it matters, charts as wide as the paper. Inlined in the page.
import type { PageDocument, PageElement, PageWindow } from './browser.js';
import type { Figure } from './figure.js';

declare const document: PageDocument;
declare const window: PageWindow;

/** Of a chart, in CSS pixels: A4 without the margins of style.ts, the card's padding and border. */
const PRINTED = { width: 640, height: 210 };

export function printWell(figures: readonly Figure[]): void {
  let unfolded: readonly PageElement[] | null = null;
  const begin = (): void => {
    if (unfolded !== null) return;
    unfolded = [...document.querySelectorAll('details[data-unfold]:not([open])')];
    for (const details of unfolded) details.toggleAttribute('open', true);
    document.documentElement.setAttribute('data-print', '');
    for (const figure of figures) figure.fix(PRINTED);
  };
  const end = (): void => {
    if (unfolded === null) return;
    for (const details of unfolded) details.toggleAttribute('open', false);
    unfolded = null;
    document.documentElement.removeAttribute('data-print');
    for (const figure of figures) figure.fix(null);
  };
  window.addEventListener('beforeprint', begin);
  window.addEventListener('afterprint', end);
  // Whoever only looks at it as it would be printed gets no such events.
  window.matchMedia('print').addEventListener('change', ({ matches }) => (matches ? begin() : end()));
}
