/**
 * Markup that may be written as it is. `escaped` makes it of data; the constructor is for what this program ships
 * itself (style sheet, scripts) and for scriptJson.
 */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Insertion = string | number | Markup | readonly Markup[] | null;

/** A template of HTML: everything put into it is escaped, unless it is itself the work of `escaped`. null is nothing. */
export function escaped(parts: TemplateStringsArray, ...insertions: readonly Insertion[]): Markup {
  let text = parts[0] ?? '';
  insertions.forEach((insertion, i) => {
    text += markupOf(insertion) + (parts[i + 1] ?? '');
  });
  return new Markup(text);
}

/** Text as it may stand between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** JSON as it may stand in a `<script>` element: no `<` can end it or open a comment in it. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function markupOf(insertion: Insertion): string {
  if (insertion === null) return '';
  if (insertion instanceof Markup) return insertion.text;
  if (typeof insertion === 'object') return insertion.map((part) => part.text).join('');
  return escapeHtml(String(insertion));
}
