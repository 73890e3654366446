/** An element of XML. Names are this program's own; attributes and text may be anybody's. */
export interface XmlElement {
  readonly name: string;
  /** undefined: it has none of that name. */
  readonly attributes: Readonly<Record<string, string | undefined>>;
  /** Elements, or text alone. */
  readonly content: readonly XmlElement[] | string;
}

/** What XML 1.0 (section 2.2, Char) has no place for, not even as a character reference. */
const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // Readers take these for a space in an attribute, and the last for a line break in a text.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** A document of XML 1.0 in UTF-8. What can't be in one is left out. */
export function xmlDocument(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${elementLines(root, '').join('\n')}\n`;
}

function elementLines({ name, attributes, content }: XmlElement, indent: string): readonly string[] {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${referenced(value, /[&<>"\t\n\r]/g)}"`],
  );
  const start = `${indent}<${name}${written.join('')}`;
  if (content.length === 0) return [`${start}/>`];
  if (typeof content === 'string') return [`${start}>${referenced(content, /[&<>\r]/g)}</${name}>`];
  const inner = content.flatMap((child) => elementLines(child, `${indent}  `));
  return [`${start}>`, ...inner, `${indent}</${name}>`];
}

function referenced(text: string, which: RegExp): string {
  return text.replace(forbidden, '').replace(which, (character) => REFERENCES[character] ?? '');
}
