import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_US, indexOfUs, lowestUsAt } from '../metrics/hdr-layout.js';
import { anyUs } from '../metrics/testing/arbitraries.js';
import { deltaOf } from '../metrics/testing/snapshots.js';
import { LatencyBuffer } from './latency-buffer.js';
import { CLASSIC_BOUNDS_US, LatencyHistogram, SCALE } from './latency-histogram.js';

function histogramOf(recordedUs: readonly number[]): LatencyHistogram {
  const buffer = new LatencyBuffer('delivery');
  if (recordedUs.length > 0) buffer.add(deltaOf(recordedUs));
  const histogram = new LatencyHistogram();
  const counts = buffer.take();
  if (counts !== null) histogram.add(counts);
  return histogram;
}

const someUs = fc.array(anyUs, { minLength: 1, maxLength: 100 });
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

describe('classic buckets', () => {
  it('have bounds that are bounds of the HDR layout, rising', () => {
    for (const bound of CLASSIC_BOUNDS_US) expect(lowestUsAt(indexOfUs(bound))).toBe(bound);
    expect([...CLASSIC_BOUNDS_US].sort((a, b) => a - b)).toEqual(CLASSIC_BOUNDS_US);
    expect(CLASSIC_BOUNDS_US.at(-1)).toBe(65_536_000);
  });

  it('count exactly what was recorded below their bounds', () => {
    fc.assert(
      fc.property(someUs, (recorded) => {
        const expected = CLASSIC_BOUNDS_US.map((bound) => recorded.filter((us) => us < bound).length);
        expect(histogramOf(recorded).classic()).toEqual(expected);
      }),
    );
  });
});

describe('exponential buckets', () => {
  it('count each sample once', () => {
    fc.assert(
      fc.property(someUs, (recorded) => {
        expect(sum(histogramOf(recorded).exponential()?.counts ?? [])).toBe(recorded.length);
      }),
    );
  });

  it('begin and end with a bucket that holds something', () => {
    fc.assert(
      fc.property(someUs, (recorded) => {
        const { counts = [] } = histogramOf(recorded).exponential() ?? {};
        expect(counts[0]).toBeGreaterThan(0);
        expect(counts.at(-1)).toBeGreaterThan(0);
      }),
    );
  });

  it('hold a sample between their bounds, but for the width of the HDR bucket that it was counted in', () => {
    fc.assert(
      fc.property(anyUs, (us) => {
        const { firstBucket = 0, counts = [] } = histogramOf([us]).exponential() ?? {};
        expect(counts).toEqual([1]);
        const [above, upTo] = [firstBucket - 1, firstBucket].map(
          (bucket) => 2 ** (bucket / 2 ** SCALE) * 1e6,
        );
        const [lowest, next] = [lowestUsAt(indexOfUs(us)), lowestUsAt(indexOfUs(us) + 1)];
        expect(above).toBeLessThan(next);
        expect(upTo).toBeGreaterThan(lowest);
      }),
    );
  });

  it('are just over a thousand at the most', () => {
    expect(histogramOf([0, MAX_US]).exponential()?.counts.length).toBe(1049);
  });

  it('are none of a histogram that is empty', () => {
    expect(histogramOf([]).exponential()).toBeNull();
  });
});

describe('LatencyHistogram', () => {
  it('adds up what comes, with the least, the most and the sum in seconds', () => {
    const buffer = new LatencyBuffer('connect');
    const histogram = new LatencyHistogram();
    for (const recorded of [[1500, 2500], [900], [1500]]) {
      buffer.add(deltaOf(recorded));
      histogram.add(buffer.take()!);
    }
    expect(histogram).toMatchObject({ count: 4, minSec: 0.0009, maxSec: 0.0025, sumSec: 0.0064 });
  });
});

describe('LatencyBuffer', () => {
  it('gives what has come since the last time, and only that', () => {
    const buffer = new LatencyBuffer('connect');
    buffer.add(deltaOf([5, 5, 70]));
    buffer.add(deltaOf([5]));
    expect(buffer.take()).toEqual({
      latency: 'connect',
      indexes: Uint32Array.of(5, 70),
      counts: Float64Array.of(3, 1),
      minUs: 5,
      maxUs: 70,
      sumUs: 85,
    });
    buffer.add(deltaOf([70]));
    expect(buffer.take()).toMatchObject({
      indexes: Uint32Array.of(70),
      counts: Float64Array.of(1),
      minUs: 70,
    });
    expect(buffer.take()).toBeNull();
  });
});
