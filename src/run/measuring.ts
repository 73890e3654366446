import type { Aggregator } from '../metrics/aggregator.js';
import type { OnSecond } from '../metrics/closed-second.js';
import type { Snapshot } from '../metrics/snapshot.js';
import type { MachineSample } from '../model/health.js';
import type { RunPlan } from '../model/plan.js';
import { type Aborted, ThresholdWatch } from '../thresholds/watch.js';
import type { MarkName } from './interval-log.js';
import { plannedAggregator } from './planned-aggregator.js';

export interface MeasuringOptions {
  readonly plan: RunPlan;
  readonly workers: number;
  readonly startUs: number;
  readonly onSecond?: OnSecond;
  /** A threshold was missed that ends the run now. */
  readonly onAborted?: (aborted: Aborted) => void;
}

/**
 * Everything that is made of what workers hand over, while it comes: the totals, and the thresholds that are judged as the run
 * goes on. The live run and the rebuilding of one tell it the same, so they come to the same.
 */
export class Measuring {
  readonly aggregator: Aggregator;
  readonly watch: ThresholdWatch;
  readonly #startUs: number;
  readonly #atWork: Set<number>;

  constructor({ plan, workers, startUs, onSecond, onAborted }: MeasuringOptions) {
    this.#startUs = startUs;
    this.#atWork = new Set(Array.from({ length: workers }, (_, worker) => worker));
    const watch = new ThresholdWatch(plan);
    this.watch = watch;
    this.aggregator = plannedAggregator(plan, workers, startUs, (second) => {
      onSecond?.(second);
      const aborted = watch.second(second);
      if (aborted !== null) onAborted?.(aborted);
    });
  }

  add(snapshot: Snapshot): void {
    this.aggregator.add(snapshot);
  }

  addMachine(sample: MachineSample): void {
    this.aggregator.addMachine(sample);
  }

  /** Also what was marked before the start. */
  mark(mark: MarkName, atUs: number): void {
    if (mark !== 'holdEnd' && mark !== 'stopAsked' && mark !== 'cutShort') return;
    this.watch.endsAt(Math.max(0, (atUs - this.#startUs) / 1000));
    if (mark === 'stopAsked') this.watch.windUp();
  }

  /** A worker sends no more: it is done (null), or dead, and why. */
  leave(worker: number, reason: string | null): void {
    this.#atWork.delete(worker);
    // There is nothing left that a threshold could end.
    if (this.#atWork.size === 0) this.watch.windUp();
    this.aggregator.leave(worker, reason);
  }

  /** Counts everything that is left. Nothing may be told afterwards. */
  finish(): void {
    this.watch.windUp();
    this.aggregator.finish();
    this.watch.finish();
  }
}
