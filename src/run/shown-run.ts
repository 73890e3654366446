import type { RunResult } from '../model/result.js';
import { EXIT } from '../shared/exit-codes.js';
import { isJudged, type RepeatSide, type RunFate } from './repeat-attempts.js';

/** One run of several. */
export interface EndedRun {
  readonly of: RepeatSide;
  /** Within the folder of all. */
  readonly folder: string;
  readonly result: RunResult;
  /** Its own: in a pair it may be left out for the other's sake. */
  readonly fate: RunFate;
}

/** What a run can be shown as, the least first. */
const RANKS = ['baseline', 'left-out', 'counted', 'unresolved', 'missed'] as const;
type Rank = (typeof RANKS)[number];

const WHY: Readonly<Record<Rank, string>> = {
  baseline: '',
  'left-out': '',
  counted: ', the last one that counts',
  unresolved: ', the first one of which something could not be told',
  missed: ', the first one that missed what was asked',
};

/**
 * The run whose figures stand for all. Of those that missed what was asked the first, whose headline the verdict of all has:
 * beside the figures of another one every report would call that met. Then the first that could not be told; else the last
 * that counts; until there is one, the last.
 */
export class ShownRun {
  #run: EndedRun | null = null;
  #rank: Rank = 'baseline';

  /** null: none has ended. */
  get run(): EndedRun | null {
    return this.#run;
  }

  /** `run-02, the first one that missed what was asked`. */
  get text(): string {
    return `${this.#run?.folder ?? ''}${WHY[this.#rank]}`;
  }

  /** @param leftOut of the comparison, for its own sake or that of the other of its pair */
  add(run: EndedRun, leftOut: boolean): void {
    const rank = rankOf(run, leftOut);
    const above = RANKS.indexOf(rank) - RANKS.indexOf(this.#rank);
    if (above < 0 || (above === 0 && (rank === 'missed' || rank === 'unresolved'))) return;
    this.#run = run;
    this.#rank = rank;
  }
}

function rankOf({ of, result, fate }: EndedRun, leftOut: boolean): Rank {
  if (of === 'baseline') return 'baseline';
  if (isJudged(fate) && result.verdict.exitCode === EXIT.missed) return 'missed';
  if (isJudged(fate) && result.verdict.exitCode === EXIT.unsound) return 'unresolved';
  return leftOut ? 'left-out' : 'counted';
}
