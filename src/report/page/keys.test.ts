import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexAfterKey } from './keys.js';

const KEYS = [
  'ArrowRight',
  'ArrowLeft',
  'ArrowUp',
  'ArrowDown',
  'PageUp',
  'PageDown',
  'Home',
  'End',
] as const;

describe('indexAfterKey', () => {
  it.each([
    ['ArrowRight', 4, 5],
    ['ArrowLeft', 4, 3],
    ['PageUp', 4, 14],
    ['PageDown', 14, 4],
    ['Home', 4, 0],
    ['End', 4, 99],
    ['Escape', 4, null],
    ['a', 4, undefined],
    ['Tab', 4, undefined],
  ])('%s leads from %s to %s', (key, from, to) => {
    expect(indexAfterKey(key, from, 100)).toBe(to);
  });

  it.each([
    ['ArrowRight', 0],
    ['ArrowLeft', 99],
  ])('%s enters the chart at %s', (key, to) => {
    expect(indexAfterKey(key, null, 100)).toBe(to);
  });

  it('never leaves the chart', () => {
    const anyStart = fc.option(fc.nat(9));
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...KEYS), { minLength: 1 }), anyStart, (keys, start) => {
        const end = keys.reduce<number | null>((index, key) => indexAfterKey(key, index, 10) ?? null, start);
        expect(end).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThan(10);
      }),
    );
  });
});
