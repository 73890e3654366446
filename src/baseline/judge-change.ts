import type { ChangeVerdict, MetricChange } from '../model/comparison.js';
import type { Estimate } from './estimates.js';
import { holmLevels } from './holm.js';
import type { MetricTest } from './metric-tests.js';
import { formatUs } from '../shared/units.js';
import { tQuantile, twoSidedP } from './student.js';

/** A wider interval to either side says nothing, if no change is in it: a hundredfold, or all there is of a share. */
const WIDEST = { ratio: Math.log(100), difference: 1 } as const;
const TOO_FEW = 'There are too few runs to say how much they differ by themselves: five of each are better.';

/** Of all metrics of a comparison together. */
export const CONFIDENCE = 0.95;
/** What the smallest visible change would have been seen with. */
const POWER = 0.8;

/** The metrics judged together: each at the level that Holm's correction gives it. */
export function judgeChanges(tests: readonly MetricTest[]): readonly MetricChange[] {
  const ps = tests.map((test) => {
    const tested = testedEstimate(test);
    return tested === null ? null : twoSidedP(tested.value / tested.standardError, tested.df);
  });
  const levels = holmLevels(
    ps.filter((p) => p !== null),
    1 - CONFIDENCE,
  ).values();
  return tests.map((test, i) => (ps[i] === null ? untold(test) : judged(test, levels.next().value ?? 0)));
}

/** How many of them are tested, and corrected for. */
export function countTested(tests: readonly MetricTest[]): number {
  return tests.filter((test) => testedEstimate(test) !== null).length;
}

// What lies below the instrument's error on both sides can't change by more than that: no test, and nothing to correct for.
function testedEstimate(test: MetricTest): Estimate | null {
  return belowError(test) ? null : test.estimate;
}

function belowError({ baseline, current, errorUs }: MetricTest): boolean {
  return baseline !== null && current !== null && Math.max(baseline, current) < errorUs;
}

function untold(test: MetricTest): MetricChange {
  return {
    ...reported(test),
    change: null,
    low: null,
    high: null,
    smallestSeen: null,
    verdict: 'cannot-tell',
    why: test.why ?? instrumentText(test),
  };
}

function judged(test: MetricTest, level: number): MetricChange {
  const { estimate, scale, matters } = test;
  if (estimate === null) return untold(test);
  const { value, standardError, df, byChance = false } = estimate;
  const scaled = (amount: number): number => (scale === 'ratio' ? Math.expm1(amount) : amount);
  const reach = tQuantile(1 - level / 2, df) * standardError;
  const change = scaled(value);
  if (reach > WIDEST[scale] && reach >= Math.abs(value)) {
    return {
      ...reported(test),
      change,
      low: null,
      high: null,
      smallestSeen: null,
      verdict: 'cannot-tell',
      why: TOO_FEW,
    };
  }
  const low = scaled(value - reach);
  const high = scaled(value + reach);
  const smallestSeen = Math.max(matters, scaled(reach + tQuantile(POWER, df) * standardError));
  const figures = { ...reported(test), change, low, high, smallestSeen };
  const verdict = verdictOf(change, low, high, matters);
  if (unseen(test, verdict)) return { ...figures, verdict: 'cannot-tell', why: instrumentText(test) };
  return { ...figures, verdict, why: verdict === 'cannot-tell' ? openText(low, high, byChance) : null };
}

/** Lower is better of everything that is compared. */
function verdictOf(change: number, low: number, high: number, matters: number): ChangeVerdict {
  if (low > 0 && change >= matters) return 'worse';
  if (high < 0 && change <= -matters) return 'better';
  return low >= -matters && high <= matters ? 'same' : 'cannot-tell';
}

function reported({
  metric,
  unit,
  scale,
  baseline,
  current,
  matters,
}: MetricTest): Omit<MetricChange, 'change' | 'low' | 'high' | 'smallestSeen' | 'verdict' | 'why'> {
  return { metric, unit, better: 'lower', baseline, current, scale, matters };
}

/** An error that grew by itself, of a busier machine, is a change of nothing else, however long the latencies are. */
function unseen({ baseline, current, errorUs }: MetricTest, verdict: ChangeVerdict): boolean {
  if (baseline === null || current === null || Math.abs(current - baseline) > errorUs) return false;
  return verdict === 'worse' || verdict === 'better' || Math.min(baseline, current) < errorUs;
}

function instrumentText({ errorUs }: MetricTest): string {
  return `The difference is within the instrument's own error, ${formatUs(errorUs)}.`;
}

function openText(low: number, high: number, byChance: boolean): string {
  if (low > 0 || high < 0) return 'It changed, but perhaps by less than what matters.';
  return byChance
    ? 'There are too few of them for a change that matters to show.'
    : 'It varies too much by itself: the interval has both no change in it and one that matters.';
}
