import type { AddressResult, AddressRow } from '../model/result.js';
import { formatCount } from '../shared/units.js';

/** Of fewer connections nothing can be said. */
const ENOUGH = 20;
/** What an address has to fail by, by itself and against all others together. */
const SHARE = 0.1;
const TIMES = 5;
const MOST_NAMED = 5;

/** A sentence for each target address whose connections failed much more than those of the others. */
export function addressNotes({ targets }: Pick<AddressResult, 'targets'>): string[] {
  return targets
    .map((row) => ({ row, rest: together(targets.filter((other) => other !== row)) }))
    .filter(({ row, rest }) => row.attempted >= ENOUGH && rest.attempted >= ENOUGH && stands(row, rest))
    .sort((a, b) => shareOf(b.row) - shareOf(a.row))
    .slice(0, MOST_NAMED)
    .map(
      ({ row, rest }) =>
        `Of the connections to ${row.address}, ${ofAttempted(row)} failed; of those to all other addresses, ${ofAttempted(rest)}.`,
    );
}

type Failed = Pick<AddressRow, 'attempted' | 'failed'>;

function stands(row: Failed, rest: Failed): boolean {
  return shareOf(row) >= SHARE && shareOf(row) >= TIMES * shareOf(rest);
}

function shareOf({ failed, attempted }: Failed): number {
  return failed / attempted;
}

function ofAttempted({ failed, attempted }: Failed): string {
  return `${formatCount(failed)} of ${formatCount(attempted)}`;
}

function together(rows: readonly Failed[]): Failed {
  return {
    attempted: rows.reduce((sum, { attempted }) => sum + attempted, 0),
    failed: rows.reduce((sum, { failed }) => sum + failed, 0),
  };
}
