import type { RunPlan } from '../model/plan.js';
import type { ThresholdPlan } from '../model/thresholds.js';
import { isOfPart } from './watch.js';

interface Implied {
  readonly metric: string;
  /** How a scenario would ask for it. */
  readonly that: string;
  readonly bound: number;
  readonly unit: 'count' | 'share';
  /** What a scenario asks of one of these, it asks in the place of this one. */
  readonly insteadOf: RegExp;
  /** A run of another plan can't miss it. */
  readonly fits: (plan: RunPlan) => boolean;
}

const publishes = ({ publish }: RunPlan): boolean => publish.length > 0;
const subscribes = ({ subscribe }: RunPlan): boolean => subscribe.length > 0;

const IMPLIED: readonly Implied[] = [
  {
    metric: 'connections.complete',
    that: 'connections.complete == 100%',
    bound: 1,
    unit: 'share',
    insteadOf: /^(?:connections\.(?:complete|failed|unfinished)|failures\.total)$/,
    fits: () => true,
  },
  none('deliveries.lost', /^deliveries\.(?:lost|received)$/, (plan) => publishes(plan) && subscribes(plan)),
  none('deliveries.misrouted', /^deliveries\.misrouted$/, subscribes),
  none('deliveries.corrupted', /^deliveries\.corrupted$/, subscribes),
  none('deliveries.outOfOrder', /^deliveries\.outOfOrder$/, ({ subscribe }) =>
    subscribe.some(({ ordered }) => ordered),
  ),
  none('publishing.publishersFailed', /^publishing\.publishersFailed$/, publishes),
  none('publishing.unsent', /^publishing\.(?:unsent|sent)$/, publishes),
  none('publishing.receiptsMissing', /^publishing\.receiptsMissing$/, ({ publish }) =>
    publish.some(({ receipt }) => receipt !== false),
  ),
];

/**
 * What is asked of every run by itself: all connections complete, everything published, every delivery made. Where a scenario
 * has a threshold of its own on the same matter, that one holds in its place. One on a latency never does, nor one on failures
 * of a single phase or kind: all others would go by unseen. Nor does one on parts of the run: the parts never see its end.
 */
export function impliedThresholds(plan: RunPlan): readonly ThresholdPlan[] {
  const own = plan.thresholds.filter((threshold) => !isOfPart(threshold)).map(({ metric }) => metric);
  return IMPLIED.filter(
    ({ fits, insteadOf }) => fits(plan) && !own.some((metric) => insteadOf.test(metric)),
  ).map(({ metric, that, bound, unit }) => ({
    that,
    metric,
    comparator: '==',
    bound,
    unit,
    fromMs: 0,
    windowMs: null,
    abort: false,
    afterMs: 0,
    place: null,
  }));
}

function none(metric: string, insteadOf: RegExp, fits: Implied['fits']): Implied {
  return { metric, that: `${metric} == 0`, bound: 0, unit: 'count', insteadOf, fits };
}
