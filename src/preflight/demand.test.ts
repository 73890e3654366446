import { describe, expect, it } from 'vitest';
import { peakRatePerSec } from './demand.js';

const stage = (fromPerSec: number, toPerSec: number, durationMs: number | null) => ({
  fromPerSec,
  toPerSec,
  durationMs,
});

describe('the highest rate of a schedule', () => {
  it('is that of its fastest stage', () => {
    expect(peakRatePerSec([stage(10, 200, 1000), stage(50, 50, null)], 1000)).toBe(200);
  });

  it('is not that of a stage which begins after the last arrival', () => {
    expect(peakRatePerSec([stage(100, 100, 1000), stage(5000, 5000, null)], 100)).toBe(100);
    expect(peakRatePerSec([stage(100, 100, 1000), stage(5000, 5000, null)], 101)).toBe(5000);
  });
});
