import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tQuantile, twoSidedP } from './student.js';

// From the tables of any textbook.
const TABLE = [
  [0.975, 1, 12.706],
  [0.975, 2, 4.303],
  [0.975, 4, 2.776],
  [0.975, 9, 2.262],
  [0.975, 30, 2.042],
  [0.995, 10, 3.169],
  [0.9995, 4, 8.61],
  [0.9, 120, 1.289],
  [0.975, Infinity, 1.96],
  [0.9995, Infinity, 3.291],
] as const;

describe('tQuantile', () => {
  it.each(TABLE)('is at %f with %f degrees of freedom what the tables say, %f', (probability, df, t) => {
    expect(tQuantile(probability, df)).toBeCloseTo(t, 3);
  });

  it('goes over into the normal distribution', () => {
    expect(tQuantile(0.999, 10_000)).toBeCloseTo(tQuantile(0.999, 10_001), 2);
  });
});

describe('twoSidedP', () => {
  it('is what is left beyond a quantile on both sides, far into the tail', () => {
    const p = fc.double({ min: 1e-7, max: 0.5, noNaN: true });
    const df = fc.oneof(fc.double({ min: 1, max: 200, noNaN: true }), fc.constant(Infinity));
    fc.assert(
      fc.property(p, df, (wanted, freedom) => {
        const t = tQuantile(1 - wanted / 2, freedom);
        expect(Math.abs(twoSidedP(t, freedom) / wanted - 1)).toBeLessThan(1e-3);
        expect(twoSidedP(-t, freedom)).toBe(twoSidedP(t, freedom));
      }),
    );
  });
});
