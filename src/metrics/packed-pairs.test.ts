import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packPairs, unpackPairs } from './packed-pairs.js';
import { anyUs } from './testing/arbitraries.js';
import { deltaOf } from './testing/snapshots.js';

const anyNumber = fc.oneof(fc.nat(200), fc.nat(2 ** 32 - 1));

it('gives back all pairs, in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyNumber, anyNumber)), (pairs) => {
      const flat = Uint32Array.from(pairs.flat());
      expect(unpackPairs(packPairs(flat))).toEqual(flat);
    }),
  );
});

it('takes less than half the bytes of what is recorded', () => {
  fc.assert(
    fc.property(fc.array(anyUs, { minLength: 1, maxLength: 100 }), (us) => {
      const { pairs } = deltaOf(us);
      expect(packPairs(pairs).length).toBeLessThanOrEqual(pairs.byteLength / 2);
    }),
  );
});

it('refuses what ends within a pair', () => {
  fc.assert(
    fc.property(anyNumber, anyNumber, fc.nat(), (index, count, cut) => {
      const bytes = packPairs(Uint32Array.of(index, count));
      expect(() => unpackPairs(bytes.subarray(0, 1 + (cut % (bytes.length - 1))))).toThrow(RangeError);
    }),
  );
});
