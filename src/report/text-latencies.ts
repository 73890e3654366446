import type { LatencySummary } from '../model/result.js';
import { formatCount } from './format.js';
import { anyUnresolved, formatLatency, instrumentErrorUs, instrumentNote } from './instrument.js';
import { otherLatencies, phaseRows, type LatencyRow } from './latency-rows.js';
import { INDENT, sentence, table, type View } from './text-view.js';
import type { Cell } from './text-table.js';
import { whichLatency } from './which-latency.js';

const PERCENTILES = ['p50', 'p90', 'p99', 'p99.9', 'max'] as const;

/** The phases, under them the deliveries in the same columns, and what to mind in reading both. */
export function latencyLines(view: View): readonly string[] {
  const { result, style } = view;
  const rows = phaseRows(result);
  if (rows.length === 0) return [INDENT + style.faint('No phase was reached.')];
  const errorUs = instrumentErrorUs(result);
  const deliveries = otherLatencies(result).filter(({ within }) => within === 'delivery');
  const heading = ['', 'count', 'failed', ...PERCENTILES].map((text) => ({ text, paint: style.faint }));
  const marked = anyUnresolved(
    [...rows, ...deliveries].map(({ us }) => us),
    errorUs,
    'p50',
  );
  return [
    ...table(view, [
      heading,
      ...rows.map((row) => phaseCells(view, row, errorUs)),
      // What most people look for first.
      ...deliveries.map(({ label, us }) =>
        uncounted(label, us, errorUs, label.startsWith('delivery') ? style.plain : style.faint),
      ),
    ]),
    ...sentence(view, instrumentNote(errorUs, marked)),
    ...whichLatency(result).flatMap((text) => sentence(view, text)),
    ...rows
      .filter((row) => row.unconfirmed > 0)
      .flatMap((row) =>
        sentence(
          view,
          `${row.label}: ${formatCount(row.unconfirmed)} had nothing to wait for, and are not timed.`,
        ),
      ),
  ];
}

function phaseCells({ style }: View, row: LatencyRow, errorUs: number | null): readonly Cell[] {
  if (row.of === 'from due') return uncounted(`  ${row.label}`, row.us, errorUs, style.faint);
  return [
    { text: row.label },
    { text: formatCount(row.count) },
    { text: formatCount(row.failed), paint: row.failed > 0 ? style.bad : style.plain },
    ...latencyCells(row.us, errorUs),
  ];
}

function uncounted(
  label: string,
  us: LatencySummary | null,
  errorUs: number | null,
  paint: (text: string) => string,
): readonly Cell[] {
  const cells = [{ text: label }, { text: '' }, { text: '' }, ...latencyCells(us, errorUs)];
  return cells.map((cell) => ({ ...cell, paint }));
}

function latencyCells(us: LatencySummary | null, errorUs: number | null): readonly Cell[] {
  if (us === null) return PERCENTILES.map(() => ({ text: '–' }));
  return [us.p50, us.p90, us.p99, us.p999, us.max].map((value) => ({ text: formatLatency(value, errorUs) }));
}
