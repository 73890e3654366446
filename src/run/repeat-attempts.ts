import type { RepeatRow, RunResult } from '../model/result.js';
import { EXIT } from '../shared/exit-codes.js';

export type RepeatSide = RepeatRow['of'];

/** What came of a run, as far as it decides about the next one. */
export type RunFate = 'counts' | 'cut-short' | 'unsound' | 'never-reached' | 'stopped';

export function fateOf({ outcome, generator, verdict }: RunResult): RunFate {
  if (outcome === 'stopped' || outcome === 'aborted') return 'stopped';
  if (outcome === 'invalid' || generator.verdict === 'invalid') return 'unsound';
  if (verdict.exitCode === EXIT.unreachable) return 'never-reached';
  return outcome === 'cut-short' ? 'cut-short' : 'counts';
}

/** Of a sound generator, and of a target that was there: what it was asked is judged. */
export function isJudged(fate: RunFate): boolean {
  return fate === 'counts' || fate === 'cut-short';
}

/** One run, or the two of a pair in their order. */
export interface Attempt {
  /** From 1; those that are left out have theirs, too. */
  readonly number: number;
  readonly sides: readonly RepeatSide[];
}

/**
 * Which runs there are to be. A pair is baseline first and current second, the next one the other way round (ABBA), so that
 * what drifts steadily favours neither side. What the generator spoiled is run again, as a whole and in the same order, at
 * most as often again as runs or pairs are wanted.
 */
export class Attempts {
  readonly wanted: number;
  readonly paired: boolean;
  #begun = 0;
  #counted = 0;
  #cutShort = 0;
  #over = false;
  #isRunning = false;

  /** @param wanted runs, or with `paired` pairs of them */
  constructor(wanted: number, paired: boolean) {
    this.wanted = wanted;
    this.paired = paired;
  }

  /** How many were tried. */
  get begun(): number {
    return this.#begun;
  }

  get counted(): number {
    return this.#counted;
  }

  /** Too many were unsound: there are fewer than wanted, and no more are tried. */
  get isShort(): boolean {
    return !this.#over && this.#missing > 0 && this.#begun >= 2 * this.wanted;
  }

  /** How many there are to be in all, what is to be run again included, as far as that is known by now. */
  get runsPlanned(): number {
    const open = Math.min(this.#missing - (this.#isRunning ? 1 : 0), 2 * this.wanted - this.#begun);
    return (this.#begun + open) * (this.paired ? 2 : 1);
  }

  /** null: there is nothing left to do. */
  next(): Attempt | null {
    if (this.#over || this.#missing === 0 || this.#begun >= 2 * this.wanted) return null;
    const isEven = (this.#counted + this.#cutShort) % 2 === 1;
    this.#begun++;
    this.#isRunning = true;
    return { number: this.#begun, sides: this.#sides(isEven) };
  }

  /** @param fate of the last of its runs: one that does not count is its last */
  ended(fate: RunFate): void {
    this.#isRunning = false;
    if (fate === 'counts') this.#counted++;
    else if (fate === 'cut-short') this.#cutShort++;
    else if (fate !== 'unsound') this.#over = true;
  }

  /** What was cut short by a threshold has told what it had to tell: it is not run again. */
  get #missing(): number {
    return this.wanted - this.#counted - this.#cutShort;
  }

  #sides(isEven: boolean): readonly RepeatSide[] {
    if (!this.paired) return ['current'];
    return isEven ? ['current', 'baseline'] : ['baseline', 'current'];
  }
}
