import type { Comparator, ThresholdOutcome, ThresholdPlan } from '../model/thresholds.js';
import { sameFigure } from './figure.js';
import type { Metric } from './metric.js';
import { samplesNeeded } from './samples.js';
import type { MetricSource } from './source.js';

/** A threshold with the metric that it is about. */
export interface Question {
  /** Its place among those of the plan. */
  readonly index: number;
  readonly threshold: ThresholdPlan;
  readonly metric: Metric;
}

/** What a run, or a part of it, says to one threshold. */
export interface Answer {
  readonly outcome: ThresholdOutcome;
  /** In the threshold's unit. null: there was nothing to observe, or not enough of it. */
  readonly observed: number | null;
  /** How many there were; null of a plain figure. */
  readonly samples: number | null;
  /** null: it is no percentile. */
  readonly samplesNeeded: number | null;
  /** Up to so much may what was measured be longer than what it measures. null: the instrument plays no part in it. */
  readonly errorUs: number | null;
}

/** Judges one threshold by all that `source` covers. */
export function answer({ threshold, metric }: Question, source: MetricSource): Answer {
  const needed = metric.percentile === null ? null : samplesNeeded(metric.percentile);
  const errorUs = metric.fromSocket ? (source.latency('read.delay')?.valueAt(99) ?? null) : null;
  const observation = metric.observe(source, threshold.unit);
  const samples = observation?.samples ?? null;
  if (observation === null || (samples !== null && samples < (needed ?? 1))) {
    const none = metric.percentile !== null && observation === null ? 0 : null;
    return { outcome: 'too-few', observed: null, samples: samples ?? none, samplesNeeded: needed, errorUs };
  }
  const { value } = observation;
  const outcome = compare(value, threshold.comparator, threshold.bound, errorUs ?? 0);
  return { outcome, observed: value, samples, samplesNeeded: needed, errorUs };
}

/**
 * Of a value that may have been measured too large by `error`, and never too small: what lies within that of the bound is
 * not resolved.
 */
export function compare(
  observed: number,
  comparator: Comparator,
  bound: number,
  error: number,
): Exclude<ThresholdOutcome, 'too-few'> {
  const atMost = holds(observed, comparator, bound);
  const atLeast = holds(Math.max(0, observed - error), comparator, bound);
  const within = !sameFigure(observed, bound) && observed > bound && observed - error <= bound;
  // Of an equality both ends of what it may have been can be beside the bound, and the bound between them.
  if (atMost !== atLeast || (error > 0 && within && isEquality(comparator))) return 'unresolved';
  return atMost ? 'pass' : 'miss';
}

/**
 * How far the observed value is from the bound, as a share of it; negative where it is missed. null: the bound is 0, or an
 * equality has no near and far.
 */
export function marginOf(observed: number, { comparator, bound }: ThresholdPlan): number | null {
  if (bound === 0 || isEquality(comparator)) return null;
  const below = (bound - observed) / Math.abs(bound);
  return isUpper(comparator) ? below : -below;
}

/** How bad a value is: of two the larger is the worse one. */
export function badness(observed: number, { comparator, bound }: ThresholdPlan): number {
  if (comparator === '==') return Math.abs(observed - bound);
  if (comparator === '!=') return -Math.abs(observed - bound);
  return isUpper(comparator) ? observed : -observed;
}

function isEquality(comparator: Comparator): boolean {
  return comparator === '==' || comparator === '!=';
}

function isUpper(comparator: Comparator): boolean {
  return comparator === '<' || comparator === '<=';
}

function holds(value: number, comparator: Comparator, bound: number): boolean {
  const same = sameFigure(value, bound);
  switch (comparator) {
    case '<':
      return value < bound && !same;
    case '<=':
      return value < bound || same;
    case '>':
      return value > bound && !same;
    case '>=':
      return value > bound || same;
    case '==':
      return same;
    case '!=':
      return !same;
  }
}
