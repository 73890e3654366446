import type { ChangeVerdict, Comparison, ComparisonUnit, MetricChange } from '../model/comparison.js';
import type { ComparedRun } from './compared-run.js';
import { CONFIDENCE, countTested, judgeChanges } from './judge-change.js';
import { metricTests } from './metric-tests.js';
import { refuseOtherScenario } from './refuse.js';
import { sidesOf } from './sides.js';

export interface ComparisonInput {
  /** At least one. */
  readonly baseline: readonly ComparedRun[];
  /** At least one. */
  readonly current: readonly ComparedRun[];
  /** The runs alternated: baseline[i] and current[i] ran next to each other. There are as many of both. */
  readonly pairs: boolean;
  /** What each side is told as: a file, a URL (masked), "this run". */
  readonly names: { readonly baseline: string; readonly current: string };
}

/**
 * Runs against a baseline. docs/gate.md has the method.
 * @throws StompedeError 'not-comparable' where two of the runs are of different scenarios
 */
export function compareRuns(input: ComparisonInput): Comparison {
  const { baseline, current, pairs, names } = input;
  const [first, ...others] = [...baseline, ...current];
  if (first === undefined || baseline.length === 0 || current.length === 0) {
    throw new RangeError('a comparison takes runs on both sides');
  }
  if (pairs && baseline.length !== current.length) throw new RangeError('a pair is of two runs');
  for (const run of others) refuseOtherScenario(first.scenario, run.scenario, names.baseline);
  const sides = sidesOf(baseline, current, pairs);
  const counted = sides.baseline.length > 0 && sides.current.length > 0;
  const tests = counted ? metricTests(sides) : [];
  const metrics = judgeChanges(tests);
  return {
    baseline: { name: names.baseline, ...sideOf(sides.baseline, baseline) },
    current: { name: names.current, ...sideOf(sides.current, current) },
    unit: sides.unit,
    confidence: CONFIDENCE,
    method: methodOf(sides.unit, sides.current.length, countTested(tests)),
    verdict: overall(metrics),
    metrics,
    warnings: sides.warnings,
  };
}

function sideOf(
  counted: readonly ComparedRun[],
  all: readonly ComparedRun[],
): { startedAt: string; runs: number } {
  const moments = (counted.length > 0 ? counted : all).map(({ startedAt }) => startedAt).sort();
  return { startedAt: moments[0] ?? '', runs: counted.length };
}

const TESTS: Readonly<Record<ComparisonUnit, string>> = {
  pairs: 'Student’s t on the log-ratios of pairs of runs that alternated',
  runs: 'Welch’s t on the logarithms of whole runs',
  blocks:
    'Welch’s t on the logarithms of stretches of one run against one, widened by what runs of the same may differ by',
};

function methodOf(unit: ComparisonUnit, runs: number, tested: number): string {
  const which = unit === 'pairs' ? ` (${runs} pairs)` : '';
  return `${TESTS[unit]}${which}; shares as differences; corrected for ${tested} metrics (Holm 1979).`;
}

/** One that is worse makes it worse; else one that can't be told leaves it open. */
function overall(metrics: readonly MetricChange[]): ChangeVerdict {
  const any = (verdict: ChangeVerdict): boolean => metrics.some((metric) => metric.verdict === verdict);
  if (any('worse')) return 'worse';
  if (any('cannot-tell') || metrics.length === 0) return 'cannot-tell';
  return any('better') ? 'better' : 'same';
}
