// Arithmetic of the charts' axes. This file is inlined in the page: it imports only what is inlined with it.
import { formatCount, formatUsTick } from '../format.js';

/** How far after the last finite percentile the maximum is put, in nines. */
const BEYOND = 0.6;
/** The least distance of two labels on the axis of nines, in CSS pixels. */
const LABEL_SPACE = 36;

/** Where a percentile stands on the axis of nines: 0 is p0, 1 is p90, 2 is p99. Less than 100. */
export function ninesOf(percentile: number): number {
  return -Math.log10(1 - percentile / 100);
}

/**
 * Where the percentiles of a curve stand. The hundredth is infinitely far by its nines; it is put a little
 * after the last finite one, as "max".
 */
export function ninesAxis(percentiles: readonly number[]): number[] {
  const finite = percentiles.filter((percentile) => percentile < 100).map(ninesOf);
  const end = (finite.at(-1) ?? 0) + BEYOND;
  return percentiles.map((percentile) => (percentile < 100 ? ninesOf(percentile) : end));
}

/** The ticks of an axis of nines that ends in the maximum: p0, p50, p90, p99 … as far as their labels have room. */
export function ninesTicks(end: number, widthPixels: number): number[] {
  const perNine = widthPixels / end;
  const ticks = [0];
  if (Math.log10(2) * perNine >= LABEL_SPACE) ticks.push(Math.log10(2));
  for (let nines = 1; nines <= end - BEYOND + 1e-9; nines++) ticks.push(nines);
  if ((end - (ticks.at(-1) ?? 0)) * perNine >= LABEL_SPACE) ticks.push(end);
  return ticks;
}

export function ninesLabel(nines: number, end: number): string {
  if (nines === end) return 'max';
  const percentile = 100 * (1 - 10 ** -nines);
  return `p${String(Number(percentile.toFixed(Math.max(0, Math.ceil(nines) - 1))))}`;
}

/** A range for a logarithmic axis, from and to a 1, 2 or 5 of a decade; something to look at where there is no figure. */
export function logRange(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [100, 100_000];
  const low = steps(Math.max(1, min)).below;
  const high = steps(Math.max(1, max)).above;
  return high > low ? [low, high] : [low, low * 10];
}

/** Ticks of a logarithmic axis: the decades, and 2 and 5 of each where there are few of them. */
export function logTicks(low: number, high: number): number[] {
  const factors = Math.log10(high / low) > 3.2 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let decade = 10 ** Math.floor(Math.log10(low)); decade <= high; decade *= 10) {
    for (const factor of factors) {
      const tick = decade * factor;
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
    }
  }
  return ticks;
}

/** A range for counts and rates: from nothing, with air above. */
export function linearRange(max: number | null): [number, number] {
  return [0, max === null || max <= 0 ? 1 : max * 1.06];
}

/** A moment in a run that lasts `endSec`: 45 s, or 12:30, or 1:02:30. */
export function timeLabel(atSec: number, endSec: number): string {
  if (endSec <= 120) return `${Number(atSec.toFixed(2))} s`;
  const whole = Math.round(atSec);
  const two = (n: number): string => String(n).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (endSec < 3600) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** The label of a tick of y. */
export function tickLabel(value: number, unit: 'count' | 'perSec' | 'us'): string {
  if (unit === 'us') return formatUsTick(value);
  if (value >= 1_000_000) return `${Number((value / 1_000_000).toFixed(2))} M`;
  if (value >= 10_000) return `${Number((value / 1000).toFixed(1))} k`;
  return formatCount(Number(value.toFixed(2)));
}

function steps(value: number): { below: number; above: number } {
  const decade = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const grid = [1, 2, 5, 10].map((factor) => factor * decade);
  return {
    below: grid.findLast((step) => step <= value * 1.000001) ?? decade,
    above: grid.find((step) => step >= value * 0.999999) ?? decade * 10,
  };
}
