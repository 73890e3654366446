/** Controls, bidirectional and invisible formatting, line separators, halves of surrogate pairs. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text of a stranger, with everything that acts instead of being seen written as an escape: an ANSI sequence in
 * an ERROR frame must not repaint the reader's terminal, nor a bidirectional override reverse a line.
 */
export function visibleText(text: string): string {
  return text.replace(unseen, (found) => short[found] ?? escapeOf(found.codePointAt(0) ?? 0));
}

function escapeOf(code: number): string {
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}
