import type { ClosedSecond } from '../metrics/closed-second.js';
import type { RunPlan } from '../model/plan.js';
import type { ThresholdPlan, ThresholdWindows } from '../model/thresholds.js';
import type { Answer, Question } from './evaluate.js';
import { isAboutLeaving } from './leaving.js';
import { metricNamed } from './lookup.js';
import { abortedText, answerText, windowsText } from './sentence.js';
import { type AbortingMiss, Stretch, type StretchSpan } from './stretch.js';
import type { WindowTally } from './tally.js';

/** A threshold was missed that ends the run, and when: milliseconds from the start. */
export interface Aborted {
  /** The threshold's place in the plan. */
  readonly index: number;
  readonly answer: Answer;
  readonly windows: ThresholdWindows | null;
  /** The end of the second that decided it. */
  readonly atMs: number;
  /** One sentence with figures. */
  readonly text: string;
}

/**
 * Judges, while a run goes on, what is judged in windows, from a moment on, or to end the run. It is told of every closed
 * second, in order, live and when a run is rebuilt: both come to the same.
 */
export class ThresholdWatch {
  readonly #stretches: readonly Stretch[];
  /** By the threshold's place in the plan. */
  readonly #tallies: ReadonlyMap<number, WindowTally>;
  #aborted: Aborted | null = null;
  #mayAbort = true;
  /** Connections started that have neither completed nor failed. */
  #underWay = 0;

  constructor(plan: RunPlan) {
    this.#stretches = stretchesOf(plan);
    const tallies = this.#stretches.flatMap((stretch) => stretch.tallies);
    this.#tallies = new Map(
      tallies
        .filter(({ question }) => isOfPart(question.threshold))
        .map((tally) => [tally.question.index, tally]),
    );
  }

  /** What ended the run; null: nothing did. */
  get aborted(): Aborted | null {
    return this.#aborted;
  }

  /** @returns what ends the run now; null: nothing does, or it is ending already */
  second(second: ClosedSecond): Aborted | null {
    const misses: AbortingMiss[] = [];
    for (const stretch of this.#stretches) {
      const missed = stretch.add(second, this.#underWay);
      if (missed !== null) misses.push(missed);
    }
    const { started, complete, failed } = second.counts;
    this.#underWay += started - complete - failed;
    const [first] = misses.sort((a, b) => a.question.index - b.question.index);
    if (!this.#mayAbort || first === undefined) return null;
    const atMs = Math.round((second.atSec + second.widthSec) * 1000);
    this.#aborted = this.#abortedBy(first, atMs);
    this.windUp();
    this.endsAt(atMs);
    return this.#aborted;
  }

  /** The hold is over, or the run is being wound up, milliseconds from the start: windows end by then. The first such moment counts. */
  endsAt(atMs: number): void {
    for (const stretch of this.#stretches) stretch.endsAt(atMs);
  }

  /** The run is ending, or over: no threshold ends it any more. */
  windUp(): void {
    this.#mayAbort = false;
  }

  /** Nothing may be told afterwards. */
  finish(): void {
    for (const stretch of this.#stretches) stretch.finish();
  }

  /** What the windows say to the plan's threshold at that place; undefined: it is about the whole run. */
  windowsOf(index: number): WindowTally | undefined {
    return this.#tallies.get(index);
  }

  #abortedBy({ question, answer }: AbortingMiss, atMs: number): Aborted {
    const { index, threshold } = question;
    const tally = threshold.windowMs === null ? undefined : this.#tallies.get(index);
    const text = tally === undefined ? answerText(question, answer) : windowsText(tally);
    return {
      index,
      answer: tally?.worst?.answer ?? answer,
      windows: tally?.windows ?? null,
      atMs,
      text: abortedText(text, atMs),
    };
  }
}

/** It is judged by windows, or one of them; not by the whole run. */
export function isOfPart({ fromMs, windowMs }: ThresholdPlan): boolean {
  return fromMs > 0 || windowMs !== null;
}

function stretchesOf(plan: RunPlan): Stretch[] {
  const groups = new Map<string, { readonly span: StretchSpan; readonly questions: Question[] }>();
  for (const [index, threshold] of plan.thresholds.entries()) {
    if (!threshold.abort && !isOfPart(threshold)) continue;
    const metric = metricNamed(threshold.metric);
    if (metric === null) continue;
    const span = spanOf(threshold);
    const key = JSON.stringify(span);
    const group = groups.get(key) ?? { span, questions: [] };
    group.questions.push({ index, threshold, metric });
    groups.set(key, group);
  }
  return [...groups.values()].map(({ span, questions }) => new Stretch(plan, span, questions));
}

function spanOf(threshold: ThresholdPlan): StretchSpan {
  const { fromMs, windowMs, metric } = threshold;
  // What may end the run is judged by all that there is of it.
  const withLeaving = isAboutLeaving(metric) || !isOfPart(threshold);
  return { fromMs, toMs: Infinity, windowMs, withLeaving };
}
