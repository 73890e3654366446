// Choosing a kind of failure, in a table or in the legend, shows it alone over time; once more, or the way back, shows
// all. Inlined in the page.
import type { PageDocument, PageElement } from './browser.js';
import { element } from './elements.js';

declare const document: PageDocument;

/**
 * Makes a button of each name of a kind that the chart can show alone; `show` is told which, null: all. Returns what the
 * legend is to call.
 */
export function failureFilter(
  figure: PageElement,
  kinds: ReadonlySet<string>,
  show: (kind: string | null) => void,
): (kind: string) => void {
  let chosen: string | null = null;
  const buttons: (readonly [string, PageElement])[] = [];
  const only = element('strong', 'mono');
  const back = pushButton('plain', 'Show all kinds');
  const line = element('p', 'filter');
  line.hidden = true;
  line.append(element('span', '', 'Only '), only, element('span', '', ' is shown. '), back);
  figure.querySelector('figcaption')?.append(line);

  const choose = (kind: string | null): void => {
    chosen = kind;
    only.textContent = kind ?? '';
    line.hidden = kind === null;
    for (const [name, button] of buttons) {
      button.setAttribute('aria-pressed', String(name === kind));
      button.closest('tr')?.toggleAttribute('data-chosen', name === kind);
    }
    show(kind);
    if (kind !== null) figure.scrollIntoView({ block: 'nearest' });
  };
  // What was pressed is gone when all are shown again: the reader goes on at that kind in the table.
  const showAll = (): void => {
    const [, button] = buttons.find(([name]) => name === chosen) ?? [];
    choose(null);
    button?.focus({ preventScroll: true });
  };
  back.addEventListener('click', showAll);

  for (const place of document.querySelectorAll('[data-kind]')) {
    const kind = place.getAttribute('data-kind') ?? '';
    if (!kinds.has(kind)) continue;
    const button = pushButton('kind', kind);
    button.setAttribute('aria-pressed', 'false');
    button.setAttribute('title', 'Show only this kind over time');
    button.addEventListener('click', () => choose(kind === chosen ? null : kind));
    place.replaceChildren(button);
    buttons.push([kind, button]);
  }
  return (kind) => {
    if (kind === chosen) showAll();
    else {
      choose(kind);
      back.focus({ preventScroll: true });
    }
  };
}

function pushButton(className: string, text: string): PageElement {
  const button = element('button', className, text);
  button.setAttribute('type', 'button');
  return button;
}
