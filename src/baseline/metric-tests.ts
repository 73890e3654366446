import type { ComparisonUnit, MetricChange } from '../model/comparison.js';
import { samplesNeeded } from '../thresholds/samples.js';
import { FEWEST_BATCHES } from './batches.js';
import {
  COMPARED_LATENCIES,
  COMPARED_SHARES,
  type ComparedLatency,
  type ComparedPercentile,
  type ComparedShare,
  MATTERS,
  PERCENTILES,
  SHARE_MATTERS,
} from './compared-metrics.js';
import type { ComparedRun, LatencyFigures, ShareFigures } from './compared-run.js';
import {
  type Estimate,
  type ShareSample,
  batchesRatio,
  pairedDifference,
  pairedRatio,
  unpairedDifference,
  unpairedRatio,
} from './estimates.js';
import { mean, median } from './moments.js';

/** What is compared: runs that count, at least one on each side; as many on both where the unit is pairs. */
export interface Sides {
  readonly baseline: readonly ComparedRun[];
  readonly current: readonly ComparedRun[];
  readonly unit: ComparisonUnit;
}

/** One metric, measured and not yet judged. */
export interface MetricTest extends Pick<
  MetricChange,
  'metric' | 'unit' | 'scale' | 'baseline' | 'current' | 'matters'
> {
  /** A latency's: a difference below it can't be told from the instrument's own error, microseconds. 0: it has none. */
  readonly errorUs: number;
  /** null: there is nothing to test. */
  readonly estimate: Estimate | null;
  /** Why there is not; a sentence. */
  readonly why: string | null;
}

/**
 * How far runs of the same differ from each other where nothing says so, since there is one of each: the standard deviation of
 * the logarithm (docs/gate.md, "One run against one").
 */
const BETWEEN_RUNS: Readonly<Record<ComparedPercentile, number>> = { p50: 0.1, p99: 0.2, 'p99.9': 0.2 };

/** Every metric that was measured on either side, in the order in which they are told. */
export function metricTests(sides: Sides): readonly MetricTest[] {
  return [
    ...COMPARED_SHARES.flatMap((share) => shareTest(share, sides) ?? []),
    ...COMPARED_LATENCIES.flatMap(({ name, percentiles }) =>
      percentiles.flatMap((percentile) => latencyTest(name, percentile, sides) ?? []),
    ),
  ];
}

function shareTest(metric: ComparedShare, { baseline, current, unit }: Sides): MetricTest | null {
  const figures = (runs: readonly ComparedRun[]): readonly ShareFigures[] =>
    runs.map(({ shares }) => shares[metric]).filter((share) => share !== undefined);
  const before = figures(baseline);
  const now = figures(current);
  if (before.length + now.length === 0) return null;
  const sample = sampleOf(before.length > 1 && now.length > 1);
  const test = {
    metric,
    unit: 'share',
    scale: 'difference',
    baseline: before.length === 0 ? null : mean(sample(before).shares),
    current: now.length === 0 ? null : mean(sample(now).shares),
    matters: SHARE_MATTERS,
    errorUs: 0,
  } as const;
  const missing = missingIn(before.length, baseline.length, now.length, current.length);
  if (missing !== null) return { ...test, estimate: null, why: missing };
  const compare = unit === 'pairs' ? pairedDifference : unpairedDifference;
  return { ...test, estimate: compare(sample(before), sample(now)), why: null };
}

/**
 * Between several runs on both sides it shows how far shares vary, whatever depends on what within a run: chance is then only
 * the least. Where there is a single run, only what stands by itself counts.
 */
function sampleOf(severalRuns: boolean): (figures: readonly ShareFigures[]) => ShareSample {
  return (figures) => ({
    shares: figures.map(({ count, of }) => count / of),
    independent: figures.reduce((sum, { of, independent }) => sum + (severalRuns ? of : independent), 0),
  });
}

function latencyTest(name: ComparedLatency, percentile: ComparedPercentile, sides: Sides): MetricTest | null {
  const { baseline, current, unit } = sides;
  const figures = (runs: readonly ComparedRun[]): readonly LatencyFigures[] =>
    runs.map(({ latencies }) => latencies[name]).filter((latency) => latency !== undefined);
  const before = figures(baseline);
  const now = figures(current);
  if (before.length + now.length === 0) return null;
  const needed = samplesNeeded(PERCENTILES[percentile]);
  const fewest = Math.min(...[...before, ...now].map(({ samples }) => samples));
  // So far out it is a metric only where there are the samples for it.
  if (percentile === 'p99.9' && fewest < needed) return null;
  const of = (side: readonly LatencyFigures[]): readonly number[] => side.map(({ us }) => us[percentile]);
  const test = {
    metric: `${name}.${percentile}`,
    unit: 'us',
    scale: 'ratio',
    baseline: geometricMean(of(before)),
    current: geometricMean(of(now)),
    matters: MATTERS[percentile],
    errorUs: instrumentErrorUs(baseline, current),
  } as const;
  const untold = (why: string): MetricTest => ({ ...test, estimate: null, why });
  const missing = missingIn(before.length, baseline.length, now.length, current.length);
  if (missing !== null) return untold(missing);
  if (fewest < needed) {
    return untold(`${percentile} takes ${needed} samples of each run, and there are as few as ${fewest}.`);
  }
  if (unit !== 'blocks') {
    const estimate = (unit === 'pairs' ? pairedRatio : unpairedRatio)(of(before), of(now));
    return { ...test, estimate, why: null };
  }
  const [batchesBefore, batchesNow] = [before[0]?.batchesUs[percentile], now[0]?.batchesUs[percentile]];
  if (batchesBefore === undefined || batchesNow === undefined) {
    return untold(
      `One run against one takes ${FEWEST_BATCHES} stretches of time with ${needed} samples each: run longer, or with --repeat.`,
    );
  }
  const estimate = batchesRatio(batchesBefore, batchesNow, BETWEEN_RUNS[percentile]);
  return { ...test, estimate, why: null };
}

/** Of the side on which more can't be told: each side's runs, the middle one. */
function instrumentErrorUs(...sides: readonly (readonly ComparedRun[])[]): number {
  const errors = sides.map((runs) => median(runs.flatMap(({ instrumentUs }) => instrumentUs ?? [])) ?? 0);
  return Math.max(...errors);
}

function missingIn(before: number, ofBefore: number, now: number, ofNow: number): string | null {
  if (before < ofBefore)
    return before === 0 ? 'The baseline did not measure it.' : 'Not all runs of the baseline measured it.';
  if (now < ofNow) return now === 0 ? 'It was not measured now.' : 'Not all runs measured it now.';
  return null;
}

function geometricMean(us: readonly number[]): number | null {
  return us.length === 0 ? null : Math.exp(mean(us.map((value) => Math.log(Math.max(0.5, value)))));
}
