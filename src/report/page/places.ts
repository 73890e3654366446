// Where the values of a line stand among the xs of its chart. Inlined in the page.
import type { ChartSeries } from './data.js';

/** For each value of the line the index of its x. */
export function placesOf({ values, steps }: Pick<ChartSeries, 'values' | 'steps'>): readonly number[] {
  if (steps === undefined) return values.map((_, i) => i);
  let at = 0;
  return steps.map((step) => (at += step));
}

/** A value for each x: null where there is none, undefined where it is left out and the line goes on. */
export function spread(
  values: readonly (number | null)[],
  places: readonly number[],
  length: number,
): (number | null | undefined)[] {
  const column = Array.from({ length }, (): number | null | undefined => undefined);
  places.forEach((place, i) => (column[place] = values[i] ?? null));
  return column;
}

/** The index of the place that is nearest to an x, the earlier one of two. */
export function nearestPlace(places: readonly number[], x: number): number {
  let low = 0;
  let high = places.length - 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const here = places[middle] ?? 0;
    const next = places[middle + 1] ?? 0;
    if (Math.abs(here - x) <= Math.abs(next - x)) high = middle;
    else low = middle + 1;
  }
  return low;
}
