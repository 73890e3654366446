import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricUnit } from '../model/thresholds.js';
import { figureText, figureTexts, sameFigure } from './figure.js';

describe('figureText', () => {
  it.each<[string, number, MetricUnit]>([
    ['0 µs', 0, 'us'],
    ['850 µs', 850, 'us'],
    ['2.12 ms', 2123, 'us'],
    ['45.6 s', 45_600_000, 'us'],
    ['1,200 s', 1_200_000_000, 'us'],
    ['100 %', 1, 'share'],
    ['14.1 %', 0.1411, 'share'],
    ['0.0123 %', 0.000123, 'share'],
    ['2,834.5/s', 2834.5, 'perSec'],
    ['1.5 GB', 1.5 * 1024 ** 3, 'bytes'],
    ['12,345,678', 12_345_678, 'count'],
  ])('is %s of %d %s', (text, value, unit) => {
    // A rate keeps what is before its point; a test with more digits asks for them.
    expect(figureText(value, unit, text === '2,834.5/s' ? 5 : 3)).toBe(text);
  });
});

describe('figureTexts', () => {
  it('are as short as they can be while they tell two values apart', () => {
    expect(figureTexts(250_400, 250_000, 'us')).toEqual(['250.4 ms', '250 ms']);
    expect(figureTexts(250_000.5, 250_000, 'us')).toEqual(['250.0005 ms', '250 ms']);
    expect(figureTexts(7480, 5000, 'us')).toEqual(['7.48 ms', '5 ms']);
    expect(figureTexts(0.9996, 1, 'share')).toEqual(['99.96 %', '100 %']);
  });

  it('are the same only where the values are', () => {
    const value = fc.double({ min: 0, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(value, value, fc.constantFrom<MetricUnit>('us', 'perSec', 'count'), (a, b, unit) => {
        const [textA, textB] = figureTexts(a, b, unit);
        // What differs in less than the last digit that is shown can't be told apart by a reader.
        if (textA === textB) expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-6 * Math.max(1, a, b));
      }),
    );
  });
});

describe('sameFigure', () => {
  it('takes a share for the bound that is written like it', () => {
    expect(sameFigure(999 / 1000, 99.9 / 100)).toBe(true);
    expect(sameFigure(999_999 / 1_000_000, 1)).toBe(false);
    expect(sameFigure(0, 1e-300)).toBe(false);
  });
});
