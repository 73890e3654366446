import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DelayPlan } from '../../model/faults.js';
import { delayAt } from './delays.js';

const STEPS: DelayPlan = {
  distribution: 'steps',
  steps: [
    { share: 0.5, ms: 5 },
    { share: 0.4, ms: 20 },
    { share: 0.09, ms: 80 },
    { share: 0.01, ms: 300 },
  ],
};

const plans: readonly DelayPlan[] = [
  { distribution: 'constant', ms: 20 },
  { distribution: 'uniform', minMs: 5, maxMs: 20 },
  { distribution: 'exponential', meanMs: 10, maxMs: 100 },
  STEPS,
];

describe('delayAt', () => {
  it.each(plans)(
    '$distribution: a larger share never has a shorter delay, and each is within bounds',
    (plan) => {
      const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
      fc.assert(
        fc.property(share, share, (a, b) => {
          const [less, more] = a < b ? [a, b] : [b, a];
          expect(delayAt(plan, less)).toBeLessThanOrEqual(delayAt(plan, more));
          expect(delayAt(plan, less)).toBeGreaterThanOrEqual(0);
          expect(delayAt(plan, more)).toBeLessThanOrEqual(300);
        }),
      );
    },
  );

  it('uniform goes from one end to the other', () => {
    const plan: DelayPlan = { distribution: 'uniform', minMs: 5, maxMs: 25 };
    expect([0, 0.5, 0.95].map((share) => delayAt(plan, share))).toEqual([5, 15, 24]);
  });

  it('exponential has its median at the mean times ln 2, and is cut off', () => {
    const plan: DelayPlan = { distribution: 'exponential', meanMs: 10, maxMs: 30 };
    expect(delayAt(plan, 0.5)).toBeCloseTo(10 * Math.LN2, 9);
    expect(delayAt(plan, 0.99)).toBe(30);
  });

  it('steps have the percentiles that they say', () => {
    expect([0, 0.499, 0.5, 0.899, 0.9, 0.98, 0.995].map((share) => delayAt(STEPS, share))).toEqual([
      5, 5, 20, 20, 80, 80, 300,
    ]);
  });

  it('steps that add up to a hair less than 1 end with the last one', () => {
    const plan: DelayPlan = {
      distribution: 'steps',
      steps: [
        { share: 0.7, ms: 1 },
        { share: 0.2999999999, ms: 2 },
      ],
    };
    expect(delayAt(plan, 0.99999999999)).toBe(2);
  });
});
