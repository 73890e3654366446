import fc from 'fast-check';
import { type JsHistogram, build } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { COUNTS_LENGTH, MAX_US, SIGNIFICANT_DIGITS, indexOfUs, lowestUsAt } from './hdr-layout.js';
import { anyUs } from './testing/arbitraries.js';

const oracle = build({
  bitBucketSize: 64,
  lowestDiscernibleValue: 1,
  highestTrackableValue: MAX_US,
  numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
}) as unknown as JsHistogram;

/** The ends of every bucket size, where a layout that is off by one shows. */
const edges = Array.from({ length: 22 }, (_, bits) => [
  2 ** (bits + 10) - 1,
  2 ** (bits + 10),
  2 ** (bits + 10) + 1,
])
  .flat()
  .filter((us) => us <= MAX_US);

describe('the layout of an HDR histogram', () => {
  it.each([0, 1, 2047, 2048, 2049, ...edges, MAX_US - 1, MAX_US])(
    'counts %d µs where hdr-histogram-js does',
    (us) => {
      expect(indexOfUs(us)).toBe(oracle.countsArrayIndex(us));
      expect(lowestUsAt(indexOfUs(us))).toBe(oracle.lowestEquivalentValue(us));
    },
  );

  it('counts every value where hdr-histogram-js does', () => {
    fc.assert(
      fc.property(anyUs, (us) => {
        expect(indexOfUs(us)).toBe(oracle.countsArrayIndex(us));
      }),
      { numRuns: 1000 },
    );
  });

  it('names the lowest value of a bucket as hdr-histogram-js does', () => {
    fc.assert(
      fc.property(anyUs, (us) => {
        expect(lowestUsAt(indexOfUs(us))).toBe(oracle.lowestEquivalentValue(us));
      }),
      { numRuns: 1000 },
    );
  });

  it('has a bucket of its own for each index, in rising order', () => {
    for (let index = 1; index < COUNTS_LENGTH; index++) {
      expect(lowestUsAt(index)).toBeGreaterThan(lowestUsAt(index - 1));
      expect(indexOfUs(lowestUsAt(index))).toBe(index);
    }
  });
});
