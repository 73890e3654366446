import { findingInfo, type Finding, type GeneratorVerdict } from '../model/findings.js';
import type { RunResult } from '../model/result.js';
import { formatMs } from './format.js';

/** Whether the figures of a run can be used, ready to be shown before any of them. */
export interface Soundness {
  readonly verdict: GeneratorVerdict;
  /** What it means to the reader; empty where there is nothing to mind. */
  readonly says: string;
  readonly tone: 'good' | 'note' | 'bad';
}

const SOUNDNESS: Readonly<Record<GeneratorVerdict, Soundness>> = {
  sound: { verdict: 'sound', says: '', tone: 'good' },
  doubtful: { verdict: 'doubtful', says: 'read its findings before the figures', tone: 'note' },
  invalid: { verdict: 'invalid', says: "its figures can't be used", tone: 'bad' },
};

export function soundness({ outcome, generator }: RunResult): Soundness {
  return SOUNDNESS[outcome === 'invalid' ? 'invalid' : generator.verdict];
}

/** "generator: invalid, its figures can't be used" */
export function soundnessText({ verdict, says }: Soundness): string {
  return says === '' ? `generator: ${verdict}` : `generator: ${verdict}, ${says}`;
}

/** A finding with the number by which the list and the charts call it. */
export interface NumberedFinding {
  readonly number: number;
  readonly finding: Finding;
  readonly title: string;
  /** "at 3.2 s", "from the start" */
  readonly when: string;
}

/** As the result has them, the worst first; where the generator is invalid, what is about itself before all others. */
export function numberedFindings(result: RunResult): readonly NumberedFinding[] {
  const own = result.findings.filter(({ about }) => about === 'generator');
  const others = result.findings.filter(({ about }) => about !== 'generator');
  const ordered = soundness(result).verdict === 'invalid' ? [...own, ...others] : result.findings;
  return ordered.map((finding, i) => ({
    number: i + 1,
    finding,
    title: findingInfo(finding.kind).title,
    when: momentOf(finding.atMs),
  }));
}

function momentOf(atMs: number): string {
  if (atMs < 0) return `${formatMs(-atMs)} before the start`;
  return atMs < 1 ? 'from the start' : `at ${formatMs(atMs)}`;
}
