import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chance } from './chance.js';

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });

describe('chance', () => {
  it('is a number from 0 up to, not including, 1, and always the same one', () => {
    fc.assert(
      fc.property(uint32, fc.nat(5), fc.nat(100), uint32, uint32, (...asked) => {
        const value = chance(...asked);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThan(1);
        expect(chance(...asked)).toBe(value);
      }),
    );
  });

  it.each([
    ['connection', (n: number) => chance(1, 1, 0, n)],
    ['delivery', (n: number) => chance(1, 2, 0, 5, n)],
    ['seed', (n: number) => chance(n, 1, 0, 5)],
    ['rule', (n: number) => chance(1, 1, n, 5)],
  ])('is spread evenly over its range for one %s after the other', (_, of) => {
    const counts = new Array<number>(20).fill(0);
    const total = 100_000;
    for (let n = 0; n < total; n++) {
      const at = Math.floor(of(n) * counts.length);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    const expected = total / counts.length;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 19 degrees of freedom: one in a million is beyond 60.
    expect(chiSquare).toBeLessThan(60);
  });

  it('is independent of one rule to the next: two halves leave a quarter', () => {
    const total = 100_000;
    let both = 0;
    for (let n = 0; n < total; n++) if (chance(1, 1, 0, n) < 0.5 && chance(1, 1, 1, n) < 0.5) both++;
    expect(both / total).toBeGreaterThan(0.24);
    expect(both / total).toBeLessThan(0.26);
  });
});
