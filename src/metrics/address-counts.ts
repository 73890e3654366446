import type { AddressRow } from '../model/result.js';

/** A name may resolve to ever new addresses: further ones are counted together. */
export const MAX_ADDRESS_ROWS = 256;
export const OTHER_ADDRESSES = 'others';

export type AddressCount = Exclude<keyof AddressRow, 'address'>;

interface Row {
  readonly address: string;
  attempted: number;
  opened: number;
  complete: number;
  failed: number;
  changed: boolean;
}

/** What happened to the connections of each address, since it was last taken. */
export class AddressCounts {
  readonly #rows: Row[] = [];
  readonly #numbers = new Map<string, number>();

  /** The number by which an address is counted. */
  row(address: string): number {
    const known = this.#numbers.get(address);
    if (known !== undefined) return known;
    return this.#rows.length < MAX_ADDRESS_ROWS ? this.#add(address) : this.#others();
  }

  /** Nothing for a number that no row has. */
  count(row: number, what: AddressCount, by = 1): void {
    const counted = this.#rows[row];
    if (counted === undefined) return;
    counted[what] += by;
    counted.changed = true;
  }

  /** The rows in which something was counted; counting begins again at zero. */
  take(): AddressRow[] {
    const taken: AddressRow[] = [];
    for (const row of this.#rows) {
      if (!row.changed) continue;
      const { address, attempted, opened, complete, failed } = row;
      taken.push({ address, attempted, opened, complete, failed });
      Object.assign(row, { attempted: 0, opened: 0, complete: 0, failed: 0, changed: false });
    }
    return taken;
  }

  #others(): number {
    return this.#numbers.get(OTHER_ADDRESSES) ?? this.#add(OTHER_ADDRESSES);
  }

  #add(address: string): number {
    const number = this.#rows.length;
    this.#rows.push({ address, attempted: 0, opened: 0, complete: 0, failed: 0, changed: false });
    this.#numbers.set(address, number);
    return number;
  }
}
