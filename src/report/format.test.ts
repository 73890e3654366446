import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatMs, formatPercentile, formatUs, formatUsTick } from './format.js';

/** With the spaces that no line breaks at as plain ones. */
const spaced = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('formatUs', () => {
  it.each([
    [0, '0 µs'],
    [0.2, '<1 µs'],
    [7, '7 µs'],
    [999.4, '999 µs'],
    [999.6, '1.00 ms'],
    [1204, '1.20 ms'],
    [9996, '10.0 ms'],
    [99_960, '100 ms'],
    [999_400, '999 ms'],
    [999_600, '1.00 s'],
    [45_300_000, '45.3 s'],
    [3_600_000_000, '3,600 s'],
  ])('%d is %s', (us, text) => {
    expect(spaced(formatUs(us))).toBe(text);
  });

  it('is never further from the figure than its last digit says', () => {
    const scale: Record<string, number> = { µs: 1, ms: 1000, s: 1_000_000 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 900_000_000 }), (us) => {
        const [value = '', unit = ''] = spaced(formatUs(us)).split(' ');
        const readBack = Number(value) * (scale[unit] ?? NaN);
        expect(Math.abs(readBack - us) / us).toBeLessThanOrEqual(0.00501);
      }),
    );
  });
});

it.each([
  [1000, '1 ms'],
  [2500, '2.5 ms'],
  [20_000, '20 ms'],
  [100_000, '100 ms'],
  [500, '500 µs'],
  [10_000_000, '10 s'],
])('the tick at %d µs is labelled %s', (us, text) => {
  expect(spaced(formatUsTick(us))).toBe(text);
});

it.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1_234_567, '1,234,567'],
  [1234.5, '1,234.5'],
  [-12_345, '-12,345'],
])('the count %d is %s', (count, text) => {
  expect(formatCount(count)).toBe(text);
});

it.each([
  [250, '250 ms'],
  [24_060, '24.1 s'],
  [30_000, '30 s'],
  [59_960, '1 min'],
  [125_000, '2 min 5 s'],
  [3_600_000, '1 h'],
  [3_840_000, '1 h 4 min'],
])('%d ms is %s', (ms, text) => {
  expect(spaced(formatMs(ms))).toBe(text);
});

it.each([
  [812, '812 B'],
  [1536, '1.5 KiB'],
  [182_452_224, '174 MiB'],
  [25_769_803_776, '24.0 GiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(spaced(formatBytes(bytes))).toBe(text);
});

it.each([
  [50, 'p50'],
  [99.9, 'p99.9'],
  [100, 'max'],
])('the percentile %d is %s', (percentile, text) => {
  expect(formatPercentile(percentile)).toBe(text);
});
