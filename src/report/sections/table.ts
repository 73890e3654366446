import { escaped, type Markup } from '../escape.js';

export interface TableParts {
  /** What it is called, where it can't be seen that it stands below its heading. */
  readonly caption: string;
  /** Of the `<table>`. */
  readonly classes?: string;
  /** Attributes of the `<table>`. */
  readonly attributes?: Markup;
  readonly head: readonly Markup[];
  readonly rows: readonly Markup[];
}

/** A table in a card, that scrolls by itself where the page is narrow. */
export function tableCard({ caption, classes, attributes, head, rows }: TableParts): Markup {
  return escaped`<div class="card"><div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table class="${classes ?? 'plain'}"${attributes ?? null}><caption class="unseen">${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>${rows}</tbody></table></div></div>`;
}

/** The heading of a column. */
export function columnHead(text: string, classes = ''): Markup {
  return classes === ''
    ? escaped`<th scope="col">${text}</th>`
    : escaped`<th scope="col" class="${classes}">${text}</th>`;
}
