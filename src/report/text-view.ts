import type { RunResult } from '../model/result.js';
import type { Styles } from './text-style.js';
import { textTable, wrapText, type Cell } from './text-table.js';

/** What every part of the text summary is made from. */
export interface View {
  readonly result: RunResult;
  readonly columns: number;
  readonly style: Styles;
}

export const INDENT = '  ';

/** Nothing at all where there are no lines. */
export function section(view: View, title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [view.style.strong(title), ...lines];
}

export function table(view: View, rows: readonly (readonly Cell[])[]): readonly string[] {
  return textTable(rows, view.columns - INDENT.length).map((line) => INDENT + line);
}

export function sentence(view: View, text: string): readonly string[] {
  return wrapText(text, view.columns - INDENT.length).map((line) => INDENT + line);
}

export function bullet(view: View, text: string): readonly string[] {
  return wrapText(text, view.columns - 4).map((line, i) => (i === 0 ? '  - ' : '    ') + line);
}
