import { REPORT_FILES, type ReportKind } from '../model/plan.js';
import type { RunResult } from '../model/result.js';
import { RENDERERS, inOrder } from '../report/renderers.js';
import { messageOf } from '../shared/errors.js';
import { writeWhole } from '../shared/write-whole.js';

export interface WrittenReports {
  /** Of those that were asked for, in that order. */
  readonly reports: readonly ReportKind[];
  /** What went wrong with the others, a sentence each. */
  readonly problems: readonly string[];
}

/** Writes each report, whole or not at all, the result first; one that fails stops no other. */
export function writeReports(
  result: RunResult,
  kinds: readonly ReportKind[],
  fileOf: (name: string) => string,
  renderers: Readonly<Record<ReportKind, (result: RunResult) => string>> = RENDERERS,
): WrittenReports {
  const problems: string[] = [];
  const failed = new Set<ReportKind>();
  for (const kind of inOrder(kinds)) {
    const name = REPORT_FILES[kind];
    try {
      writeWhole(fileOf(name), renderers[kind](result));
    } catch (error) {
      problems.push(`${name} could not be written: ${messageOf(error)}`);
      failed.add(kind);
    }
  }
  return { reports: kinds.filter((kind) => !failed.has(kind)), problems };
}
