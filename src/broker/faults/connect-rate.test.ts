import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectRate } from './connect-rate.js';

/** The moments of those that are let in. */
function letIn(perSec: number, arrivalsMs: readonly number[]): number[] {
  const rate = new ConnectRate(perSec);
  return arrivalsMs.filter((ms) => {
    if (rate.isReached(ms)) return false;
    rate.letIn(ms);
    return true;
  });
}

describe('ConnectRate', () => {
  it('never lets in more within any one second, and turns nobody away without need', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), gaps, (perSec, gapsMs) => {
        let nowMs = 0;
        const arrivals = gapsMs.map((gapMs) => (nowMs += gapMs));
        const within = letIn(perSec, arrivals);
        const before = (ms: number): number => within.filter((each) => each <= ms && each > ms - 1000).length;
        for (const ms of within) expect(before(ms)).toBeLessThanOrEqual(perSec);
        for (const ms of arrivals) if (!within.includes(ms)) expect(before(ms)).toBe(perSec);
      }),
    );
  });

  it('of less than one a second is one in a longer time', () => {
    expect(letIn(0.5, [0, 1000, 1999, 2000, 3000, 4000])).toEqual([0, 2000, 4000]);
  });
});
