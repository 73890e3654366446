// The keys of a chart's legend. Inlined in the page.
import type { PageElement } from './browser.js';
import { element, swatch } from './elements.js';
import type { ShownSeries } from './selection.js';

/** A key that hides its line and shows it again. */
export function hidingKey(series: ShownSeries, show: (shown: boolean) => void): PageElement {
  const key = lineKey(series);
  key.setAttribute('aria-pressed', 'true');
  let shown = true;
  key.addEventListener('click', () => {
    shown = !shown;
    key.setAttribute('aria-pressed', String(shown));
    show(shown);
  });
  return key;
}

/** A key that asks for its line alone; the rest of rare kinds is none that could be shown alone. */
export function choosingKey(series: ShownSeries, choose: (label: string) => void): PageElement {
  if (series.band === 'rest') {
    const plain = element('span', 'key');
    plain.append(swatch(series.color, series.dashed), element('span', 'name', series.label));
    return plain;
  }
  const key = lineKey(series);
  key.addEventListener('click', () => choose(series.label));
  return key;
}

function lineKey({ color, dashed, label }: ShownSeries): PageElement {
  const key = element('button', 'key');
  key.setAttribute('type', 'button');
  key.append(swatch(color, dashed), element('span', 'name', label));
  return key;
}
