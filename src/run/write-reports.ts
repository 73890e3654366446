import { rmSync, writeFileSync } from 'node:fs';
import { REPORT_FILES, type ReportKind } from '../model/plan.js';
import type { RunResult } from '../model/result.js';
import { RENDERERS, inOrder } from '../report/renderers.js';
import { messageOf } from '../shared/errors.js';

/** Writes each report, the result first; one that fails stops no other. Returns what went wrong, a sentence each. */
export function writeReports(
  result: RunResult,
  kinds: readonly ReportKind[],
  fileOf: (name: string) => string,
  renderers: Readonly<Record<ReportKind, (result: RunResult) => string>> = RENDERERS,
): string[] {
  const problems: string[] = [];
  for (const kind of inOrder(kinds)) {
    const name = REPORT_FILES[kind];
    try {
      writeFileSync(fileOf(name), renderers[kind](result));
    } catch (error) {
      problems.push(`${name} could not be written: ${messageOf(error)}`);
      removeHalf(fileOf(name));
    }
  }
  return problems;
}

/** Half a result would stand in the way of the one that can be rebuilt from the interval data. */
function removeHalf(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Where nothing can be removed, nothing was written either.
  }
}
