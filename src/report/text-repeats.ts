import type { RepeatRow } from '../model/result.js';
import { formatCount } from './format.js';
import type { Cell } from './text-table.js';
import { INDENT, sentence, table, type View } from './text-view.js';

/** The result has all of them. */
const MOST_ROWS = 40;

/** Each run of several, in their order; nothing where there was one. */
export function repeatLines(view: View): readonly string[] {
  const rows = view.result.repeats ?? [];
  if (rows.length === 0) return [];
  const left = rows.length - MOST_ROWS;
  return [
    ...table(view, [
      ['run', 'of', 'exit', 'generator', ''].map((text) => ({ text, paint: view.style.faint })),
      ...rows.slice(0, MOST_ROWS).map((row) => cells(row, view)),
    ]),
    ...(left <= 0 ? [] : sentence(view, `and ${formatCount(left)} more`)),
  ];
}

function cells({ folder, of, exitCode, generator, leftOut }: RepeatRow, view: View): readonly Cell[] {
  const { style } = view;
  const width = view.columns - INDENT.length - 48;
  return [
    { text: folder.length <= width ? folder : `…${folder.slice(1 - width)}` },
    { text: of },
    { text: String(exitCode), paint: exitCode === 0 ? style.plain : style.bad },
    { text: generator, paint: generator === 'sound' ? style.plain : style.note },
    { text: leftOut ? 'left out' : '', paint: style.note },
  ];
}
