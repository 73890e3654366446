import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { samplesNeeded } from './samples.js';

describe('samplesNeeded', () => {
  it.each([
    [50, 5],
    [90, 29],
    [95, 59],
    [99, 299],
    [99.9, 2995],
    [99.99, 29_956],
  ])('of p%d is %d', (percentile, samples) => {
    expect(samplesNeeded(percentile)).toBe(samples);
  });

  it.each([0, 100])('of the end of the scale at %d is one', (percentile) => {
    expect(samplesNeeded(percentile)).toBe(1);
  });

  it('is the same as far above the median as below it', () => {
    expect(samplesNeeded(1)).toBe(samplesNeeded(99));
  });

  it('is the first number with which the largest lies above the quantile, 95 times in 100', () => {
    fc.assert(
      fc.property(fc.double({ min: 50, max: 99.999, noNaN: true }), (percentile) => {
        const n = samplesNeeded(percentile);
        const sure = (samples: number): number => 1 - (percentile / 100) ** samples;
        expect(sure(n)).toBeGreaterThanOrEqual(0.95 - 1e-9);
        expect(sure(n - 1)).toBeLessThan(0.95 + 1e-9);
      }),
    );
  });
});
