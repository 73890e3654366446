// The percentile that all charts and tables of latencies show. Inlined in the page.
import type { PageDocument } from './browser.js';
import { FIRST_PERCENTILE, PERCENTILES, type Percentile } from './percentiles.js';

declare const document: PageDocument;

/** Readies the picker, if the page has one; `pick` is told what is picked. Returns what is picked now. */
export function percentilePicker(pick: (percentile: Percentile) => void): Percentile {
  let picked = FIRST_PERCENTILE;
  const highlight = (): void => {
    for (const table of document.querySelectorAll('table[data-percentile]')) {
      table.setAttribute('data-percentile', picked);
    }
  };
  const picker = document.getElementById('percentile');
  if (picker !== null) picker.hidden = false;
  for (const input of document.querySelectorAll('#percentile input')) {
    const name = PERCENTILES.find((info) => info.name === input.value)?.name;
    if (name === undefined) continue;
    if (input.checked) picked = name;
    input.addEventListener('change', () => {
      if (!input.checked) return;
      picked = name;
      highlight();
      pick(name);
    });
  }
  highlight();
  return picked;
}
