import { REPORT_KINDS, type ReportKind } from '../model/plan.js';
import type { RunResult } from '../model/result.js';
import { renderCsv } from './csv.js';
import { renderHlog } from './hlog.js';
import { renderHtml } from './html.js';
import { renderJson } from './json.js';
import { renderJunit } from './junit.js';
import { renderMarkdown } from './markdown.js';

/** The text of each kind of report: pure functions of the result. */
export const RENDERERS: Readonly<Record<ReportKind, (result: RunResult) => string>> = {
  json: renderJson,
  html: renderHtml,
  junit: renderJunit,
  markdown: renderMarkdown,
  csv: renderCsv,
  hlog: renderHlog,
};

/** The kinds asked for, each once, in the order in which they are written: the result first, which all others can be made of. */
export function inOrder(kinds: readonly ReportKind[]): readonly ReportKind[] {
  const others = REPORT_KINDS.filter((kind) => kind !== 'json');
  return (['json', ...others] as const).filter((kind) => kinds.includes(kind));
}
