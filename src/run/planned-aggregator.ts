import { Aggregator } from '../metrics/aggregator.js';
import type { OnSecond } from '../metrics/closed-second.js';
import type { RunPlan } from '../model/plan.js';
import { Schedule } from '../pacing/schedule.js';

/** An aggregator that knows what the plan asks for, for a run or for the rebuilding of one. */
export function plannedAggregator(
  plan: RunPlan,
  workers: number,
  startUs: number,
  onSecond: OnSecond = () => undefined,
): Aggregator {
  const { connections, stages } = plan.connect;
  const schedule = new Schedule(stages);
  return new Aggregator({
    startUs,
    drainUs: plan.timeoutsMs.drain * 1000,
    workers: Array.from({ length: workers }, (_, worker) => worker),
    plannedTotalAtMs: (ms) => Math.min(connections, schedule.countAt(ms)),
    onSecond,
  });
}
