import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as units from './units.js';

describe('parseDurationMs', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['1m30s', 90_000],
    ['1.001s', 1001],
    ['0s', 0],
    ['0', 0],
    ['7d', 604_800_000],
  ])('reads %s as %d ms', (text, ms) => {
    expect(units.parseDurationMs(text)).toBe(ms);
  });

  it.each(['', '30', '30 s', '-1s', '30S', '30s1m', '1s1s', '0.5ms', 's', '1e3s', '30sec', '1m 30s'])(
    'does not read %j',
    (text) => {
      expect(units.parseDurationMs(text)).toBeUndefined();
    },
  );

  it('reads back what durationText writes, for every whole millisecond of a month', () => {
    fc.assert(
      fc.property(fc.nat(31 * 86_400_000), (ms) => units.parseDurationMs(units.durationText(ms)) === ms),
    );
  });

  it('never throws, and never returns anything but a whole number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9.smhd ]*$/), (text) => {
        const ms = units.parseDurationMs(text);
        return ms === undefined || (Number.isSafeInteger(ms) && ms >= 0);
      }),
    );
  });
});

describe('parseRatePerSec', () => {
  it.each([
    ['500/s', 500],
    ['2800/s', 2800],
    ['30/min', 0.5],
    ['30/m', 0.5],
    ['3600/h', 1],
    ['0.5/s', 0.5],
    ['500 / s', 500],
    ['0/s', 0],
  ])('reads %s as %d per second', (text, perSec) => {
    expect(units.parseRatePerSec(text)).toBe(perSec);
  });

  it.each(['500', '500/', '/s', '-1/s', '500/ms', '5k/s', '500 per s', '1e3/s', 'Infinity/s'])(
    'does not read %j',
    (text) => {
      expect(units.parseRatePerSec(text)).toBeUndefined();
    },
  );

  it('reads back what rateText writes, for every whole rate a second or a minute', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.constantFrom(1, 60), (count, seconds) => {
        const perSec = count / seconds;
        const back = units.parseRatePerSec(units.rateText(perSec)) ?? NaN;
        return Math.abs(back - perSec) <= Math.max(perSec * 1e-3, 1e-6);
      }),
    );
  });
});

describe('parseSizeBytes', () => {
  it.each([
    ['200B', 200],
    ['4KB', 4096],
    ['4kb', 4096],
    ['4KiB', 4096],
    ['1MB', 1_048_576],
    ['1.5KB', 1536],
    ['0B', 0],
  ])('reads %s as %d bytes', (text, bytes) => {
    expect(units.parseSizeBytes(text)).toBe(bytes);
  });

  it.each(['200', '4 K', '1GB', '0.3B', '-1B', ''])('does not read %j', (text) => {
    expect(units.parseSizeBytes(text)).toBeUndefined();
  });

  it('reads back what sizeText writes', () => {
    fc.assert(fc.property(fc.nat(1 << 30), (bytes) => units.parseSizeBytes(units.sizeText(bytes)) === bytes));
  });
});

describe('formats for the eye', () => {
  it.each([
    [0, '0 µs'],
    [850, '850 µs'],
    [999.6, '1 ms'],
    [1234, '1.23 ms'],
    [45_600, '45.6 ms'],
    [999_499, '999 ms'],
    [1_500_000, '1.5 s'],
    [119_000_000, '119 s'],
    [125_000_000, '2m5s'],
  ])('formatUs(%d) is %s', (us, text) => {
    expect(units.formatUs(us)).toBe(text);
  });

  it.each([
    [0, '0ms'],
    [850, '850ms'],
    [999.7, '1s'],
    [12_345, '12.3s'],
    [59_960, '1m'],
    [90_400, '1m30s'],
    [7_500_000, '2h5m'],
    [273_600_000, '3d4h'],
  ])('formatDurationMs(%d) is %s', (ms, text) => {
    expect(units.formatDurationMs(ms)).toBe(text);
  });

  it.each([
    [0, '0'],
    [999, '999'],
    [10_000, '10,000'],
    [1_234_567, '1,234,567'],
    [1234.5, '1,234.5'],
  ])('formatCount(%d) is %s', (n, text) => {
    expect(units.formatCount(n)).toBe(text);
  });

  it.each([
    [512, '512 B'],
    [4608, '4.5 KB'],
    [1_300_000_000, '1.21 GB'],
    [1_048_576, '1 MB'],
  ])('formatBytes(%d) is %s', (n, text) => {
    expect(units.formatBytes(n)).toBe(text);
  });
});
