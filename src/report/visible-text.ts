import type { RunResult } from '../model/result.js';

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

/** The result with every string in it made visible: renderers do it once, at the door, and cannot forget it later. */
export function visibleResult(result: RunResult): RunResult {
  const { series, histograms, ...rest } = result;
  return { ...visibleDeep(rest), series, histograms };
}

/** `T` is JSON; only the characters of its strings and keys change. */
function visibleDeep<T>(value: T): T {
  return deep(value) as T;
}

function deep(value: unknown): unknown {
  if (typeof value === 'string') return visibleText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(deep);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [visibleText(key), deep(entry)]));
}

function escapeOf(code: number): string {
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}
