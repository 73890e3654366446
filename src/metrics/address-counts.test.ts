import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AddressCount, AddressCounts, MAX_ADDRESS_ROWS, OTHER_ADDRESSES } from './address-counts.js';
import { AddressTotals } from './address-totals.js';

const anyCount = fc.record({
  worker: fc.nat(2),
  address: fc.nat(9).map((n) => `127.0.0.1:${n}`),
  what: fc.constantFrom<AddressCount>('attempted', 'opened', 'complete', 'failed'),
  thenTaken: fc.boolean(),
});

describe('counts by address', () => {
  it('add up over workers and intervals to what was counted', () => {
    fc.assert(
      fc.property(fc.array(anyCount, { maxLength: 60 }), (counted) => {
        const workers = [new AddressCounts(), new AddressCounts(), new AddressCounts()];
        const totals = new AddressTotals();
        for (const { worker, address, what, thenTaken } of counted) {
          const counts = workers[worker]!;
          counts.count(counts.row(address), what);
          if (thenTaken) totals.add(counts.take());
        }
        for (const counts of workers) totals.add(counts.take());
        for (const row of totals.rows) {
          for (const what of ['attempted', 'opened', 'complete', 'failed'] as const) {
            const expected = counted.filter((one) => one.address === row.address && one.what === what).length;
            expect(row[what]).toBe(expected);
          }
        }
        expect(totals.rows.map(({ address }) => address)).toEqual(
          [...new Set(counted.map(({ address }) => address))].sort(),
        );
      }),
    );
  });

  it('are taken only where something has been counted since', () => {
    const counts = new AddressCounts();
    counts.row('127.0.0.1:1');
    counts.count(counts.row('127.0.0.1:2'), 'attempted');
    expect(counts.take().map(({ address }) => address)).toEqual(['127.0.0.1:2']);
    expect(counts.take()).toEqual([]);
  });

  it('of more addresses than are kept apart are counted together', () => {
    const counts = new AddressCounts();
    const addresses = 3 * MAX_ADDRESS_ROWS;
    for (let n = 0; n < addresses; n++) counts.count(counts.row(`127.0.0.1:${n}`), 'failed');
    const totals = new AddressTotals();
    totals.add(counts.take());
    expect(totals.rows).toHaveLength(MAX_ADDRESS_ROWS + 1);
    expect(totals.rows.at(-1)).toMatchObject({
      address: OTHER_ADDRESSES,
      failed: addresses - MAX_ADDRESS_ROWS,
    });
  });

  it('of other addresses in each worker are bounded in the sum, too', () => {
    const totals = new AddressTotals();
    for (let n = 0; n < 3 * MAX_ADDRESS_ROWS; n++) {
      const counts = new AddressCounts();
      counts.count(counts.row(`127.0.0.1:${n}`), 'failed');
      totals.add(counts.take());
    }
    expect(totals.rows).toHaveLength(MAX_ADDRESS_ROWS + 1);
    expect(totals.rows.reduce((sum, { failed }) => sum + failed, 0)).toBe(3 * MAX_ADDRESS_ROWS);
  });
});

describe('the rows', () => {
  it('are in the order of the addresses as numbers', () => {
    const totals = new AddressTotals();
    const row = { attempted: 1, opened: 0, complete: 0, failed: 0 };
    totals.add(['127.0.0.10:1', '127.0.0.9:1'].map((address) => ({ address, ...row })));
    expect(totals.rows.map(({ address }) => address)).toEqual(['127.0.0.9:1', '127.0.0.10:1']);
  });
});
