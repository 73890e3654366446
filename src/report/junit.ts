import type { RunResult } from '../model/result.js';

export function renderJunit(result: RunResult): string {
  return result.schema;
}
