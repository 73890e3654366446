import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestPlace, placesOf, spread } from './places.js';

describe('the places of a line', () => {
  it('are all of them where nothing is left out', () => {
    expect(placesOf({ values: [5, null, 7] })).toEqual([0, 1, 2]);
  });

  it('are as many steps behind each other as it says', () => {
    const values = [5, null, 7];
    const places = placesOf({ values, steps: [1, 2, 3] });
    expect(places).toEqual([1, 3, 6]);
    expect(spread(values, places, 8)).toEqual([
      undefined,
      5,
      undefined,
      null,
      undefined,
      undefined,
      7,
      undefined,
    ]);
  });

  it('have one nearest to each x', () => {
    const anyPlaces = fc
      .uniqueArray(fc.nat(99), { minLength: 1 })
      .map((places) => places.sort((a, b) => a - b));
    fc.assert(
      fc.property(anyPlaces, fc.nat(99), (places, x) => {
        const distance = Math.abs((places[nearestPlace(places, x)] ?? Infinity) - x);
        expect(distance).toBe(Math.min(...places.map((place) => Math.abs(place - x))));
      }),
    );
  });
});
