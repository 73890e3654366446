import type { AddressRow } from '../model/result.js';
import { type AddressTable, addressRemark, addressTables, mostTelling } from './address-rows.js';
import { formatCount } from './format.js';
import type { Cell } from './text-table.js';
import { INDENT, sentence, table, type View } from './text-view.js';

/** The page has all of them. */
const MOST_ROWS = 20;

/** One table for each side, one below the other. */
export function addressLines(view: View): readonly string[] {
  const tables = addressTables(view.result);
  const remark = tables.length === 0 ? null : addressRemark(view.result);
  return [
    ...tables.flatMap((one, i) => [...(i === 0 ? [] : ['']), ...tableLines(one, view)]),
    ...(remark === null ? [] : ['', ...sentence(view, remark)]),
  ];
}

function tableLines({ title, rows }: AddressTable, view: View): readonly string[] {
  const shown = mostTelling(rows, MOST_ROWS);
  const left = rows.length - shown.length;
  return [
    ...table(view, [headings(title, view), ...shown.map((row) => cells(row, view))]),
    ...(left === 0 ? [] : sentence(view, `and ${formatCount(left)} more, none of which failed more often`)),
  ];
}

function headings(title: string, { style }: View): readonly Cell[] {
  return [title, 'attempted', 'opened', 'complete', 'failed'].map((text) => ({ text, paint: style.faint }));
}

function cells({ address, attempted, opened, complete, failed }: AddressRow, view: View): readonly Cell[] {
  // "[…]:65535" of the longest IPv6 address has room; a host name may be longer.
  const width = view.columns - INDENT.length - 4 * 12;
  const shown = address.length <= width ? address : `${address.slice(0, width - 1)}…`;
  return [
    { text: shown },
    ...[attempted, opened, complete].map((count) => ({ text: formatCount(count) })),
    { text: formatCount(failed), ...(failed > 0 ? { paint: view.style.bad } : {}) },
  ];
}
