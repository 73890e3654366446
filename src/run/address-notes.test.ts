import { describe, expect, it } from 'vitest';
import { addressNotes } from './address-notes.js';

const row = (n: number, attempted: number, failed: number) => ({
  address: `192.0.2.${n}:443`,
  attempted,
  opened: attempted - failed,
  complete: attempted - failed,
  failed,
});

describe('what is said of target addresses', () => {
  it('is which one fails much more than the others', () => {
    const targets = [row(1, 500, 2), row(2, 500, 480), row(3, 1000, 1)];
    expect(addressNotes({ targets })).toEqual([
      'Of the connections to 192.0.2.2:443, 480 of 500 failed; of those to all other addresses, 3 of 1,500.',
    ]);
  });

  it.each([
    ['all fail alike', [row(1, 500, 450), row(2, 500, 480)]],
    ['none fails', [row(1, 500, 0), row(2, 500, 0)]],
    ['hardly any fails', [row(1, 500, 0), row(2, 500, 20)]],
    ['there are too few to tell', [row(1, 500, 0), row(2, 5, 5)]],
    ['there is no other one', [row(1, 500, 500)]],
  ])('is nothing where %s', (_, targets) => {
    expect(addressNotes({ targets })).toEqual([]);
  });
});
