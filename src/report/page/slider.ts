// The picture of a chart as something to move about in: a slider over its xs, which says where it is. Inlined in the page.
import type { PageElement } from './browser.js';
import { indexAfterKey } from './keys.js';

const NOWHERE = 'no moment chosen';

/** Makes the element a slider over so many xs; `move` is told where a key leads to, null: away. */
export function becomeSlider(
  place: PageElement,
  length: number,
  current: () => number | null,
  move: (index: number | null) => void,
): void {
  place.setAttribute('role', 'slider');
  place.setAttribute('tabindex', '0');
  place.setAttribute('aria-valuemin', '0');
  place.setAttribute('aria-valuemax', String(Math.max(0, length - 1)));
  tellPosition(place, null, '');
  place.addEventListener('keydown', (event) => {
    const next = indexAfterKey(event.key, current(), length);
    if (next === undefined) return;
    event.preventDefault();
    move(next);
  });
  place.addEventListener('blur', () => move(null));
}

/** What a screen reader says when the cursor has moved there. */
export function tellPosition(place: PageElement, index: number | null, says: string): void {
  place.setAttribute('aria-valuenow', String(index ?? 0));
  place.setAttribute('aria-valuetext', index === null ? NOWHERE : says);
}
