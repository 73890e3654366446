import { kindInfo } from '../model/failures.js';
import type { FailureRow } from '../model/result.js';
import { whileUnsoundText } from './failure-rows.js';
import { formatCount } from './format.js';
import { wrapText } from './text-table.js';
import { INDENT, type View } from './text-view.js';

export function failureLines(view: View, rows: readonly FailureRow[]): readonly string[] {
  return rows.flatMap((row) => oneFailure(view, row));
}

function oneFailure({ style, columns }: View, row: FailureRow): readonly string[] {
  const info = kindInfo(row.kind);
  const who = row.role === 'publisher' ? ', publisher' : '';
  const code = row.code === null ? '' : `, code ${row.code}`;
  const deeper = INDENT + INDENT;
  const width = columns - deeper.length;
  const unsound = whileUnsoundText(row);
  return [
    `${INDENT}${style.bad(formatCount(row.count))} × ${style.strong(`${row.phase}: ${row.kind}`)}` +
      style.faint(` (${row.side}${who}${code})`),
    ...(unsound === null ? [] : [deeper + style.note(unsound)]),
    ...wrapText(row.sample === '' ? info.title : row.sample, width - 2).map(
      (line, i) => `${deeper}${style.faint(i === 0 ? '› ' : '  ')}${line}`,
    ),
    ...wrapText(info.advice, width).map((line) => deeper + line),
    deeper + style.faint(`docs/failures.md#${row.kind}`),
  ];
}
