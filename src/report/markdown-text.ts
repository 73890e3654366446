/** Whatever begins a structure of Markdown (CommonMark, GFM) or of HTML, a mention, a reference, a link or a formula. */
const active = /[&<>|`*_[\]{}!#~\\@$^]|:(?=\/\/)/g;

/**
 * Text of a stranger as inline code: Markdown takes a character reference for the character alone and never for what it
 * stands for in its own grammar (CommonMark, "Entity and numeric character references"), and code hosts look for mentions
 * and references outside code only. It may stand in a cell of a table. The text has no line breaks (visible-text.ts).
 */
export function markdownCode(text: string, maxLength: number): string {
  // GFM makes links of addresses of e-mail even where their @ is a reference, but not over a tag.
  const written = referenced(clipped(text, maxLength)).replaceAll('&#64;', '<span>&#64;</span>');
  return text === '' ? '' : `<code>${written}</code>`;
}

/** A sentence that may repeat what a stranger said. It is read as text, but for what a code host would make a link of. */
export function markdownProse(text: string, maxLength: number): string {
  return (
    referenced(clipped(text.trimStart(), maxLength))
      // What a line may begin with: a list, a rule, a heading's underline.
      .replace(
        /^(\d*)([-+=.)])(?=[-+=\s]|$)/,
        (_, digits: string, mark: string) => `${digits}&#${mark.charCodeAt(0)};`,
      )
      .replace(/&#(?:64|35);|&#58;\/\//g, '<code>$&</code>')
  );
}

function referenced(text: string): string {
  return (
    text
      .replace(active, (character) => `&#${character.charCodeAt(0)};`)
      // GFM makes a link of a bare www., too.
      .replace(/\bwww\./gi, (found) => `${found.slice(0, 3)}&#46;`)
  );
}

function clipped(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  // Not between the halves of a surrogate pair.
  const end = maxLength - 1;
  const high = text.charCodeAt(end - 1);
  return `${text.slice(0, high >= 0xd800 && high <= 0xdbff ? end - 1 : end)}…`;
}

export type Align = 'left' | 'right';

/** A table of GFM. Cells are Markdown already; each row has as many as there are headings. */
export function markdownTable(
  headings: readonly (readonly [text: string, align: Align])[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(headings.map(([text]) => text)),
    line(headings.map(([, align]) => (align === 'left' ? '---' : '---:'))),
    ...rows.map(line),
  ].join('\n');
}
