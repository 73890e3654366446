import { stringify } from 'csv-stringify/sync';
import { FAILURE_KIND_NAMES } from '../model/failures.js';
import { UNSOUND_CAUSES } from '../model/health.js';
import { PHASES } from '../model/phases.js';
import type { GeneratorRow, RunResult, SeriesLatency, SeriesRow } from '../model/result.js';

/** One column: its name with its unit, and its figure in a row. null: there is none, an empty cell; never 0 in its place. */
type Column = readonly [name: string, of: (row: SeriesRow) => number | null];

const COUNTS: readonly Column[] = [
  ['at_sec', (row) => row.atSec],
  ['width_sec', (row) => row.widthSec],
  ['planned_total', (row) => row.plannedTotal],
  ['started', (row) => row.started],
  ['opened', (row) => row.opened],
  ['complete', (row) => row.complete],
  ['failed', (row) => row.failed],
  ['open', (row) => row.open],
  ['published', (row) => row.published],
  ['expected', (row) => row.expected],
  ['received', (row) => row.received],
];

const GENERATOR: readonly (readonly [string, (row: GeneratorRow) => number])[] = [
  ['cpu_ms', (row) => row.cpuMs],
  ['rss_bytes', (row) => row.rssBytes],
  ['lag_max_us', (row) => row.lagMaxUs],
  ['own_lag_max_us', (row) => row.ownLagMaxUs],
  ['read_delay_max_us', (row) => row.readDelayMaxUs],
  ['loop_delay_max_us', (row) => row.loopDelayMaxUs],
  ['cpu_wait_ms', (row) => row.cpuWaitMs],
  ['paused_ms', (row) => row.pausedMs],
  ['gc_max_us', (row) => row.gcMaxUs],
  ['utilization_share', (row) => row.utilization],
  ['heap_share', (row) => row.heapShare],
  ['open_files', (row) => row.openFiles],
  ['machine_busy_share', (row) => row.machineBusy],
  ['unsound_workers', (row) => row.unsoundWorkers],
];

/**
 * series.csv: one line a row of the series, as RFC 4180 has it. Which failures, phases and causes have columns is what
 * occurred in the run. All names are of closed lists and all cells are figures: nothing that a target said is in it.
 */
export function renderCsv({ series }: RunResult): string {
  const columns = columnsOf(series);
  const rows = series.map((row) => columns.map(([, of]) => of(row)));
  return stringify([columns.map(([name]) => name), ...rows], {
    record_delimiter: 'windows',
    escape_formulas: true,
  });
}

function columnsOf(series: readonly SeriesRow[]): readonly Column[] {
  const kinds = FAILURE_KIND_NAMES.filter((kind) => series.some(({ failures }) => kind in failures));
  const phases = PHASES.filter((phase) => series.some((row) => phase in row.phases));
  const causes = UNSOUND_CAUSES.filter((cause) => series.some((row) => cause in row.generator.unsoundSec));
  return [
    ...COUNTS,
    ...kinds.map((kind): Column => [`failures_${snake(kind)}`, (row) => row.failures[kind] ?? 0]),
    ...phases.flatMap((phase) => latencyColumns(phase, (row) => row.phases[phase] ?? null)),
    ...(series.some(({ delivery }) => delivery !== null)
      ? latencyColumns('delivery', ({ delivery }) => delivery)
      : []),
    ...GENERATOR.map(([name, of]): Column => [`generator_${name}`, ({ generator }) => of(generator)]),
    ...causes.map((cause): Column => [
      `generator_unsound_${snake(cause)}_sec`,
      ({ generator }) => generator.unsoundSec[cause] ?? 0,
    ]),
  ];
}

function latencyColumns(name: string, of: (row: SeriesRow) => SeriesLatency | null): readonly Column[] {
  return [
    [`${name}_count`, (row) => of(row)?.count ?? 0],
    ...(['p50', 'p90', 'p99', 'p999', 'max'] as const).map((which): Column => [
      `${name}_${which}_us`,
      (row) => of(row)?.[which] ?? null,
    ]),
  ];
}

function snake(name: string): string {
  return name.replaceAll('-', '_');
}
