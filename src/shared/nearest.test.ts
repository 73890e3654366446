import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.js';

describe('nearest', () => {
  it.each([
    ['conections', 'connections'],
    ['in_flight', 'inFlight'],
    ['destnation', 'destination'],
    ['hodl', 'hold'],
    ['ratte', 'rate'],
  ])('reads %s as %s', (word, meant) => {
    expect(nearest(word, ['connections', 'inFlight', 'destination', 'hold', 'rate', 'tls'])).toBe(meant);
  });

  it('suggests nothing for a word that is near to none', () => {
    expect(nearest('thresholds', ['connections', 'rate', 'tls'])).toBeUndefined();
  });

  it('suggests nothing for a word of absurd length', () => {
    expect(nearest('a'.repeat(10_000), ['a'])).toBeUndefined();
  });
});

describe('editDistance', () => {
  const word = fc.string({ maxLength: 12 });

  it('is zero for equal words only', () => {
    fc.assert(fc.property(word, word, (a, b) => (editDistance(a, b) === 0) === (a === b)));
  });

  it('is the same in both directions', () => {
    fc.assert(fc.property(word, word, (a, b) => editDistance(a, b) === editDistance(b, a)));
  });

  it('counts one transposition as one edit', () => {
    expect(editDistance('hold', 'hodl')).toBe(1);
  });
});
