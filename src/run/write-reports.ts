import { rmSync, writeFileSync } from 'node:fs';
import type { ReportKind } from '../model/plan.js';
import type { RunResult } from '../model/result.js';
import { renderCsv } from '../report/csv.js';
import { renderHlog } from '../report/hlog.js';
import { renderHtml } from '../report/html.js';
import { renderJson } from '../report/json.js';
import { renderJunit } from '../report/junit.js';
import { renderMarkdown } from '../report/markdown.js';
import { messageOf } from '../shared/errors.js';

const REPORTS: Record<ReportKind, { readonly file: string; readonly render: (result: RunResult) => string }> =
  {
    json: { file: 'result.json', render: renderJson },
    html: { file: 'report.html', render: renderHtml },
    junit: { file: 'junit.xml', render: renderJunit },
    markdown: { file: 'summary.md', render: renderMarkdown },
    csv: { file: 'series.csv', render: renderCsv },
    hlog: { file: 'latencies.hlog', render: renderHlog },
  };

/** Writes each report; one that fails stops no other. Returns what went wrong, a sentence each. */
export function writeReports(
  result: RunResult,
  kinds: readonly ReportKind[],
  fileOf: (name: string) => string,
): string[] {
  const problems: string[] = [];
  for (const kind of kinds) {
    const { file, render } = REPORTS[kind];
    try {
      writeFileSync(fileOf(file), render(result));
    } catch (error) {
      problems.push(`${file} could not be written: ${messageOf(error)}`);
      removeHalf(fileOf(file));
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
