import { appendFileSync, statSync } from 'node:fs';
import { Buffer } from 'node:buffer';

/** Of one step; GitHub shows none of a longer one. */
export const MAX_SUMMARY_BYTES = 1024 * 1024;

const CUT_NOTE = '\n\n_Cut here: GitHub shows no longer summary. The reports have the rest._\n';

/**
 * Appends Markdown to the summary of this step, as much of it as GitHub will show. Throws what the file system throws, and
 * where nothing more fits.
 */
export function appendStepSummary(file: string, markdown: string): void {
  const present = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const text = present === 0 ? markdown : `\n${markdown}`;
  const fitting = cutToBytes(text, MAX_SUMMARY_BYTES - present);
  if (fitting === null) throw new Error('it is full');
  appendFileSync(file, fitting);
}

/** Whole lines only. null: not even the first one fits. */
function cutToBytes(text: string, bytes: number): string | null {
  if (Buffer.byteLength(text) <= bytes) return text;
  const room = bytes - Buffer.byteLength(CUT_NOTE);
  if (room <= 0) return null;
  // A character that this cuts in two is behind the last line break, and goes with it.
  const head = Buffer.from(text).subarray(0, room).toString('utf8');
  const end = head.lastIndexOf('\n');
  return end <= 0 ? null : `${head.slice(0, end)}${CUT_NOTE}`;
}
