import type { Outcome, RunResult } from '../model/result.js';
import { PASSED, type Case, type CaseOutcome, type Suite } from './junit-case.js';
import { numberedFindings, soundness, soundnessText } from './soundness.js';

/** One case: an error where the figures can't be used. */
export function generatorSuite(result: RunResult): Suite {
  const found = soundness(result);
  const lines = numberedFindings(result)
    .filter(({ finding }) => finding.about === 'generator')
    .map(({ finding, title, when }) => `${finding.severity}: ${title}, ${when}: ${finding.evidence.text}`);
  const outcome: CaseOutcome =
    found.verdict === 'invalid'
      ? { is: 'error', type: 'invalid', message: result.verdict.headline, details: lines }
      : PASSED;
  const one: Case = { name: 'sound', timeSec: null, outcome, out: [`${soundnessText(found)}.`, ...lines] };
  return { name: 'generator', cases: [one] };
}

const ENDED_EARLY: Partial<Record<Outcome, string>> = {
  stopped: 'The run was stopped before its end.',
  aborted: 'The run was cut off before its end.',
};

/** One case: whether the run came to its end; and whatever else it did not pass for, where no other case says so. */
export function runSuite(result: RunResult, missedElsewhere: boolean): Suite {
  const { verdict, outcome } = result;
  const early = ENDED_EARLY[outcome];
  const [type, is] = early === undefined ? (['verdict', 'failure'] as const) : ([outcome, 'error'] as const);
  const misses = early !== undefined || (!verdict.pass && !missedElsewhere);
  const one: Case = {
    name: 'verdict',
    timeSec: null,
    outcome: misses
      ? {
          is,
          type,
          message: verdict.headline,
          details: [...(early === undefined ? [] : [early]), ...verdict.reasons],
        }
      : PASSED,
    out: [verdict.headline, ...verdict.reasons],
  };
  return { name: 'run', cases: [one] };
}
