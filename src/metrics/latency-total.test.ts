import fc from 'fast-check';
import {
  type Histogram,
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
} from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { MAX_US, SIGNIFICANT_DIGITS } from './hdr-layout.js';
import { LatencyTotal } from './latency-total.js';
import { anyUs } from './testing/arbitraries.js';
import { deltaOf } from './testing/snapshots.js';

const anyIntervals = fc.array(fc.array(anyUs, { minLength: 1, maxLength: 80 }), {
  minLength: 1,
  maxLength: 5,
});

function fedDirectly(latenciesUs: readonly number[]): Histogram {
  const histogram = build({
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    highestTrackableValue: MAX_US,
    numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
    autoResize: false,
  });
  for (const us of latenciesUs) histogram.recordValue(us);
  return histogram;
}

function totalOf(intervals: readonly (readonly number[])[]): LatencyTotal {
  const total = new LatencyTotal();
  for (const latenciesUs of intervals) total.add(deltaOf(latenciesUs));
  return total;
}

describe('LatencyTotal', () => {
  it('has no summary, no row and no curve without a sample', () => {
    const total = new LatencyTotal();
    expect(total.summary()).toBeNull();
    expect(total.seriesRow()).toBeNull();
    expect(total.curve()).toEqual([]);
  });

  it('has the percentiles of hdr-histogram-js, within what was seen', () => {
    fc.assert(
      fc.property(anyIntervals, (intervals) => {
        const all = intervals.flat();
        const oracle = fedDirectly(all);
        const max = Math.max(...all);
        const at = (percentile: number): number => Math.min(max, oracle.getValueAtPercentile(percentile));
        expect(totalOf(intervals).summary()).toMatchObject({
          min: Math.min(...all),
          p50: at(50),
          p90: at(90),
          p99: at(99),
          p999: at(99.9),
          max,
        });
      }),
    );
  });

  it('has the exact mean, to a tenth of a microsecond', () => {
    fc.assert(
      fc.property(anyIntervals, (intervals) => {
        const all = intervals.flat();
        const mean = all.reduce((sum, us) => sum + us, 0) / all.length;
        expect(Math.abs(totalOf(intervals).summary()!.mean - mean)).toBeLessThanOrEqual(0.051);
      }),
    );
  });

  it('encodes what other HDR histogram libraries decode to the same counts', () => {
    fc.assert(
      fc.property(anyIntervals, (intervals) => {
        const decoded = decodeFromCompressedBase64(totalOf(intervals).encoded(), 64);
        // Decoding knows no more than the buckets, so that a maximum becomes its bucket's upper end: for both alike.
        const encoded = encodeIntoCompressedBase64(fedDirectly(intervals.flat()));
        const oracle = decodeFromCompressedBase64(encoded, 64);
        expect(decoded.totalCount).toBe(oracle.totalCount);
        expect(decoded.outputPercentileDistribution()).toBe(oracle.outputPercentileDistribution());
      }),
      { numRuns: 30 },
    );
  });

  it('counts more than 32 bits hold', () => {
    const total = new LatencyTotal();
    const pairs = new Uint32Array([100, 4_000_000_000, 200, 1]);
    const many = { pairs, minUs: 100, maxUs: 200, sumUs: 400_000_000_200 };
    total.add(many);
    total.add(many);
    expect(total.count).toBe(8_000_000_002);
    expect(decodeFromCompressedBase64(total.encoded(), 64).totalCount).toBe(8_000_000_002);
    expect(total.summary()).toEqual({
      min: 100,
      mean: 100,
      p50: 100,
      p90: 100,
      p99: 100,
      p999: 100,
      max: 200,
    });
  });

  it('has nothing left of before a reset', () => {
    const total = totalOf([[1, 1_000_000]]);
    total.reset();
    expect(total.summary()).toBeNull();
    total.add(deltaOf([50]));
    expect(total.summary()).toEqual({ min: 50, mean: 50, p50: 50, p90: 50, p99: 50, p999: 50, max: 50 });
  });
});

describe('LatencyTotal.curve', () => {
  it('rises from the smallest at 0 to the largest at 100', () => {
    fc.assert(
      fc.property(anyIntervals, (intervals) => {
        const all = intervals.flat();
        const curve = totalOf(intervals).curve();
        expect(curve[0]).toEqual([0, Math.min(...all)]);
        expect(curve.at(-1)).toEqual([100, Math.max(...all)]);
        for (let i = 1; i < curve.length; i++) {
          expect(curve[i]![0]).toBeGreaterThan(curve[i - 1]![0]);
          expect(curve[i]![1]).toBeGreaterThanOrEqual(curve[i - 1]![1]);
        }
      }),
    );
  });

  it('claims no percentile that there are too few samples for', () => {
    const curve = totalOf([Array.from({ length: 1000 }, (_, us) => us)]).curve();
    const finest = curve.at(-2)![0];
    expect(finest).toBeGreaterThan(99.8);
    expect(finest).toBeLessThanOrEqual(99.9);
  });
});
