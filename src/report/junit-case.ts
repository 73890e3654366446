/** One test case of junit.xml, before it is XML. */
export interface Case {
  readonly name: string;
  /** What is shown as how long it took, in seconds; null: as long as the run. */
  readonly timeSec: number | null;
  readonly outcome: CaseOutcome;
  /** Lines of its system-out. */
  readonly out: readonly string[];
}

/** `failure`: what was asked for was missed. `error`: it can't be told, for want of a run that counts. */
export type CaseOutcome =
  | { readonly is: 'passed' }
  | { readonly is: 'skipped'; readonly message: string }
  | {
      readonly is: 'failure' | 'error';
      readonly type: string;
      readonly message: string;
      readonly details: readonly string[];
    };

export interface Suite {
  readonly name: 'thresholds' | 'cycle' | 'baseline' | 'generator' | 'run';
  readonly cases: readonly Case[];
}

export const PASSED: CaseOutcome = { is: 'passed' };

export function isMissed({ outcome }: Case): boolean {
  return outcome.is === 'failure' || outcome.is === 'error';
}
