import type { MetricChange } from '../model/comparison.js';
import type { MetricUnit } from '../model/thresholds.js';
import { formatBytes, formatCount, formatUs } from './format.js';

/** Between a figure and its unit: no line ends there. */
const NBSP = '\u00a0';
const MAX_DECIMALS = 6;

/** A metric's value, in the base of its unit, as a person reads it: 7.48 ms, 99.95 %, 2,800/s. */
export function formatMetric(value: number, unit: MetricUnit): string {
  switch (unit) {
    case 'us':
      return formatUs(value);
    case 'share':
      return formatShare(value);
    case 'perSec':
      return `${formatCount(Number(value.toFixed(value < 100 ? 2 : 0)))}/s`;
    case 'bytes':
      return formatBytes(value);
    case 'count':
      return formatCount(Number(value.toFixed(2)));
  }
}

/**
 * A share from 0 to 1 in per cent. However close it comes, what is not all is never shown as 100 %, and what is not nothing
 * never as 0 %: a threshold of 100 % is missed by one connection in a million.
 */
export function formatShare(share: number): string {
  const percent = share * 100;
  const toEnd = Math.min(Math.abs(percent), Math.abs(100 - percent));
  if (toEnd === 0) return `${percent}${NBSP}%`;
  const decimals = Math.min(MAX_DECIMALS, Math.max(0, 2 - Math.floor(Math.log10(toEnd))));
  const text = String(Number(percent.toFixed(decimals)));
  if (text === '0') return `<0.000001${NBSP}%`;
  if (text === '100') return percent < 100 ? `>99.999999${NBSP}%` : `>100${NBSP}%`;
  return `${text}${NBSP}%`;
}

/** How much of a bound is left, or by how much it is missed: 58 %, -12 %. */
export function formatMargin(margin: number): string {
  return percentOf(margin, '');
}

/** A change on its own scale, with its sign: +21.1 %, -3 ms, +0.2 points (of a share). */
export function formatChange(change: number, { scale, unit }: Pick<MetricChange, 'scale' | 'unit'>): string {
  if (scale === 'ratio') return percentOf(change, '+');
  return signOf(change, '+') + sizeOf(Math.abs(change), unit);
}

/** The size of a change whichever way it goes: 6 %, 0.3 points. */
export function formatSize(size: number, { scale, unit }: Pick<MetricChange, 'scale' | 'unit'>): string {
  return scale === 'ratio' ? percentOf(Math.abs(size), '') : sizeOf(Math.abs(size), unit);
}

/** "+16.4 % to +26.2 %"; null where it can't be told. */
export function formatInterval(metric: MetricChange): string | null {
  const { low, high } = metric;
  if (low === null || high === null) return null;
  return `${formatChange(low, metric)} to ${formatChange(high, metric)}`;
}

/** Three digits are enough, and a tenth of a per cent. */
function percentOf(share: number, plus: '' | '+'): string {
  const percent = Math.abs(share * 100);
  const text = formatCount(Number(percent.toFixed(percent < 99.95 ? 1 : 0)));
  const size = text === '0' && percent > 0 ? '<0.1' : text;
  return `${signOf(share, plus)}${size}${NBSP}%`;
}

function signOf(value: number, plus: '' | '+'): string {
  if (value < 0) return '-';
  return value > 0 ? plus : '';
}

function sizeOf(size: number, unit: MetricUnit): string {
  return unit === 'share'
    ? `${String(Number((size * 100).toPrecision(3)))}${NBSP}points`
    : formatMetric(size, unit);
}
