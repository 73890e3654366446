import type { Comparison } from '../model/comparison.js';
import type { RunResult, Verdict } from '../model/result.js';
import { EXIT } from '../shared/exit-codes.js';
import { comparisonText, worseReasons } from './change-text.js';

/**
 * The result with what its comparison came to, judged again: what got worse is a miss of its own as soon as nothing else
 * decides. What ended with another code keeps it, and has what got worse among its reasons.
 */
export function withComparison(result: RunResult, comparison: Comparison): RunResult {
  return { ...result, comparison, verdict: judgedAgain(result.verdict, comparison) };
}

/** The result where the comparison failed: that comes before all else, and what the run itself missed stays in it. */
export function withoutComparison(result: RunResult, why: string): RunResult {
  const { pass, headline, reasons } = result.verdict;
  return {
    ...result,
    verdict: {
      exitCode: EXIT.ownFault,
      pass: false,
      headline: `Could not be compared: ${why}`,
      reasons: pass ? reasons : [headline, ...reasons],
    },
  };
}

function judgedAgain(verdict: Verdict, comparison: Comparison): Verdict {
  const reasons = [...verdict.reasons, ...worseReasons(comparison)];
  const text = comparisonText(comparison);
  if (!verdict.pass) return { ...verdict, reasons };
  if (comparison.verdict === 'worse') return { exitCode: EXIT.worse, pass: false, headline: text, reasons };
  return { ...verdict, headline: `${verdict.headline} ${text}` };
}
