import type { RunPlan } from '../model/plan.js';
import type { Outcome } from '../model/result.js';
import type { ThresholdPlan, ThresholdVerdict } from '../model/thresholds.js';
import { type Answer, answer, marginOf } from './evaluate.js';
import { type ImpliedFacts, impliedText } from './implied-text.js';
import { impliedThresholds } from './implied.js';
import { metricNamed } from './lookup.js';
import { answerText, unknownText, windowsText } from './sentence.js';
import type { MetricSource } from './source.js';
import type { WindowTally } from './tally.js';
import type { ThresholdWatch } from './watch.js';

export interface VerdictsInput {
  readonly plan: RunPlan;
  readonly whole: MetricSource;
  /** It has been told of the whole run. */
  readonly watch: ThresholdWatch;
  readonly facts: ImpliedFacts;
  readonly ended: Exclude<Outcome, 'invalid'>;
  readonly workersLost: number;
}

/** What came of each threshold: the scenario's own in their order, then those that hold by themselves. */
export function thresholdVerdicts(input: VerdictsInput): readonly ThresholdVerdict[] {
  const { plan, facts } = input;
  const own = plan.thresholds.map((threshold, index) => verdictOf(threshold, index, input));
  const implied = impliedThresholds(plan).map((threshold): ThresholdVerdict => {
    const verdict = { ...verdictOf(threshold, null, input), implied: true };
    if (verdict.outcome !== 'pass' && verdict.outcome !== 'miss') return verdict;
    return {
      ...verdict,
      text: impliedText(threshold.metric, verdict.outcome === 'pass', facts) ?? verdict.text,
    };
  });
  return [...own, ...implied];
}

/** @param index its place in the plan; null: it is in none */
function verdictOf(threshold: ThresholdPlan, index: number | null, input: VerdictsInput): ThresholdVerdict {
  const { watch, whole } = input;
  const aborted = watch.aborted?.index === index ? watch.aborted : null;
  if (aborted !== null) {
    const { atMs: abortedAtMs, windows, text } = aborted;
    return { ...verdictFrom(threshold, aborted.answer), outcome: 'miss', windows, abortedAtMs, text };
  }
  const metric = metricNamed(threshold.metric);
  const why = metric === null ? 'this version of stompede does not know it' : whyUnknown(threshold, input);
  const tally = index === null ? undefined : watch.windowsOf(index);
  // A window that was missed was missed, whatever came later.
  if (metric === null || (why !== null && tally?.outcome !== 'miss')) return unknown(threshold, why ?? '');
  if (tally !== undefined) return verdictOfWindows(threshold, tally);
  const question = { index: index ?? -1, threshold, metric };
  const said = answer(question, whole);
  return { ...verdictFrom(threshold, said), text: answerText(question, said) };
}

function verdictOfWindows(threshold: ThresholdPlan, tally: WindowTally): ThresholdVerdict {
  const verdict = verdictFrom(threshold, tally.worst?.answer ?? NOTHING);
  return { ...verdict, outcome: tally.outcome, windows: tally.windows, text: windowsText(tally) };
}

const NOTHING: Answer = {
  outcome: 'too-few',
  observed: null,
  samples: 0,
  samplesNeeded: null,
  errorUs: null,
};

function verdictFrom(
  threshold: ThresholdPlan,
  { outcome, observed, samples, ...rest }: Answer,
): ThresholdVerdict {
  return {
    threshold,
    implied: false,
    outcome,
    observed,
    margin: observed === null ? null : marginOf(observed, threshold),
    samples,
    ...rest,
    windows: null,
    abortedAtMs: null,
    text: '',
  };
}

function unknown(threshold: ThresholdPlan, why: string): ThresholdVerdict {
  return {
    ...verdictFrom(threshold, { ...NOTHING, samples: null }),
    text: unknownText(threshold, why),
  };
}

/** What of a run can't be known where a part of it is missing. */
function whyUnknown({ metric }: ThresholdPlan, { ended, workersLost }: VerdictsInput): string | null {
  // Where the data ends in the middle of the run, what did not happen and what is not known look the same.
  if (ended === 'aborted') return 'the run was cut off, and what came afterwards is not known';
  // A lost worker took its last second with it: deliveries can't be reckoned up.
  if (workersLost > 0 && /^deliveries\.(?!latency)/.test(metric)) {
    return 'a worker was lost, and with it what it had received';
  }
  return null;
}
