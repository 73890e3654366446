import type { ClosedSecond } from '../metrics/closed-second.js';
import { type Counters, addCounters, zeroCounters } from '../metrics/counters.js';
import { LatencyTotal } from '../metrics/latency-total.js';
import type { Latency } from '../model/phases.js';
import type { RunPlan } from '../model/plan.js';
import type { FailureCount, LatencyFigures, MetricSource } from './source.js';

/**
 * A part of a run, added up from its closed seconds: a window, or all that there is so far. What it takes up does not grow with
 * the run.
 */
export class SecondsTotal implements MetricSource {
  readonly planned: number;
  readonly publishersPlanned: number;
  readonly deliveries = null;
  readonly findings = null;
  readonly generator = null;
  readonly #counts: Counters = zeroCounters();
  readonly #latencies: ReadonlyMap<Latency, LatencyTotal>;
  readonly #failures = new Map<string, FailureCount & { count: number }>();
  #seconds = 0;
  #peakOpen = 0;
  #published = 0;
  #underWayBefore = 0;

  /** @param latencies those that will be asked for: a histogram is kept for each */
  constructor(plan: RunPlan, latencies: ReadonlySet<Latency>) {
    this.planned = plan.connect.connections;
    this.publishersPlanned = plan.publish.reduce((sum, { publishers }) => sum + publishers, 0);
    this.#latencies = new Map([...latencies].map((latency) => [latency, new LatencyTotal()]));
  }

  add(second: ClosedSecond): void {
    this.#seconds += second.widthSec;
    addCounters(this.#counts, second.counts);
    for (const [latency, total] of this.#latencies) {
      for (const delta of second.latencies.get(latency) ?? []) total.add(delta);
    }
    for (const { role, phase, kind, count } of second.failures) {
      const key = `${role} ${phase} ${kind}`;
      const known = this.#failures.get(key);
      if (known === undefined) this.#failures.set(key, { role, phase, kind, count });
      else known.count += count;
    }
    this.#peakOpen = Math.max(this.#peakOpen, second.open);
    this.#published += second.published;
  }

  /** Begins anew. @param underWay connections attempted by now and neither complete nor failed */
  restart(underWay: number): void {
    Object.assign(this.#counts, zeroCounters());
    for (const total of this.#latencies.values()) total.reset();
    this.#failures.clear();
    this.#seconds = 0;
    this.#peakOpen = 0;
    this.#published = 0;
    this.#underWayBefore = underWay;
  }

  get seconds(): number {
    return this.#seconds;
  }

  get underWayBefore(): number {
    return this.#underWayBefore;
  }

  get counts(): Readonly<Counters> {
    return this.#counts;
  }

  get failures(): readonly FailureCount[] {
    return [...this.#failures.values()];
  }

  get peakOpen(): number {
    return this.#peakOpen;
  }

  get published(): number {
    return this.#published;
  }

  latency(latency: Latency): LatencyFigures | null {
    const total = this.#latencies.get(latency);
    return total === undefined || total.count === 0 ? null : total;
  }
}
