import type { RunResult } from '../model/result.js';
import type { ThresholdOutcome, ThresholdPlan, ThresholdVerdict } from '../model/thresholds.js';
import { formatCount, formatMs, formatUs } from './format.js';
import { formatMargin, formatMetric } from './metric-text.js';

/** One threshold, ready to be shown: text, Markdown and page say the same words. */
export interface ThresholdRow {
  readonly verdict: ThresholdVerdict;
  readonly mark: '✓' | '✗' | '?';
  readonly tone: 'good' | 'note' | 'bad';
  /** What was asked for: "deliveries.latency.p99 < 8ms". */
  readonly that: string;
  /** Of which part of the run: "every 5 s from 5 s on"; empty where that is all of it. */
  readonly scope: string;
  /** An en dash where there was nothing to observe. */
  readonly observed: string;
  /** Empty where there is none. */
  readonly margin: string;
  /** What a reader must know beyond the figures; empty where that is nothing. */
  readonly remark: string;
}

const SHOWN: Readonly<Record<ThresholdOutcome, Pick<ThresholdRow, 'mark' | 'tone'>>> = {
  pass: { mark: '✓', tone: 'good' },
  miss: { mark: '✗', tone: 'bad' },
  'too-few': { mark: '?', tone: 'bad' },
  unresolved: { mark: '?', tone: 'bad' },
};

const SUMMED: readonly (readonly [ThresholdOutcome, string])[] = [
  ['pass', 'met'],
  ['miss', 'missed'],
  ['too-few', 'with too few samples'],
  ['unresolved', 'not resolvable'],
];

/** "deliveries.latency.p99 < 8ms, every 5 s from 5 s on": tells it from the same one without windows. */
export function fullThat({ that, scope }: ThresholdRow): string {
  return scope === '' ? that : `${that}, ${scope}`;
}

/** In their order: the scenario's own first. */
export function thresholdRows({ thresholds }: Pick<RunResult, 'thresholds'>): readonly ThresholdRow[] {
  return thresholds.map((verdict): ThresholdRow => {
    const { threshold, outcome, observed, margin } = verdict;
    return {
      verdict,
      ...SHOWN[outcome],
      that: threshold.that,
      scope: scopeOf(threshold),
      observed: observed === null ? '–' : formatMetric(observed, threshold.unit),
      margin: margin === null ? '' : formatMargin(margin),
      remark: remarksOf(verdict).join('; '),
    };
  });
}

/** "5 met, 2 missed"; empty where there is none. */
export function thresholdSummary({ thresholds }: Pick<RunResult, 'thresholds'>): string {
  return SUMMED.map(([outcome, words]) => ({
    words,
    count: thresholds.filter((verdict) => verdict.outcome === outcome).length,
  }))
    .filter(({ count }) => count > 0)
    .map(({ count, words }) => `${formatCount(count)} ${words}`)
    .join(', ');
}

function scopeOf({ windowMs, fromMs }: ThresholdPlan): string {
  const parts = [
    ...(windowMs === null ? [] : [`every ${formatMs(windowMs)}`]),
    ...(fromMs === 0 ? [] : [`from ${formatMs(fromMs)} on`]),
  ];
  return parts.join(' ');
}

function remarksOf(verdict: ThresholdVerdict): readonly string[] {
  const { outcome, samples, samplesNeeded, errorUs, windows, abortedAtMs, implied } = verdict;
  const remarks: string[] = [];
  if (windows !== null) {
    const { judged, missed, tooFew, unresolved, worstFromMs, worstToMs } = windows;
    const where =
      worstFromMs === null || worstToMs === null
        ? ''
        : `, the worst from ${formatMs(worstFromMs)} to ${formatMs(worstToMs)}`;
    remarks.push(`missed in ${formatCount(missed)} of ${formatCount(judged)} windows${where}`);
    if (tooFew > 0) remarks.push(`too few samples in ${formatCount(tooFew)}`);
    if (unresolved > 0) remarks.push(`not resolvable in ${formatCount(unresolved)}`);
  }
  if (outcome === 'too-few') {
    remarks.push(
      samplesNeeded === null || samples === null
        ? 'nothing to observe'
        : `${formatCount(samples)} samples, and it takes ${formatCount(samplesNeeded)}`,
    );
  }
  if (outcome === 'unresolved' && errorUs !== null) {
    remarks.push(`the bound lies within the instrument's error of ± ${formatUs(errorUs)}`);
  }
  if (abortedAtMs !== null) remarks.push(`it ended the run at ${formatMs(abortedAtMs)}`);
  if (implied) remarks.push('asked for by itself');
  return remarks;
}
