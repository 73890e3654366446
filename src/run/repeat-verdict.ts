import type { Comparison } from '../model/comparison.js';
import type { Outcome, Verdict } from '../model/result.js';
import { EXIT, type ExitCode } from '../shared/exit-codes.js';
import { formatCount } from '../shared/units.js';
import { comparisonText, worseReasons } from './change-text.js';

/** One run against the plan's own target, by a sound generator. */
export interface JudgedRun {
  readonly folder: string;
  readonly verdict: Verdict;
}

export interface RepeatVerdictInput {
  readonly runs: readonly JudgedRun[];
  /** Runs, or with `paired` pairs. */
  readonly wanted: number;
  readonly counted: number;
  readonly tried: number;
  readonly paired: boolean;
  readonly stopped: boolean;
  /** Too few had a sound generator. */
  readonly short: boolean;
  /** The headline of the run that never reached its target, and whose target it was. */
  readonly neverReached: { readonly ofBaseline: boolean; readonly headline: string } | null;
  /** Why there are no further runs, a sentence: stompede's own error. */
  readonly failed: string | null;
  readonly comparison: Comparison | null;
}

/** What the runs say together. The worst of them decides: 1, 130, 6, 4, 5, 6 for what could not be told or compared, 7. */
export function repeatVerdict(input: RepeatVerdictInput): Verdict {
  const exitCode = exitCodeOf(input);
  const { comparison } = input;
  return {
    exitCode,
    pass: exitCode === EXIT.good,
    headline: headlineOf(input, exitCode),
    reasons: [...missedReasons(input), ...(comparison === null ? [] : worseReasons(comparison))],
  };
}

/** What the record of the whole is told as: that of one of its runs, unless the whole ended otherwise. */
export function repeatOutcome(ofRun: Outcome, { stopped, short, failed }: RepeatVerdictInput): Outcome {
  if (failed !== null) return 'aborted';
  if (stopped) return 'stopped';
  return short ? 'invalid' : ofRun;
}

function exitCodeOf(input: RepeatVerdictInput): ExitCode {
  if (input.failed !== null) return EXIT.ownFault;
  if (input.stopped) return EXIT.interrupted;
  if (input.short) return EXIT.unsound;
  if (input.neverReached !== null) return EXIT.unreachable;
  if (missed(input).length > 0) return EXIT.missed;
  // Only a baseline's own run is cut short without a miss: nothing is left that could have got worse.
  if (unresolved(input).length > 0 || input.counted === 0) return EXIT.unsound;
  return input.comparison?.verdict === 'worse' ? EXIT.worse : EXIT.good;
}

function headlineOf(input: RepeatVerdictInput, exitCode: ExitCode): string {
  const { comparison, neverReached } = input;
  const done = `${formatCount(input.counted)} of ${many(input.wanted, input.paired)}`;
  switch (exitCode) {
    case EXIT.ownFault:
      return `Ended after ${done}: ${input.failed ?? ''}`;
    case EXIT.interrupted:
      return `Stopped on request after ${done}.`;
    case EXIT.unsound:
      if (!input.short) return unresolved(input)[0]?.verdict.headline ?? uncountedHeadline(input);
      return `Only ${done} had a sound load generator, of ${formatCount(input.tried)} that were tried: these figures do not count.`;
    case EXIT.unreachable:
      return `${neverReached?.ofBaseline === true ? 'Of the baseline: ' : ''}${neverReached?.headline ?? ''}`;
    case EXIT.missed:
      return missedHeadline(input);
    default: {
      const all = `All ${many(input.counted, input.paired)} passed`;
      if (comparison === null) return `${all}.`;
      return exitCode === EXIT.worse ? comparisonText(comparison) : `${all}. ${comparisonText(comparison)}`;
    }
  }
}

function uncountedHeadline({ wanted, paired }: RepeatVerdictInput): string {
  return `None of ${many(wanted, paired)} could be compared: the baseline's own runs were cut short by a threshold.`;
}

function missedHeadline(input: RepeatVerdictInput): string {
  const those = missed(input);
  const { runs } = input;
  const headline = those[0]?.verdict.headline ?? '';
  if (runs.length === 1) return headline;
  const how =
    those.length === runs.length
      ? `All ${formatCount(runs.length)} runs`
      : `${formatCount(those.length)} of ${formatCount(runs.length)} runs`;
  return `${how} missed what was asked. The first: ${headline}`;
}

/** What a reader of fifty runs still reads. */
const MAX_REASONS = 100;

function missedReasons(input: RepeatVerdictInput): readonly string[] {
  const reasons = [...missed(input), ...unresolved(input)].flatMap(({ folder, verdict }) =>
    verdict.reasons.map((reason) => `${folder}: ${reason}`),
  );
  if (reasons.length <= MAX_REASONS) return reasons;
  return [...reasons.slice(0, MAX_REASONS), `And ${formatCount(reasons.length - MAX_REASONS)} more.`];
}

/** What was stopped did not come to what it would be judged by. */
function missed({ runs }: RepeatVerdictInput): readonly JudgedRun[] {
  return runs.filter(({ verdict }) => verdict.exitCode === EXIT.missed);
}

/** The generator of each was sound: it was not fine enough for what was asked. */
function unresolved({ runs }: RepeatVerdictInput): readonly JudgedRun[] {
  return runs.filter(({ verdict }) => verdict.exitCode === EXIT.unsound);
}

function many(count: number, paired: boolean): string {
  const noun = paired ? 'pair' : 'run';
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
