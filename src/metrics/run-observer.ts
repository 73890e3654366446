import type { RunPlan } from '../model/plan.js';
import type { RunResult } from '../model/result.js';
import type { ClosedSecond } from './closed-second.js';

/**
 * Someone who hears of a run while it goes on (an exporter). It is called in the coordinator's thread: it returns at once,
 * keeps nothing that grows, and never throws. A run never waits for one but for `ended`, which has a bound of its own.
 */
export interface RunObserver {
  /** Before the first connection. The plan is masked. */
  started(info: { readonly runId: string; readonly startedAt: Date; readonly plan: RunPlan }): void;
  second(second: ClosedSecond): void;
  /** Resolves when what it had was handed on or given up. What it could not hand on it says, a sentence each. */
  ended(result: RunResult): Promise<readonly string[]>;
}
