import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BucketCounts } from './bucket-counts.js';
import { LatencyTotal } from './latency-total.js';
import { anyUs } from './testing/arbitraries.js';
import { deltaOf } from './testing/snapshots.js';

describe('BucketCounts', () => {
  it('has the percentiles that the whole run would have of the same samples', () => {
    const percentile = fc.oneof(
      fc.constantFrom(50, 90, 99, 99.9, 100),
      fc.double({ min: 0.1, max: 100, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(anyUs, { minLength: 1, maxLength: 500 }), percentile, (latenciesUs, p) => {
        const [counts, total] = [new BucketCounts(), new LatencyTotal()];
        counts.add(deltaOf(latenciesUs));
        total.add(deltaOf(latenciesUs));
        // It does not know the exact maximum: the end of the bucket is up to 0.1 % above it.
        expect(Math.min(total.maxUs, Math.max(total.minUs ?? 0, counts.valueAt(p) ?? -1))).toBe(
          total.valueAt(p),
        );
      }),
    );
  });

  it('adds up what was packed', () => {
    const [a, b, both] = [new BucketCounts(), new BucketCounts(), new BucketCounts()];
    a.add(deltaOf([1, 5000, 5000]));
    b.add(deltaOf([5000, 90]));
    both.add(deltaOf([1, 5000, 5000, 5000, 90]));
    a.addPacked(b.packed());
    expect(a.packed()).toEqual(both.packed());
    expect(a.total).toBe(5);
  });

  it('is empty again when it was cleared', () => {
    const counts = new BucketCounts();
    expect(counts.valueAt(50)).toBeNull();
    counts.add(deltaOf([7, 80_000]));
    counts.clear();
    expect([counts.total, counts.valueAt(50), counts.packed().length]).toEqual([0, null, 0]);
  });
});
