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

function judgedAgain(verdict: Verdict, comparison: Comparison): Verdict {
  const reasons = [...verdict.reasons, ...worseReasons(comparison)];
  const text = comparisonText(comparison);
  if (!verdict.pass) return { ...verdict, reasons };
  if (comparison.verdict === 'worse') return { exitCode: EXIT.worse, pass: false, headline: text, reasons };
  return { ...verdict, headline: `${verdict.headline} ${text}` };
}
