import type { Comparison, MetricChange } from '../../model/comparison.js';
import type { RepeatRow } from '../../model/result.js';

/** Five runs on each side, of which deliveries took a fifth longer than at the baseline. */
export function sampleComparison(): Comparison {
  return {
    baseline: { name: 'perf/baseline.json', startedAt: '2025-03-07T09:12:40.000Z', runs: 5 },
    current: { name: 'this run', startedAt: '2025-03-14T09:26:53.000Z', runs: 5 },
    unit: 'runs',
    confidence: 0.95,
    method:
      'Intervals of the bootstrap over whole runs (Efron and Tibshirani 1993), corrected for 8 metrics (Holm 1979).',
    verdict: 'worse',
    metrics: [
      change('deliveries.latency.p50', 2040, 2470, [0.211, 0.164, 0.262]),
      change('deliveries.latency.p99', 6210, 7480, [0.205, 0.148, 0.259]),
      change('phases.connect.p99', 2090, 2120, [0.014, -0.031, 0.058]),
      change('phases.upgrade.p99', 3390, 2860, [-0.156, -0.201, -0.112], { verdict: 'better' }),
      change('phases.message.p99', 1_010_000, 1_030_000, [0.02, -0.24, 0.31], {
        smallestSeen: 0.38,
        verdict: 'cannot-tell',
        why: 'Its interval reaches further than the 5 % that matter, to both sides.',
      }),
      change('phases.connect.p99.99', null, null, null, {
        verdict: 'cannot-tell',
        why: 'It takes 10,000 samples of each run, and the baseline has 1,000.',
      }),
      change('deliveries.received', 0.998, 1, [0.002, 0, 0.004], {
        unit: 'share',
        better: 'higher',
        scale: 'difference',
        matters: 0.005,
        smallestSeen: 0.003,
        verdict: 'same',
      }),
      change('connections.rate', 99.8, 99.9, [0.001, -0.002, 0.004], { unit: 'perSec', better: 'higher' }),
    ],
    warnings: ['The baseline was measured by another version of Node: v20.18.1, and now v20.19.4.'],
  };
}

/** Alternating with a baseline's target; the fourth was disturbed. */
export function sampleRepeats(): readonly RepeatRow[] {
  return Array.from({ length: 6 }, (_, n): RepeatRow => {
    const disturbed = n === 3;
    return {
      folder: `run-${n + 1}`,
      startedAt: `2025-03-14T09:${26 + n}:53.000Z`,
      of: n % 2 === 0 ? 'current' : 'baseline',
      exitCode: disturbed ? 6 : 0,
      generator: disturbed ? 'invalid' : 'sound',
      leftOut: disturbed,
      headline: disturbed
        ? 'The load generator was not sound: these figures do not count (workers waited for a CPU).'
        : 'All 1,000 connections went through the whole cycle, and all 46,500 expected deliveries arrived.',
    };
  });
}

type Estimate = readonly [change: number, low: number, high: number];

function change(
  metric: string,
  baseline: number | null,
  current: number | null,
  estimate: Estimate | null,
  more: Partial<MetricChange> = {},
): MetricChange {
  const [value, low, high] = estimate ?? [null, null, null];
  return {
    metric,
    unit: 'us',
    better: 'lower',
    baseline,
    current,
    scale: 'ratio',
    change: value,
    low,
    high,
    matters: 0.05,
    smallestSeen: estimate === null ? null : 0.06,
    verdict: low !== null && low > 0.05 ? 'worse' : 'same',
    why: null,
    ...more,
  };
}
