import type { Baseline } from './baseline-file.js';

const LINE = 100;

/**
 * The file as it is committed: keys in the order of reading, each figure that can change on a line of its own, a histogram a
 * line.
 */
export function renderBaseline(baseline: Baseline): string {
  const { schema, stompede, summary, scenario, environment, runs, histograms } = baseline;
  return `${pretty({ schema, stompede, summary, scenario, environment, runs, histograms }, '')}\n`;
}

function pretty(value: unknown, indent: string): string {
  const compact = JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return compact;
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.every((entry) => typeof entry !== 'object')) return compact;
    return `[\n${value.map((entry) => deeper + pretty(entry, deeper)).join(',\n')}\n${indent}]`;
  }
  // What is short stays together below the first level, where a reader compares it with the same of another run.
  if (compact.length <= LINE && indent.length > 2) return compact;
  const entries = Object.entries(value).map(
    ([key, entry]) => `${deeper}${JSON.stringify(key)}: ${pretty(entry, deeper)}`,
  );
  return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n${indent}}`;
}
