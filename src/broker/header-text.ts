import type { Dialect } from './frame.js';
import { quoted, Violation } from './violation.js';

const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', ':': '\\c', '\r': '\\r' };
const UNESCAPED: Readonly<Record<string, string>> = { '\\': '\\', n: '\n', c: ':', r: '\r' };

/**
 * Header text as it goes onto the wire. STOMP 1.2 and 1.1, "Value Encoding". 1.0 has no escapes: what would end
 * the line becomes a blank.
 */
export function escapeHeaderValue(text: string, dialect: Dialect): string {
  if (!/[\\\n\r:]/.test(text)) return text;
  if (dialect === '1.2') return text.replace(/[\\\n\r:]/g, (found) => ESCAPED[found] ?? found);
  if (dialect === '1.1') return text.replace(/[\\\n:]/g, (found) => ESCAPED[found] ?? found);
  return text.replace(/[\n\r]/g, ' ');
}

/** A name must not hold a raw colon either, and 1.0 cannot say one. */
export function escapeHeaderName(text: string, dialect: Dialect): string {
  const escaped = escapeHeaderValue(text, dialect);
  return dialect === '1.1' || dialect === '1.2' ? escaped : escaped.replaceAll(':', ' ');
}

/** The reverse. Throws a Violation on an escape that the dialect does not have: the specification calls it fatal. */
export function unescapeHeader(text: string, dialect: Dialect): string {
  if (dialect === 'connecting' || dialect === '1.0' || !text.includes('\\')) return text;
  return text.replace(/\\([^]?)/g, (sequence, letter: string) => {
    const meant = UNESCAPED[letter];
    if (meant === undefined || (letter === 'r' && dialect === '1.1')) {
      throw new Violation(`undefined escape ${quoted(sequence)} in a header`);
    }
    return meant;
  });
}
