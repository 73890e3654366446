import type { LatencySummary, RunResult } from '../model/result.js';
import { formatCount } from './format.js';
import { anyUnresolved, formatLatency, instrumentErrorUs, instrumentNote } from './instrument.js';
import { otherLatencies, phaseRows } from './latency-rows.js';
import { markdownTable } from './markdown-text.js';
import { whichLatency } from './which-latency.js';

/** The phases, under them the deliveries in the same columns, and what to mind in reading both. */
export function latenciesMarkdown(result: RunResult): readonly string[] {
  const phases = phaseRows(result);
  if (phases.length === 0) return ['No phase was reached.'];
  const errorUs = instrumentErrorUs(result);
  const deliveries = otherLatencies(result).filter(({ within }) => within === 'delivery');
  const cells = (us: LatencySummary | null): readonly string[] =>
    us === null
      ? ['–', '–', '–', '–', '–']
      : [us.p50, us.p90, us.p99, us.p999, us.max].map((value) => figure(value, errorUs));
  const marked = anyUnresolved(
    [...phases, ...deliveries].map(({ us }) => us),
    errorUs,
    'p50',
  );
  return [
    markdownTable(
      [
        ['phase', 'left'],
        ...(['count', 'failed', 'p50', 'p90', 'p99', 'p99.9', 'max'] as const).map(
          (text) => [text, 'right'] as const,
        ),
      ],
      [
        ...phases.map(({ label, of, count, failed, us }) => [
          of === 'phase' ? label : `↳ ${label}`,
          of === 'phase' ? formatCount(count) : '',
          of === 'phase' ? (failed > 0 ? `**${formatCount(failed)}**` : '0') : '',
          ...cells(us),
        ]),
        ...deliveries.map(({ label, us }) => [label, '', '', ...cells(us)]),
      ],
    ),
    // Its mark would strike out what stands between two of them.
    instrumentNote(errorUs, marked).replaceAll('~', '\\~'),
    ...whichLatency(result),
  ];
}

function figure(us: number, errorUs: number | null): string {
  return formatLatency(us, errorUs).replaceAll('~', '\\~');
}
