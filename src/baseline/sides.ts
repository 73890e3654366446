import type { ComparisonUnit } from '../model/comparison.js';
import { durationText } from '../shared/units.js';
import type { ComparedRun } from './compared-run.js';
import { environmentDifferences } from './environment-differences.js';
import type { Sides } from './metric-tests.js';

export interface SidesAndWarnings extends Sides {
  /** Whole sentences. */
  readonly warnings: readonly string[];
}

/** Farther apart, a machine may have become another one. */
const FAR_APART_MS = 3_600_000;

/** The runs that count, what the unit is, and what to mind about them. Of a pair, both or none. */
export function sidesOf(
  baseline: readonly ComparedRun[],
  current: readonly ComparedRun[],
  paired: boolean,
): SidesAndWarnings {
  const counts = (run: ComparedRun | undefined): boolean => run?.unusable === null;
  const used = {
    baseline: baseline.filter((run, i) => counts(run) && (!paired || counts(current[i]))),
    current: current.filter((run, i) => counts(run) && (!paired || counts(baseline[i]))),
  };
  const unit = unitOf(used.baseline.length, used.current.length, paired);
  return {
    ...used,
    unit,
    warnings: [
      ...leftOut(' of the baseline', baseline),
      ...leftOut(' now', current),
      ...doubted(' of the baseline', used.baseline),
      ...doubted(' now', used.current),
      ...environmentDifferences(used.baseline, used.current),
      ...(unit === 'pairs' ? [] : farApart(used.baseline, used.current)),
    ],
  };
}

function unitOf(baseline: number, current: number, paired: boolean): ComparisonUnit {
  if (baseline <= 1 && current <= 1) return 'blocks';
  return paired ? 'pairs' : 'runs';
}

function leftOut(which: string, runs: readonly ComparedRun[]): readonly string[] {
  return grouped(runs, ({ unusable }) => (unusable === null ? [] : [unusable])).map(
    ([why, count]) => `${ofRuns(count, runs.length, which)} left out: ${why}.`,
  );
}

/** What to mind about runs that count, a sentence each. `which` of them they are: " now". */
export function doubted(which: string, runs: readonly Pick<ComparedRun, 'doubts'>[]): readonly string[] {
  return grouped(runs, ({ doubts }) => doubts).map(
    ([why, count]) => `${ofRuns(count, runs.length, which)} to be read with care: ${why}.`,
  );
}

function ofRuns(count: number, of: number, which: string): string {
  if (of === 1) return `The run${which} is`;
  return `${count} of ${of} runs${which} ${count === 1 ? 'is' : 'are'}`;
}

function grouped<R>(
  runs: readonly R[],
  textsOf: (run: R) => readonly string[],
): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const text of runs.flatMap(textsOf)) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts];
}

function farApart(baseline: readonly ComparedRun[], current: readonly ComparedRun[]): readonly string[] {
  const times = (runs: readonly ComparedRun[]): readonly number[] =>
    runs.map(({ startedAt }) => Date.parse(startedAt)).filter(Number.isFinite);
  const [before, now] = [times(baseline), times(current)];
  if (before.length === 0 || now.length === 0) return [];
  const apartMs = Math.max(Math.min(...now) - Math.max(...before), Math.min(...before) - Math.max(...now));
  if (apartMs < FAR_APART_MS) return [];
  const whole = apartMs < 86_400_000 ? FAR_APART_MS : 86_400_000;
  return [
    `The two were measured ${durationText(Math.round(apartMs / whole) * whole)} apart: what this machine has become meanwhile looks like a change of the target (run --baseline-target measures both in turn).`,
  ];
}
