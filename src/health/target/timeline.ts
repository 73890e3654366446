import type { SeriesLatency, SeriesRow } from '../../model/result.js';
import type { Measured } from '../measured.js';
import { type Refusals, refusalsOf } from './refusals.js';
import { isClear, ownDelayUs } from './own-delay.js';

/** One row of the series as the findings about the target read it. */
export interface Slice {
  readonly startMs: number;
  readonly endMs: number;
  readonly widthSec: number;
  /** Whether every worker was well. */
  readonly sound: boolean;
  /** Whether it was, or was late by so little that no connection can have ended for that. */
  readonly clear: boolean;
  /** The longest by which the generator itself may have read something late; Infinity where it was too busy to say. */
  readonly ownDelayUs: number;
  readonly started: number;
  /** Connections that came to CONNECTED. */
  readonly connected: number;
  /** Connects that failed as they do at a limit, at the moment of their cause: a time-out shows later. */
  readonly refused: number;
  readonly openBefore: number;
  readonly open: number;
  readonly opened: number;
  /** Of the open connections, the ones that the other side ended. */
  readonly lost: number;
  readonly published: number;
  readonly expected: number;
  readonly received: number;
  /** Deliveries that were expected by the end of this row, and had not come. */
  readonly outstanding: number;
  readonly delivery: SeriesLatency | null;
  /** Of upgrade, CONNECT and SUBSCRIBE, whichever was slowest. */
  readonly opening: SeriesLatency | null;
  /** The median of the slowest phase on the way to a subscription, microseconds; 0 where there was none. */
  readonly middleOpeningUs: number;
  /** Phases of any kind that ended well. */
  readonly phases: number;
}

export interface Timeline {
  /** Up to a stop that was asked for: after it everything ends, and nobody fails. */
  readonly slices: readonly Slice[];
  readonly refusals: Refusals;
}

/** Kinds by which an open connection is ended from the other side, or by the path to it. */
const ENDED_BY_OTHER_SIDE = [
  'closed-while-holding',
  'closed',
  'tcp-reset',
  'socket-error',
  'stomp-error',
  'heartbeat-missed',
] as const;

export function timelineOf(measured: Measured): Timeline {
  const { series, failures, run } = measured;
  const refusals = refusalsOf(measured);
  const held = new Map(ENDED_BY_OTHER_SIDE.map((kind) => [kind, heldShare(failures, kind)]));
  const refused = refusals.byRow(series);
  const couldBeLost = series.map((row) => {
    let sum = 0;
    for (const [kind, share] of held) sum += (row.failures[kind] ?? 0) * share;
    return Math.ceil(sum);
  });
  const untilMs = run.marksMs.stopAsked ?? Infinity;
  const slices: Slice[] = [];
  let openBefore = 0;
  let outstanding = 0;
  for (const [i, row] of series.entries()) {
    const endMs = (row.atSec + row.widthSec) * 1000;
    if (endMs > untilMs) break;
    outstanding += row.expected - row.received;
    const gone = Math.max(0, openBefore + row.opened - row.open - row.complete);
    slices.push({
      startMs: row.atSec * 1000,
      endMs,
      widthSec: row.widthSec,
      sound: row.generator.unsoundWorkers === 0,
      clear: isClear(row),
      ownDelayUs: ownDelayUs(row),
      started: row.started,
      connected: row.phases.connect?.count ?? 0,
      refused: refused[i] ?? 0,
      openBefore,
      open: row.open,
      opened: row.opened,
      lost: takeFrom(couldBeLost, i, gone),
      published: row.published,
      expected: row.expected,
      received: row.received,
      outstanding: Math.max(0, outstanding),
      delivery: row.delivery,
      opening: slowestOf(row),
      middleOpeningUs: middleOpeningUs(row),
      phases: Object.values(row.phases).reduce((sum, { count }) => sum + count, 0),
    });
    openBefore = row.open;
  }
  return { slices, refusals };
}

/**
 * That many at most, of what the row, the one before it and the one after it have left. A failure is counted in the row
 * in which its worker handed it over, the end of a connection in the row of its moment: at the edge of a row they differ.
 */
function takeFrom(left: number[], row: number, most: number): number {
  let taken = 0;
  for (const i of [row - 1, row, row + 1]) {
    const take = Math.min(left[i] ?? 0, most - taken);
    if (take <= 0) continue;
    left[i] = (left[i] ?? 0) - take;
    taken += take;
  }
  return taken;
}

/** Of the failures of a kind, how many were of connections that had been through CONNECT and were not leaving. */
function heldShare(failures: Measured['failures'], kind: string): number {
  let held = 0;
  let all = 0;
  for (const row of failures) {
    if (row.kind !== kind || row.role !== 'connection') continue;
    all += row.count;
    if (row.phase === 'subscribe' || row.phase === 'message' || row.phase === 'hold') held += row.count;
  }
  return all === 0 ? 0 : held / all;
}

function slowestOf({ phases }: SeriesRow): SeriesLatency | null {
  let slowest: SeriesLatency | null = null;
  for (const latency of [phases.upgrade, phases.connect, phases.subscribe]) {
    if (latency !== undefined && (slowest === null || latency.max > slowest.max)) slowest = latency;
  }
  return slowest;
}

function middleOpeningUs({ phases: { tcp, tls, upgrade, connect, subscribe } }: SeriesRow): number {
  return Math.max(0, ...[tcp, tls, upgrade, connect, subscribe].map((phase) => phase?.p50 ?? 0));
}

/** Sums a figure over slices `from` to `to`, both included. */
export function sumOf(
  slices: readonly Slice[],
  figure: (slice: Slice) => number,
  from = 0,
  to = slices.length - 1,
): number {
  let sum = 0;
  for (let i = Math.max(0, from); i <= to; i++) {
    const slice = slices[i];
    if (slice !== undefined) sum += figure(slice);
  }
  return sum;
}

/** The ones in which the generator was well enough, if they are enough of all to conclude from; else none. */
export function clearOnes(slices: readonly Slice[], unsoundShare: number): readonly Slice[] {
  const clear = slices.filter((slice) => slice.clear);
  return slices.length - clear.length <= unsoundShare * slices.length ? clear : [];
}
