import type { DelayPlan } from '../../model/faults.js';

/** The delay, in milliseconds, that `share` of all delays are not above: the inverse of the distribution. `share` from 0 to 1. */
export function delayAt(plan: DelayPlan, share: number): number {
  switch (plan.distribution) {
    case 'constant':
      return plan.ms;
    case 'uniform':
      return plan.minMs + share * (plan.maxMs - plan.minMs);
    case 'exponential':
      return Math.min(plan.maxMs, -plan.meanMs * Math.log1p(-share));
    case 'steps': {
      let upTo = 0;
      for (const step of plan.steps) {
        upTo += step.share;
        if (share < upTo) return step.ms;
      }
      // The shares may add up to a hair less than 1.
      return plan.steps.at(-1)?.ms ?? 0;
    }
  }
}
