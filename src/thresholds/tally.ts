import type { ThresholdOutcome, ThresholdWindows } from '../model/thresholds.js';
import { type Answer, type Question, answer, badness } from './evaluate.js';
import type { MetricSource } from './source.js';

/** A window and what it says. */
export interface JudgedWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly answer: Answer;
}

const RANK: Readonly<Record<ThresholdOutcome, number>> = { 'too-few': 0, pass: 1, unresolved: 2, miss: 3 };

/** What all windows so far say to one threshold. Of each nothing is kept but of the worst. */
export class WindowTally {
  readonly question: Question;
  #judged = 0;
  #missed = 0;
  #tooFew = 0;
  #unresolved = 0;
  #worst: JudgedWindow | null = null;

  constructor(question: Question) {
    this.question = question;
  }

  /** Judges one more window. Of one in which there was nothing at all nothing can be said, and nothing is: null. */
  judge(source: MetricSource, fromMs: number, toMs: number): ThresholdOutcome | null {
    const window = { fromMs, toMs, answer: answer(this.question, source) };
    const { outcome, samples, observed } = window.answer;
    if (outcome === 'too-few' && observed === null && (samples ?? 0) === 0) return null;
    if (outcome === 'too-few') this.#tooFew++;
    else this.#judged++;
    if (outcome === 'miss') this.#missed++;
    if (outcome === 'unresolved') this.#unresolved++;
    if (this.#worst === null || this.#isWorse(window, this.#worst)) this.#worst = window;
    return outcome;
  }

  /** One miss is a miss; and what could not be told of a window, or of none, is not a pass. */
  get outcome(): ThresholdOutcome {
    if (this.#missed > 0) return 'miss';
    if (this.#unresolved > 0) return 'unresolved';
    return this.#tooFew > 0 || this.#judged === 0 ? 'too-few' : 'pass';
  }

  /** Of those with enough samples, if there are any. */
  get worst(): JudgedWindow | null {
    return this.#worst;
  }

  get windows(): ThresholdWindows {
    const worst = this.#judged > 0 ? this.#worst : null;
    return {
      judged: this.#judged,
      missed: this.#missed,
      tooFew: this.#tooFew,
      unresolved: this.#unresolved,
      worstFromMs: worst?.fromMs ?? null,
      worstToMs: worst?.toMs ?? null,
    };
  }

  // Of windows with too few samples the one with the fewest is told.
  #isWorse({ answer: a }: JudgedWindow, { answer: b }: JudgedWindow): boolean {
    if (a.outcome !== b.outcome) return RANK[a.outcome] > RANK[b.outcome];
    if (a.observed === null || b.observed === null) return (a.samples ?? 0) < (b.samples ?? 0);
    const { threshold } = this.question;
    return badness(a.observed, threshold) > badness(b.observed, threshold);
  }
}
