import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatChange,
  formatInterval,
  formatMargin,
  formatMetric,
  formatShare,
  formatSize,
} from './metric-text.js';
import { sampleComparison } from './testing/sample-comparison.js';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('a metric', () => {
  it.each([
    [7480, 'us', '7.48 ms'],
    [0.141, 'share', '14.1 %'],
    [2800, 'perSec', '2,800/s'],
    [0.5, 'perSec', '0.5/s'],
    [67_108_864, 'bytes', '64.0 MiB'],
    [12_345, 'count', '12,345'],
  ] as const)('of %d %s is %s', (value, unit, text) => {
    expect(plain(formatMetric(value, unit))).toBe(text);
  });
});

describe('a share', () => {
  it.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.001, '0.1 %'],
    [0.9995, '99.95 %'],
    [0.999999, '99.9999 %'],
    [1e-12, '<0.000001 %'],
    [1 - 1e-12, '>99.999999 %'],
  ])('%d is %s', (share, text) => {
    expect(plain(formatShare(share))).toBe(text);
  });

  it('is never called all or nothing when it is not', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
        const text = plain(formatShare(share));
        expect(text === '100 %').toBe(share === 1);
        expect(text === '0 %').toBe(share === 0);
      }),
    );
  });
});

describe('a margin', () => {
  it.each([
    [0.581, '58.1 %'],
    [-0.4, '-40 %'],
    [-18.2, '-1,820 %'],
    [0.0001, '<0.1 %'],
    [-0.0001, '-<0.1 %'],
    [0, '0 %'],
  ])('%d is %s', (margin, text) => {
    expect(plain(formatMargin(margin))).toBe(text);
  });
});

describe('a change', () => {
  const [ratio] = sampleComparison().metrics;
  const difference = sampleComparison().metrics.find(({ scale }) => scale === 'difference');
  if (ratio === undefined || difference === undefined) throw new Error('the sample lacks a scale');

  it('is a share of the baseline, with its sign', () => {
    expect(plain(formatChange(0.211, ratio))).toBe('+21.1 %');
    expect(plain(formatChange(-0.2, ratio))).toBe('-20 %');
    expect(plain(formatChange(0, ratio))).toBe('0 %');
  });

  it('is told in points where shares differ, and in the unit itself otherwise', () => {
    expect(plain(formatChange(-0.002, difference))).toBe('-0.2 points');
    expect(plain(formatChange(1500, { scale: 'difference', unit: 'us' }))).toBe('+1.50 ms');
  });

  it('has a size whichever way it goes', () => {
    expect(plain(formatSize(0.06, ratio))).toBe('6 %');
    expect(plain(formatSize(0.003, difference))).toBe('0.3 points');
  });

  it('has its interval, where there is one', () => {
    expect(plain(formatInterval(ratio) ?? '')).toBe('+16.4 % to +26.2 %');
    expect(formatInterval({ ...ratio, low: null })).toBeNull();
  });
});
