import type { RunResult } from '../model/result.js';

export function renderMarkdown(result: RunResult): string {
  return result.schema;
}
