import { FAILURE_KIND_NAMES } from '../model/failures.js';
import { FINDING_KIND_NAMES } from '../model/findings.js';
import { PHASES } from '../model/phases.js';
import { FAMILIES } from '../thresholds/catalogue.js';
import type { Family } from '../thresholds/family.js';
import { unitText } from '../thresholds/unit-text.js';

const WIDTH = 100;

/** Every metric that a threshold may be about, for people. */
export function describeMetrics(): string {
  const rows = FAMILIES.map((family) => [mark(family), unitText(family), family.description] as const);
  const nameWidth = Math.max(...rows.map(([name]) => name.length));
  const unitWidth = Math.max(...rows.map(([, unit]) => unit.length));
  const table = rows.map(
    ([name, unit, description]) => `  ${name.padEnd(nameWidth)}  ${unit.padEnd(unitWidth)}  ${description}`,
  );
  return [
    'What a threshold may be about: metric, comparator (< <= > >= == !=), bound.',
    '',
    ...table,
    '',
    '  * only known when the run is over: without window, from and abort',
    '',
    ...words('<stat>', ['min', 'mean', 'max', 'or a percentile such as p50, p99, p99.9']),
    ...words('<phase>', PHASES),
    ...words('<stage>', ['a phase', 'hold', 'publish']),
    ...words('failures.kind', FAILURE_KIND_NAMES),
    ...words('findings.kind', FINDING_KIND_NAMES),
    '',
    'Durations are written with us, ms, s or m, sizes with B, KB, MB or GB (of 1,024), rates with /s, a count alone.',
    'E.g. phases.connect.p99 < 250ms, connections.failed < 0.1%, deliveries.rate > 2_800/s. See docs/thresholds.md.',
  ].join('\n');
}

/** The same for a program. */
export function metricsJson(): string {
  const metrics = FAMILIES.map(({ name, unit, shareOf, better, inParts, description }) => ({
    name,
    unit,
    shareOf,
    better,
    inParts,
    description,
  }));
  return JSON.stringify(metrics, null, 2);
}

function mark({ name, inParts }: Family): string {
  return inParts ? name : `${name} *`;
}

/** A label and words behind it, on as many lines as they take. */
function words(label: string, all: readonly string[]): string[] {
  const indent = ' '.repeat(17);
  const lines: string[] = [];
  let line = `  ${label}`.padEnd(indent.length);
  for (const [index, word] of all.entries()) {
    const piece = index === all.length - 1 ? word : `${word},`;
    if (line.length + piece.length > WIDTH) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${piece} `;
  }
  return [...lines, line.trimEnd()];
}
