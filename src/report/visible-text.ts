import type { RunResult } from '../model/result.js';
import { visibleText } from '../shared/visible-text.js';

export { visibleText };

/** The result with every string in it made visible: renderers do it once, at the door, and cannot forget it later. */
export function visibleResult(result: RunResult): RunResult {
  const { series, histograms, ...rest } = result;
  return { ...visibleDeep(rest), series, histograms };
}

/** `T` is JSON; only the characters of its strings and keys change. */
function visibleDeep<T>(value: T): T {
  return deep(value) as T;
}

function deep(value: unknown): unknown {
  if (typeof value === 'string') return visibleText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(deep);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [visibleText(key), deep(entry)]));
}
