// Elements as the page's script makes them: text is set as text, never parsed. Inlined in the page.
import type { PageDocument, PageElement } from './browser.js';

declare const document: PageDocument;

export function element(tag: string, className = '', text = ''): PageElement {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

export function headerCell(text: string, scope: 'row' | 'col'): PageElement {
  const cell = element('th', '', text);
  cell.setAttribute('scope', scope);
  return cell;
}

/** A line as it looks in the chart, in small. */
export function swatch(color: number, dashed: boolean): PageElement {
  const made = element('span', dashed ? 'swatch dashed' : 'swatch');
  made.style.setProperty('--c', `var(--c${color})`);
  return made;
}
