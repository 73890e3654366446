import type { AddressRow, RunResult } from '../../model/result.js';
import { addressRemark, addressTables } from '../address-rows.js';
import { escaped, type Markup } from '../escape.js';
import { formatCount } from '../format.js';

/** Connections by target address and by where they came from; nothing where there is one of each. */
export function addresses(result: RunResult): Markup | null {
  const tables = addressTables(result);
  if (tables.length === 0) return null;
  const remark = addressRemark(result);
  return escaped`<section><h2>Addresses</h2>${tables.map(({ title, rows }) => table(title, rows))}${remark === null ? null : escaped`<p class="muted">${remark}</p>`}</section>`;
}

function table(title: string, rows: readonly AddressRow[]): Markup {
  const headings = [title, 'attempted', 'opened', 'complete', 'failed'];
  return escaped`<div class="card"><div class="scroll" tabindex="0" role="region" aria-label="${title}"><table>
<thead><tr>${headings.map((text) => escaped`<th scope="col">${text}</th>`)}</tr></thead>
<tbody>${rows.map(addressRow)}</tbody></table></div></div>`;
}

function addressRow({ address, attempted, opened, complete, failed }: AddressRow): Markup {
  return escaped`
<tr><th scope="row">${address}</th><td>${formatCount(attempted)}</td><td>${formatCount(opened)}</td><td>${formatCount(complete)}</td><td class="${failed > 0 ? 'bad' : 'none'}">${formatCount(failed)}</td></tr>`;
}
