import type { RunResult } from '../model/result.js';

/** What findings are drawn from: everything of a run that was measured, before anyone judges it. */
export type Measured = Omit<
  RunResult,
  'findings' | 'verdict' | 'outcome' | 'generator' | 'thresholds' | 'comparison' | 'repeats'
> & {
  readonly generator: Omit<RunResult['generator'], 'verdict'>;
};
