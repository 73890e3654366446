import type { ClosedSecond } from '../../metrics/closed-second.js';
import { type Counters, zeroCounters } from '../../metrics/counters.js';
import { GENERATOR_AT_REST } from '../../metrics/generator-at-rest.js';
import type { FailureDelta } from '../../metrics/snapshot.js';
import { deltaOf } from '../../metrics/testing/snapshots.js';
import type { Latency } from '../../model/phases.js';
import type { ThresholdPlan } from '../../model/thresholds.js';

export interface SecondGiven {
  readonly widthSec?: number;
  readonly counts?: Partial<Counters>;
  readonly latencies?: Partial<Record<Latency, readonly number[]>>;
  readonly failures?: readonly FailureDelta[];
  readonly open?: number;
  readonly published?: number;
}

/** A closed second of nothing but what is given; latencies in microseconds. */
export function secondAt(atSec: number, given: SecondGiven = {}): ClosedSecond {
  const { widthSec = 1, counts = {}, latencies = {}, failures = [], open = 0, published = 0 } = given;
  const samples = Object.entries(latencies) as [Latency, readonly number[]][];
  return {
    atSec,
    widthSec,
    counts: { ...zeroCounters(), ...counts },
    latencies: new Map(samples.map(([latency, us]) => [latency, [deltaOf(us)]])),
    failures,
    open,
    published,
    expected: 0,
    generator: GENERATOR_AT_REST,
  };
}

/** The same value so many times. */
export function times(count: number, us: number): readonly number[] {
  return Array.from({ length: count }, () => us);
}

/** As a scenario's threshold comes out of its reading; of a latency in microseconds unless told otherwise. */
export function thresholdOf(that: string, more: Partial<ThresholdPlan> = {}): ThresholdPlan {
  const [metric = '', comparator = '', bound = ''] = that.split(' ');
  const share = bound.endsWith('%');
  return {
    that,
    metric,
    comparator: comparator as ThresholdPlan['comparator'],
    bound: share ? parseFloat(bound) / 100 : parseFloat(bound),
    unit: share ? 'share' : bound.endsWith('us') ? 'us' : bound.endsWith('/s') ? 'perSec' : 'count',
    fromMs: 0,
    windowMs: null,
    abort: false,
    afterMs: 0,
    place: null,
    ...more,
  };
}
