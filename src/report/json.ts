import type { RunResult } from '../model/result.js';

/** The order of reading: what was run and how it went, the figures, then the long lists. */
const ORDER: Readonly<Record<keyof RunResult, number>> = {
  schema: 0,
  stompede: 1,
  run: 2,
  outcome: 3,
  verdict: 4,
  thresholds: 5,
  comparison: 6,
  repeats: 7,
  findings: 8,
  connections: 9,
  phases: 10,
  schedule: 11,
  publishing: 12,
  failures: 13,
  deliveries: 14,
  server: 15,
  addresses: 16,
  generator: 17,
  notes: 18,
  plan: 19,
  environment: 20,
  series: 21,
  histograms: 22,
  blocks: 23,
};

const LINE = 100;

/** result.json: keys in the order of reading, short values and the rows of a list on one line each. */
export function renderJson(result: RunResult): string {
  const ordered = Object.entries(result).sort(([a], [b]) => rank(a) - rank(b));
  return `${pretty(Object.fromEntries(ordered), '')}\n`;
}

function rank(key: string): number {
  return key in ORDER ? ORDER[key as keyof RunResult] : Infinity;
}

function pretty(value: unknown, indent: string): string {
  const compact = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || compact.length <= LINE) return compact;
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.every(Array.isArray)) return compact;
    return `[\n${value.map((entry) => deeper + JSON.stringify(entry)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .map(([key, entry]) => `${deeper}${JSON.stringify(key)}: ${pretty(entry, deeper)}`);
  return `{\n${entries.join(',\n')}\n${indent}}`;
}
