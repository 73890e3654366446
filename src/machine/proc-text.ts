import { readFileSync } from 'node:fs';

/** The text of a file of /proc or /sys; '' where there is none, or it can't be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The first whole number in a file; null where there is none. */
export function readNumber(path: string): number | null {
  return numberOf(/^\s*(\d+)/.exec(readText(path))?.[1]);
}

export function numberOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
