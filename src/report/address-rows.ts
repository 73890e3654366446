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

/** Said below the tables where the target addresses do not add up to the connections; null: they do. */
export function addressRemark({ addresses: { targets }, connections }: RunResult): string | null {
  const addsUp = (['attempted', 'complete', 'failed'] as const).every(
    (what) => targets.reduce((sum, row) => sum + row[what], 0) === connections[what],
  );
  return addsUp
    ? null
    : 'These do not add up to all connections: one that tried several addresses of a name is counted at each; what this machine failed at by itself is no failure of a target address; and the last figures of a lost worker are in none.';
}

/** The rows to be shown where there is room for so many: those with the most failures, and then the first ones. */
export function mostTelling(rows: readonly AddressRow[], room: number): readonly AddressRow[] {
  if (rows.length <= room) return rows;
  const kept = new Set([...rows].sort((a, b) => b.failed - a.failed).slice(0, room));
  return rows.filter((row) => kept.has(row));
}
