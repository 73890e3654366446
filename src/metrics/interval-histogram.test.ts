import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_US, indexOfUs } from './hdr-layout.js';
import { type HistogramDelta, IntervalHistogram } from './interval-histogram.js';
import { anyUs } from './testing/arbitraries.js';

function countsOf({ pairs }: HistogramDelta): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i < pairs.length; i += 2) counts.set(pairs[i]!, pairs[i + 1]!);
  return counts;
}

describe('IntervalHistogram', () => {
  it('hands over nothing for an interval without a sample', () => {
    expect(new IntervalHistogram().take()).toBeUndefined();
  });

  it('hands over how many samples each bucket has, each bucket once', () => {
    fc.assert(
      fc.property(fc.array(anyUs, { minLength: 1, maxLength: 600 }), (latenciesUs) => {
        const histogram = new IntervalHistogram();
        const counts = new Map<number, number>();
        for (const us of latenciesUs) {
          histogram.record(us);
          counts.set(indexOfUs(us), (counts.get(indexOfUs(us)) ?? 0) + 1);
        }
        const delta = histogram.take()!;
        expect(countsOf(delta)).toEqual(counts);
        expect(delta.pairs).toHaveLength(counts.size * 2);
        expect(delta.minUs).toBe(Math.min(...latenciesUs));
        expect(delta.maxUs).toBe(Math.max(...latenciesUs));
        expect(delta.sumUs).toBe(latenciesUs.reduce((sum, us) => sum + us, 0));
      }),
    );
  });

  it('begins every interval with nothing of the one before', () => {
    const histogram = new IntervalHistogram();
    histogram.record(5);
    histogram.record(9000);
    histogram.take();
    expect(histogram.take()).toBeUndefined();
    histogram.record(9000);
    expect(histogram.take()).toEqual({
      pairs: new Uint32Array([indexOfUs(9000), 1]),
      minUs: 9000,
      maxUs: 9000,
      sumUs: 9000,
    });
  });

  it('does not change what it has handed over', () => {
    const histogram = new IntervalHistogram();
    histogram.record(5);
    const delta = histogram.take()!;
    histogram.record(5);
    histogram.record(6);
    expect(delta).toEqual({ pairs: new Uint32Array([5, 1]), minUs: 5, maxUs: 5, sumUs: 5 });
  });

  it.each([
    ['a fraction, rounded down', 5.9, 5],
    ['less than nothing, as nothing', -3, 0],
    ['no number at all, as nothing', Number.NaN, 0],
    ['more than an hour, as an hour', MAX_US * 2, MAX_US],
    ['for ever, as an hour', Infinity, MAX_US],
  ])('records %s', (_, us, recordedUs) => {
    const histogram = new IntervalHistogram();
    histogram.record(us);
    expect(histogram.take()).toEqual({
      pairs: new Uint32Array([indexOfUs(recordedUs), 1]),
      minUs: recordedUs,
      maxUs: recordedUs,
      sumUs: recordedUs,
    });
  });
});
