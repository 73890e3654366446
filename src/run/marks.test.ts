import { describe, expect, it } from 'vitest';
import { marksMs } from './marks.js';

describe('marksMs', () => {
  it('counts from the start, in whole milliseconds', () => {
    expect(
      marksMs(
        new Map([
          ['start', 5_000_000],
          ['holdStart', 6_500_400],
          ['holdEnd', 8_000_600],
        ]),
      ),
    ).toEqual({ holdStart: 1500, holdEnd: 3001 });
  });

  it('has a stop that was asked for before the start at the start', () => {
    expect(
      marksMs(
        new Map([
          ['start', 5_000_000],
          ['stopAsked', 4_000_000],
        ]),
      ),
    ).toEqual({ stopAsked: 0 });
  });

  it('has the first moment at which the run was to be wound up, by whomever', () => {
    const cut = new Map([
      ['start', 5_000_000],
      ['cutShort', 7_000_000],
      ['stopAsked', 8_000_000],
    ] as const);
    expect(marksMs(cut)).toEqual({ stopAsked: 2000 });
  });
});
