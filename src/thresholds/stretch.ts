import type { ClosedSecond } from '../metrics/closed-second.js';
import type { Latency } from '../model/phases.js';
import type { RunPlan } from '../model/plan.js';
import { type Answer, type Question, answer } from './evaluate.js';
import { SecondsTotal } from './seconds-total.js';
import type { MetricSource } from './source.js';
import { WindowTally } from './tally.js';

/** What part of a run thresholds are about, milliseconds from its start. Thresholds about the same part share one. */
export interface StretchSpan {
  readonly fromMs: number;
  /** Infinity: to its end. */
  readonly toMs: number;
  /** Each window of that length by itself; null: all of it at once. */
  readonly windowMs: number | null;
  /** It goes on while connections leave. */
  readonly withLeaving: boolean;
}

/** A threshold that ends the run was missed. */
export interface AbortingMiss {
  readonly question: Question;
  readonly answer: Answer;
}

/** Judges the thresholds about one stretch of a run as its seconds close. */
export class Stretch {
  readonly span: StretchSpan;
  readonly #tallies: readonly WindowTally[];
  readonly #total: SecondsTotal;
  #toMs: number;
  /** Of the window that has begun; null: none has. */
  #windowFromMs: number | null = null;
  #endMs = 0;

  constructor(plan: RunPlan, span: StretchSpan, questions: readonly Question[]) {
    this.span = span;
    this.#tallies = questions.map((question) => new WindowTally(question));
    this.#total = new SecondsTotal(plan, latenciesOf(questions, plan));
    this.#toMs = span.toMs;
  }

  get tallies(): readonly WindowTally[] {
    return this.#tallies;
  }

  /** The hold is over, or the run is being wound up: what comes later is not what was asked about. */
  endsAt(atMs: number): void {
    if (!this.span.withLeaving) this.#toMs = Math.min(this.#toMs, atMs);
  }

  /**
   * One more second of the run.
   *
   * @param underWay connections attempted before it that had neither completed nor failed by then
   * @returns the threshold that ends the run now; null: none
   */
  add(second: ClosedSecond, underWay: number): AbortingMiss | null {
    const fromMs = second.atSec * 1000;
    const toMs = fromMs + second.widthSec * 1000;
    if (fromMs < this.span.fromMs || toMs > this.#toMs) return null;
    if (this.#windowFromMs === null) this.#total.restart(underWay);
    this.#windowFromMs ??= fromMs;
    this.#total.add(second);
    this.#endMs = toMs;
    const { windowMs } = this.span;
    if (windowMs === null) return this.#missedSoFar(toMs);
    return toMs - this.#windowFromMs < windowMs ? null : this.#judgeWindow(this.#windowFromMs);
  }

  /** Judges what is judged all at once. Nothing may be added afterwards. */
  finish(): void {
    if (this.span.windowMs === null && this.#windowFromMs !== null) this.#judgeWindow(this.#windowFromMs);
  }

  #judgeWindow(fromMs: number): AbortingMiss | null {
    this.#windowFromMs = null;
    let missed: AbortingMiss | null = null;
    for (const tally of this.#tallies) {
      const outcome = tally.judge(this.#total, fromMs, this.#endMs);
      const { question } = tally;
      const { abort, afterMs } = question.threshold;
      if (outcome !== 'miss' || !abort || this.#endMs < afterMs) continue;
      missed ??= { question, answer: answer(question, this.#total) };
    }
    return missed;
  }

  #missedSoFar(atMs: number): AbortingMiss | null {
    for (const { question } of this.#tallies) {
      const { abort, afterMs } = question.threshold;
      if (!abort || atMs < afterMs) continue;
      const soFar = answer(question, this.#total);
      if (soFar.outcome === 'miss') return { question, answer: soFar };
    }
    return null;
  }
}

/** Of which latencies the metrics need samples: found out by asking them. */
function latenciesOf(questions: readonly Question[], plan: RunPlan): ReadonlySet<Latency> {
  const asked = new Set<Latency>();
  const { planned, publishersPlanned, counts } = new SecondsTotal(plan, asked);
  const listening: MetricSource = {
    seconds: 0,
    planned,
    publishersPlanned,
    underWayBefore: 0,
    counts,
    failures: [],
    peakOpen: 0,
    published: 0,
    deliveries: null,
    findings: null,
    generator: null,
    latency: (latency) => {
      asked.add(latency);
      return null;
    },
  };
  for (const question of questions) answer(question, listening);
  return asked;
}
