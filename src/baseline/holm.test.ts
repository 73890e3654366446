import fc from 'fast-check';
import { expect, it } from 'vitest';
import { holmLevels } from './holm.js';

it('tests the smallest at alpha / m, the next at alpha / (m - 1), and all from the first that fails at its level', () => {
  // Holm's own order: 0.01 passes 0.0125, 0.016 passes 0.0167, 0.03 fails 0.025; 0.04 is not better than that.
  expect(holmLevels([0.03, 0.01, 0.04, 0.016], 0.05)).toEqual([0.025, 0.0125, 0.025, 0.05 / 3]);
});

it('leaves one test alone at alpha', () => {
  expect(holmLevels([0.5], 0.05)).toEqual([0.05]);
  expect(holmLevels([], 0.05)).toEqual([]);
});

it('rejects what adjusted p-values reject', () => {
  const ps = fc.array(fc.double({ min: 0, max: 0.2, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(ps, (given) => {
      const levels = holmLevels(given, 0.05);
      const order = given.map((p, test) => ({ p, test })).sort((a, b) => a.p - b.p);
      let adjusted = 0;
      order.forEach(({ p, test }, i) => {
        adjusted = Math.max(adjusted, p * (given.length - i));
        // Where the two are equal but for rounding, either is right.
        if (Math.abs(adjusted - 0.05) > 1e-9) expect(p <= levels[test]!).toBe(adjusted <= 0.05);
      });
    }),
  );
});
