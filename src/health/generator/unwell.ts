import { type UnsoundCause, UNSOUND_CAUSES } from '../../model/health.js';
import type { GeneratorRow, SeriesRow } from '../../model/result.js';

/** Everything that one cause did in a run. */
export interface Unwell {
  readonly cause: UnsoundCause;
  /** How long workers were unwell because of it. */
  readonly seconds: number;
  /** When it began, milliseconds from the start. */
  readonly atMs: number;
  /** The largest of each figure in the rows that it is in. */
  readonly worst: Readonly<Record<WorstOf, number>>;
  /** Of the CPUs of the machine, the share that the generator's own processes used in these rows. */
  readonly ownCpuShare: number;
}

const WORST = [
  'loopDelayMaxUs',
  'readDelayMaxUs',
  'ownLagMaxUs',
  'cpuWaitMs',
  'gcMaxUs',
  'pausedMs',
  'utilization',
  'machineBusy',
] as const satisfies readonly (keyof GeneratorRow)[];

type WorstOf = (typeof WORST)[number];

/** The causes that a run's rows have, the longest first. */
export function unwellTimes(series: readonly SeriesRow[], cpus: number): Unwell[] {
  return UNSOUND_CAUSES.map((cause) => unwellTime(cause, series, cpus))
    .filter((unwell) => unwell !== null)
    .sort((a, b) => b.seconds - a.seconds);
}

function unwellTime(cause: UnsoundCause, series: readonly SeriesRow[], cpus: number): Unwell | null {
  const rows = series.filter(({ generator }) => (generator.unsoundSec[cause] ?? 0) > 0);
  const [first] = rows;
  if (first === undefined) return null;
  const worst = Object.fromEntries(
    WORST.map((name) => [name, Math.max(...rows.map(({ generator }) => generator[name]))]),
  ) as Record<WorstOf, number>;
  const cpuMs = rows.reduce((sum, { generator }) => sum + generator.cpuMs, 0);
  const rowsMs = rows.reduce((sum, { widthSec }) => sum + widthSec * 1000, 0);
  return {
    cause,
    seconds: rows.reduce((sum, { generator }) => sum + (generator.unsoundSec[cause] ?? 0), 0),
    atMs: first.atSec * 1000,
    worst,
    ownCpuShare: Math.min(1, cpuMs / (rowsMs * Math.max(1, cpus))),
  };
}
