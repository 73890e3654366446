import type { AddressRow, RunResult } from '../../model/result.js';
import { addressRemark, addressTables } from '../address-rows.js';
import { escaped, type Markup } from '../escape.js';
import { formatCount } from '../format.js';
import { columnHead, tableCard } from './table.js';

/** Connections by target address and by where they came from; nothing where there is one of each. */
export function addresses(result: RunResult): Markup | null {
  const tables = addressTables(result);
  if (tables.length === 0) return null;
  const remark = addressRemark(result);
  return escaped`<section aria-labelledby="addresses"><h2 id="addresses">Addresses</h2>${tables.map(({ title, rows }) => table(title, rows))}${remark === null ? null : escaped`<p class="muted">${remark}</p>`}</section>`;
}

function table(title: string, rows: readonly AddressRow[]): Markup {
  return tableCard({
    caption: `Addresses: ${title}`,
    head: [title, 'attempted', 'opened', 'complete', 'failed'].map((text) => columnHead(text)),
    rows: rows.map(addressRow),
  });
}

function addressRow({ address, attempted, opened, complete, failed }: AddressRow): Markup {
  return escaped`
<tr><th scope="row">${address}</th><td>${formatCount(attempted)}</td><td>${formatCount(opened)}</td><td>${formatCount(complete)}</td><td class="${failed > 0 ? 'bad' : 'none'}">${formatCount(failed)}</td></tr>`;
}
