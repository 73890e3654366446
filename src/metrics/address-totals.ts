import type { AddressRow } from '../model/result.js';
import { MAX_ADDRESS_ROWS, OTHER_ADDRESSES } from './address-counts.js';

/** The rows of all workers, added up by address. */
export class AddressTotals {
  readonly #rows = new Map<string, AddressRow>();

  add(delta: readonly AddressRow[]): void {
    for (const row of delta) {
      const isKnown = this.#rows.has(row.address) || this.#rows.size < MAX_ADDRESS_ROWS;
      const address = isKnown ? row.address : OTHER_ADDRESSES;
      const before = this.#rows.get(address) ?? NONE;
      this.#rows.set(address, {
        address,
        attempted: before.attempted + row.attempted,
        opened: before.opened + row.opened,
        complete: before.complete + row.complete,
        failed: before.failed + row.failed,
      });
    }
  }

  /** Sorted by address, as numbers where it has numbers; what was counted together comes last. */
  get rows(): readonly AddressRow[] {
    const counted = [...this.#rows.values()].filter(isCounted);
    return counted.sort((a, b) => {
      const last = Number(a.address === OTHER_ADDRESSES) - Number(b.address === OTHER_ADDRESSES);
      return last !== 0 ? last : a.address.localeCompare(b.address, 'en', { numeric: true });
    });
  }
}

/** A name whose connections all went on to its addresses has a row that nothing is left of. */
function isCounted({ attempted, opened, complete, failed }: AddressRow): boolean {
  return attempted > 0 || opened > 0 || complete > 0 || failed > 0;
}

const NONE: Omit<AddressRow, 'address'> = { attempted: 0, opened: 0, complete: 0, failed: 0 };
