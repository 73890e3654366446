import { PHASES } from '../model/phases.js';
import type { LatencySummary, RunResult } from '../model/result.js';

/** A row of latencies in a table. A row without a count of its own belongs to the row above it. */
export interface LatencyRow {
  readonly label: string;
  readonly of: 'phase' | 'from due';
  readonly count: number;
  readonly failed: number;
  readonly unconfirmed: number;
  readonly us: LatencySummary | null;
}

/** The phases that this run had, in the order of the cycle; a phase's latency from due follows it. */
export function phaseRows(result: RunResult): readonly LatencyRow[] {
  return PHASES.flatMap((phase): readonly LatencyRow[] => {
    const found = result.phases[phase];
    if (found === undefined) return [];
    const { count, failed, unconfirmed, us, fromDueUs } = found;
    const row: LatencyRow = { label: phase, of: 'phase', count, failed, unconfirmed, us };
    if (fromDueUs === null) return [row];
    return [row, { label: 'from due', of: 'from due', count, failed: 0, unconfirmed: 0, us: fromDueUs }];
  });
}

export interface OtherLatency {
  readonly label: string;
  readonly within: 'delivery' | 'publishing' | 'arrivals';
  readonly us: LatencySummary;
}

/** Latencies that are of no phase, where there are any. */
export function otherLatencies({ deliveries, publishing, schedule }: RunResult): readonly OtherLatency[] {
  const rows: readonly (readonly [string, OtherLatency['within'], LatencySummary | null])[] = [
    ['delivery', 'delivery', deliveries.latencyUs],
    ['delivery from due', 'delivery', deliveries.latencyFromDueUs],
    ['SEND to RECEIPT', 'delivery', publishing.receiptUs],
    ['publishing late by', 'publishing', publishing.lagUs],
    ['arrivals late by', 'arrivals', schedule.lagUs],
  ];
  return rows.flatMap(([label, within, us]) => (us === null ? [] : [{ label, within, us }]));
}
