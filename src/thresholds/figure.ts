import type { MetricUnit } from '../model/thresholds.js';
import { formatCount } from '../shared/units.js';

/** More digits than this no bound is written with. */
const MOST_DIGITS = 12;

const US_SCALES = [
  [1, 'µs'],
  [1000, 'ms'],
  [1_000_000, 's'],
] as const;
const BYTE_SCALES = [
  [1, 'B'],
  [1024, 'KB'],
  [1024 ** 2, 'MB'],
  [1024 ** 3, 'GB'],
] as const;

/**
 * Two values of one unit as a reader compares them: to three significant digits, or to as many more as it takes to tell them
 * apart where they differ. 250,400 µs and 250,000 µs are `250.4 ms` and `250 ms`.
 */
export function figureTexts(a: number, b: number, unit: MetricUnit): readonly [string, string] {
  for (let digits = 3; ; digits++) {
    const texts = [figureText(a, unit, digits), figureText(b, unit, digits)] as const;
    if (texts[0] !== texts[1] || sameFigure(a, b) || digits === MOST_DIGITS) return texts;
  }
}

/** A value in the base of its unit, to that many significant digits; counts have all of theirs. */
export function figureText(value: number, unit: MetricUnit, digits = 3): string {
  switch (unit) {
    case 'us':
      return scaled(value, US_SCALES, digits);
    case 'share':
      return `${rounded(value * 100, digits)} %`;
    case 'perSec':
      return `${rounded(value, digits)}/s`;
    case 'bytes':
      return scaled(value, BYTE_SCALES, digits);
    case 'count':
      return rounded(value, Math.max(digits, 15));
  }
}

/** Equal as far as arithmetic with fractions can be: 99.9 % as a bound, and 999 of 1,000. */
export function sameFigure(a: number, b: number): boolean {
  return a === b || Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));
}

function scaled(value: number, scales: readonly (readonly [number, string])[], digits: number): string {
  const fitting = scales.findLast(([scale]) => Math.abs(value) >= scale) ?? scales[0];
  const [scale, name] = fitting ?? [1, ''];
  return `${rounded(value / scale, digits)} ${name}`;
}

/** All digits before the point are kept: 1,234 is not 1,230. */
function rounded(value: number, digits: number): string {
  const size = Math.abs(value);
  const before = size < 1 ? Math.ceil(Math.log10(Math.max(size, 1e-12))) : Math.floor(Math.log10(size)) + 1;
  const [integer = '', fraction = ''] = value.toFixed(Math.min(15, Math.max(0, digits - before))).split('.');
  const kept = fraction.replace(/0+$/, '');
  const sign = integer.startsWith('-') ? '-' : '';
  return `${sign}${formatCount(Number(integer.replace('-', '')))}${kept === '' ? '' : `.${kept}`}`;
}
