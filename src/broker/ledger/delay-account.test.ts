import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DelayAccount } from './delay-account.js';

function accountOf(delaysUs: readonly number[]): DelayAccount {
  const account = new DelayAccount();
  for (const us of delaysUs) account.add(us);
  return account;
}

/** Nearest rank, on all values. */
function exact(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
}

describe('DelayAccount', () => {
  it('of nothing has no summary', () => {
    expect(new DelayAccount().summary()).toBeUndefined();
  });

  it('has percentiles within 0.05 % of the exact ones, and the exact ends', () => {
    const delay = fc.oneof(
      fc.integer({ min: 0, max: 3000 }),
      fc.integer({ min: 0, max: 10_000_000 }),
      fc.integer({ min: 0, max: 2 ** 36 - 1 }),
    );
    fc.assert(
      fc.property(fc.array(delay, { minLength: 1, maxLength: 300 }), (delays) => {
        const sorted = delays.toSorted((a, b) => a - b);
        const summary = accountOf(delays).summary()!;
        const pairs = [
          [summary.p50Us, 0.5],
          [summary.p90Us, 0.9],
          [summary.p99Us, 0.99],
          [summary.p999Us, 0.999],
        ] as const;
        for (const [value, share] of pairs) {
          const wanted = exact(sorted, share);
          expect(Math.abs(value - wanted)).toBeLessThanOrEqual(wanted * 0.0005);
        }
        expect(summary.minUs).toBe(sorted[0]);
        expect(summary.maxUs).toBe(sorted.at(-1));
        expect(summary.count).toBe(delays.length);
        expect(summary.meanUs).toBeCloseTo(delays.reduce((sum, us) => sum + us, 0) / delays.length, 0);
      }),
    );
  });

  it('keeps each microsecond apart below two milliseconds', () => {
    expect(accountOf([2046, 2047]).summary()).toMatchObject({ p50Us: 2046, p90Us: 2047 });
  });

  it('takes a clock that went backwards for no delay, and a day for the longest', () => {
    expect(accountOf([-5]).summary()).toMatchObject({ minUs: 0, maxUs: 0 });
    expect(accountOf([1e12]).summary()).toMatchObject({ maxUs: 2 ** 36 - 1 });
  });
});
