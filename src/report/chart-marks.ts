import type { RunResult } from '../model/result.js';
import type { ThresholdVerdict } from '../model/thresholds.js';
import type { Mark, Span } from './page/data.js';
import { numberedFindings } from './soundness.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * The letters by which table and charts call the thresholds that have a moment: a worst window, or the end of the run. Where
 * there are more than letters, the missed ones have them first.
 */
export function thresholdLetters({
  thresholds,
}: Pick<RunResult, 'thresholds'>): ReadonlyMap<ThresholdVerdict, string> {
  const timed = thresholds.filter(
    ({ windows, abortedAtMs }) => (windows?.worstFromMs ?? null) !== null || abortedAtMs !== null,
  );
  const lettered = new Set(
    [...timed]
      .sort((a, b) => Number(a.outcome === 'pass') - Number(b.outcome === 'pass'))
      .slice(0, LETTERS.length),
  );
  return new Map(timed.filter((one) => lettered.has(one)).map((one, i) => [one, LETTERS[i] ?? '']));
}

/**
 * Where findings began, by their numbers, and where a threshold ended the run, by its letter. Those of one moment share a
 * line: "1, 3". What began outside the charts is at their edge.
 */
export function marksOf(result: RunResult, endSec: number): readonly Mark[] {
  const letters = thresholdLetters(result);
  const moments = [
    ...numberedFindings(result).map(({ number, finding }) => [finding.atMs, String(number)] as const),
    ...[...letters].flatMap(([{ abortedAtMs }, letter]) =>
      abortedAtMs === null ? [] : [[abortedAtMs, letter] as const],
    ),
  ];
  const marks = new Map<number, string>();
  for (const [atMs, label] of moments) {
    const atSec = within(atMs, endSec);
    const before = marks.get(atSec);
    marks.set(atSec, before === undefined ? label : `${before}, ${label}`);
  }
  return [...marks].sort(([a], [b]) => a - b).map(([atSec, label]) => ({ atSec, label }));
}

/** The worst window of each threshold that is judged by windows. Those of the same window share one: "A, B". */
export function spansOf(result: RunResult, endSec: number): readonly Span[] {
  const spans = new Map<string, Span>();
  for (const [{ windows, outcome }, letter] of thresholdLetters(result)) {
    const { worstFromMs = null, worstToMs = null } = windows ?? {};
    if (worstFromMs === null || worstToMs === null) continue;
    const fromSec = within(worstFromMs, endSec);
    const toSec = within(worstToMs, endSec);
    const missed = outcome !== 'pass';
    const key = `${fromSec} ${toSec}`;
    const before = spans.get(key);
    spans.set(key, {
      fromSec,
      toSec,
      label: before === undefined ? letter : `${before.label}, ${letter}`,
      missed: missed || before?.missed === true,
    });
  }
  return [...spans.values()];
}

function within(ms: number, endSec: number): number {
  return Math.min(endSec, Math.max(0, ms / 1000));
}
