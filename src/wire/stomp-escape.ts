import type { StompVersion } from './stomp-version.js';

const BACKSLASH = 92;
const LETTER_C = 99;
const LETTER_N = 110;
const LETTER_R = 114;

/** "Value Encoding" of STOMP 1.1 and 1.2; 1.0 has none, and 1.1 has no \r. */
export function escapeHeader(text: string, version: StompVersion): string {
  if (version === '1.0' || !/[\\\n:\r]/.test(text)) return text;
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll(':', '\\c');
  return version === '1.2' ? escaped.replaceAll('\r', '\\r') : escaped;
}

/** The reverse, for text whose bytes are `isWellEscaped`. */
export function unescapeHeader(text: string): string {
  return text.replace(/\\(.)/g, (_, letter: string) => MEANING[letter] ?? letter);
}

const MEANING: Readonly<Record<string, string>> = { n: '\n', c: ':', r: '\r' };

/**
 * Whether every backslash begins an escape that the version defines: "undefined escape sequences … fatal
 * protocol error".
 */
export function isWellEscaped(bytes: Buffer, start: number, end: number, version: StompVersion): boolean {
  for (let at = start; at < end; at++) {
    if (bytes[at] !== BACKSLASH) continue;
    at++;
    // Beyond the end is the colon or the line end: no letter of an escape.
    const letter = bytes[at];
    const isDefined =
      letter === BACKSLASH ||
      letter === LETTER_C ||
      letter === LETTER_N ||
      (letter === LETTER_R && version === '1.2');
    if (!isDefined || at >= end) return false;
  }
  return true;
}
