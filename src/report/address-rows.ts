import type { AddressRow, RunResult } from '../model/result.js';

export interface AddressTable {
  /** What the addresses are. */
  readonly title: string;
  readonly rows: readonly AddressRow[];
}

/** Nothing where there is nothing to compare: one target, and the kernel's choice of where connections come from. */
export function addressTables({ addresses }: RunResult): readonly AddressTable[] {
  const { targets, sources } = addresses;
  if (targets.length <= 1 && sources.length === 0) return [];
  const tables = [
    { title: 'target address', rows: targets },
    { title: 'from', rows: sources },
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}

/** The rows to be shown where there is room for so many: those with the most failures, and then the first ones. */
export function mostTelling(rows: readonly AddressRow[], room: number): readonly AddressRow[] {
  if (rows.length <= room) return rows;
  const kept = new Set([...rows].sort((a, b) => b.failed - a.failed).slice(0, room));
  return rows.filter((row) => kept.has(row));
}
