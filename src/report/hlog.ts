import type { RunResult } from '../model/result.js';

export function renderHlog(result: RunResult): string {
  return result.schema;
}
