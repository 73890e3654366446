import type { MetricChange } from '../model/comparison.js';
import { type Finding, findingInfo } from '../model/findings.js';
import type { RunResult } from '../model/result.js';
import type { ThresholdOutcome, ThresholdPlace, ThresholdVerdict } from '../model/thresholds.js';
import { EXIT } from '../shared/exit-codes.js';
import { changeSentence } from './change-sentence.js';
import type { Annotation, AnnotationPlace } from './workflow-command.js';

/** GitHub shows no more errors, and no more warnings, of one step. */
export const MAX_OF_A_LEVEL = 10;

/** How a file is told from the workspace; null: it is not in there. */
export type FileInWorkspace = (file: string) => string | null;

/**
 * What a run has to say at the pull request: as errors what made it fail, as warnings what its figures have to be read
 * with. Errors first, and never more than are shown.
 */
export function annotationsOf(result: RunResult, inWorkspace: FileInWorkspace): readonly Annotation[] {
  // Figures that don't count miss nothing: what an unsound generator measured can only be read with that in mind.
  const judged = result.thresholds
    .filter(({ outcome }) => outcome !== 'pass')
    .map((verdict) => ofThreshold(verdict, result.outcome === 'invalid' ? 'warning' : 'error', inWorkspace));
  const worse = result.outcome === 'invalid' ? [] : (result.comparison?.metrics ?? []).filter(isWorse);
  const errors = [...judged.filter(({ level }) => level === 'error'), ...worse.map(ofChange)];
  // A step that is red says why, whatever it is: unsound, unreachable, interrupted, missed by another run than this.
  if (!isExplained(result)) errors.unshift(ofVerdict(result));
  const warnings = [
    ...generatorFirst(result.findings).map(ofFinding),
    ...judged.filter(({ level }) => level === 'warning'),
    ...(result.comparison?.warnings ?? []).map(ofComparisonWarning),
  ];
  return [...bounded(errors, 'error'), ...bounded(warnings, 'warning')];
}

/** Whether the exit code follows from a threshold of the figures shown, or from a metric that got worse. */
function isExplained({ verdict, outcome, thresholds, comparison }: RunResult): boolean {
  const came = (...outcomes: readonly ThresholdOutcome[]): boolean =>
    outcome !== 'invalid' && thresholds.some((threshold) => outcomes.includes(threshold.outcome));
  switch (verdict.exitCode) {
    case EXIT.good:
      return true;
    case EXIT.missed:
      return came('miss', 'too-few');
    case EXIT.unsound:
      return came('unresolved') && !came('miss', 'too-few');
    case EXIT.worse:
      return comparison?.metrics.some(isWorse) ?? false;
    default:
      return false;
  }
}

const TITLES: Readonly<Record<Exclude<ThresholdOutcome, 'pass'>, string>> = {
  miss: 'Missed',
  'too-few': 'Too few samples',
  unresolved: "Within the instrument's error",
};

function ofThreshold(
  { threshold, outcome, text }: ThresholdVerdict,
  level: Annotation['level'],
  inWorkspace: FileInWorkspace,
): Annotation {
  const title = outcome === 'pass' ? threshold.that : `${TITLES[outcome]}: ${threshold.that}`;
  return { level, title, message: text, place: placeOf(threshold.place, inWorkspace) };
}

function placeOf(place: ThresholdPlace | null, inWorkspace: FileInWorkspace): AnnotationPlace | null {
  const written = place?.file ?? null;
  const file = written === null ? null : inWorkspace(written);
  // Line 0: there is none.
  if (place === null || file === null || place.line < 1) return null;
  return { file, line: place.line, column: Math.max(1, place.column) };
}

function isWorse({ verdict }: MetricChange): boolean {
  return verdict === 'worse';
}

function ofChange(change: MetricChange): Annotation {
  const title = `Worse than the baseline: ${change.metric}`;
  return { level: 'error', title, message: changeSentence(change), place: null };
}

function ofVerdict({ verdict }: RunResult): Annotation {
  const message = [verdict.headline, ...verdict.reasons].join('\n');
  return { level: 'error', title: 'stompede', message, place: null };
}

/** Whether the figures can be trusted comes before what they say. */
function generatorFirst(findings: readonly Finding[]): readonly Finding[] {
  const own = findings.filter(({ about }) => about === 'generator');
  return [...own, ...findings.filter(({ about }) => about !== 'generator')];
}

function ofFinding({ about, kind, evidence, advice }: Finding): Annotation {
  const title = `${about}: ${findingInfo(kind).title}`;
  return { level: 'warning', title, message: `${evidence.text}\n${advice}`, place: null };
}

function ofComparisonWarning(message: string): Annotation {
  return { level: 'warning', title: 'Compared with the baseline', message, place: null };
}

function bounded(annotations: readonly Annotation[], level: Annotation['level']): readonly Annotation[] {
  if (annotations.length <= MAX_OF_A_LEVEL) return annotations;
  const shown = annotations.slice(0, MAX_OF_A_LEVEL - 1);
  const rest = annotations.length - shown.length;
  const message = `and ${rest} more: the job summary and the reports have all of them`;
  return [...shown, { level, title: 'stompede', message, place: null }];
}
