import { formatCount } from '../shared/units.js';
import type { PushProgress } from './protocol.js';
import { NO_ANSWER } from './push-problem.js';

export interface ClosingState {
  /** Up to where the run went, seconds. */
  readonly throughSec: number;
  /** Seconds that were handed on together with a later one. */
  readonly mergedSec: number;
  /** Whether the exporter said that it was done with the run. */
  readonly isDone: boolean;
  /** As it is shown; null: nothing is pushed. */
  readonly otlpUrl: string | null;
  /** As last heard; null: nothing of it was heard. */
  readonly pushes: PushProgress | null;
}

/** What of a run did not get to those who watch it, a sentence each. None where all of it did. */
export function closingWords(state: ClosingState): string[] {
  return [lastPush(state), merged(state)].filter((sentence) => sentence !== null);
}

function lastPush({ throughSec, isDone, otlpUrl, pushes }: ClosingState): string | null {
  if (otlpUrl === null) {
    return isDone ? null : 'Live metrics: the exporter did not come to its end in time, and was ended.';
  }
  if (pushes === null) return `Live metrics: ${otlpUrl} was sent nothing, the exporter did not get to it.`;
  const { begun, sent, problem, sentThroughSec } = pushes;
  const why = problem === null ? NO_ANSWER : `the last that failed: ${problem}`;
  if (sentThroughSec === null) {
    return `Live metrics: ${otlpUrl} took nothing of this run, with ${pushesText(begun)} (${why}).`;
  }
  if (sentThroughSec < throughSec) {
    const [had, all] = [formatCount(sentThroughSec), formatCount(throughSec)];
    return `Live metrics: ${otlpUrl} has the first ${had} s of this run's ${all} s; ${begun - sent} of ${pushesText(begun)} failed (${why}).`;
  }
  if (begun === sent) return null;
  return `Live metrics: ${begun - sent} of ${pushesText(begun)} to ${otlpUrl} failed (${why}). Later ones made up for them, but for when it was.`;
}

function pushesText(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'push' : 'pushes'}`;
}

function merged({ mergedSec }: ClosingState): string | null {
  if (mergedSec === 0) return null;
  const seconds = `${formatCount(mergedSec)} s`;
  return `Live metrics: the exporter was behind, so that ${seconds} went to it together with later ones; no count of theirs is missing.`;
}
