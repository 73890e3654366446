import type { RunResult } from '../model/result.js';

export function renderCsv(result: RunResult): string {
  return result.schema;
}
