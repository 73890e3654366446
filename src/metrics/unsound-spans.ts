import type { UnsoundCause } from '../model/health.js';
import type { UsageOfSecond } from './process-usage.js';
import type { Snapshot } from './snapshot.js';

/** Snapshots are due at the edge of a second and some milliseconds late: so little of the next one is not called unsound. */
const SLIVER_US = 50_000;
/** The span and the end of an interval are read one after the other. */
const EDGE_US = 5_000;

interface Span {
  readonly worker: number;
  /** null: it was well again, but what it read first had waited for it. */
  readonly cause: UnsoundCause | null;
  /** From the start of the run. */
  readonly fromUs: number;
  readonly untilUs: number;
  readonly firstRow: number;
  readonly lastRow: number;
  /** By how much the worker was late in it. */
  readonly lateUs: number;
}

/** Whether what a snapshot hands over may be its worker's own doing. */
export function isUnsound({ gauges }: Snapshot): boolean {
  return gauges.unsound !== null || gauges.stoodStillBeforeUs > 0;
}

/**
 * The intervals in which workers were not well, until the seconds that they reach into are closed. What an interval
 * counted is of the second of its middle; that its worker was not well is true of every second of it.
 */
export class UnsoundSpans {
  readonly #startUs: number;
  #spans: Span[] = [];

  constructor(startUs: number) {
    this.#startUs = startUs;
  }

  /** @param openRow the earliest second that is not closed */
  add(snapshot: Snapshot, openRow: number): void {
    if (!isUnsound(snapshot)) return;
    const { worker, row, gauges } = snapshot;
    const untilUs = snapshot.untilUs - this.#startUs;
    const fromUs = untilUs - gauges.spanUs;
    const firstRow = Math.max(openRow, Math.floor((fromUs + EDGE_US) / 1e6));
    // Of an interval after a standstill it is the beginning that counts, and the row that has what it handed over.
    const lastUs = gauges.unsound === null ? 0 : untilUs - SLIVER_US;
    const lastRow = Math.max(firstRow, row, Math.floor(lastUs / 1e6));
    const lateUs = Math.max(gauges.loopDelayMaxUs, gauges.stoodStillBeforeUs);
    this.#spans.push({ worker, cause: gauges.unsound, fromUs, untilUs, firstRow, lastRow, lateUs });
  }

  /** Says in the usage of a second who was not well in it. Seconds are to be asked for in their order. */
  mark(second: number, usage: UsageOfSecond): void {
    for (const span of this.#spans) {
      if (span.firstRow > second) continue;
      const fromUs = second === span.firstRow ? span.fromUs : second * 1e6;
      const untilUs = second === span.lastRow ? span.untilUs : (second + 1) * 1e6;
      usage.wasUnsound(span.worker, span.cause, Math.max(0, untilUs - fromUs), span.lateUs);
    }
    this.#spans = this.#spans.filter(({ lastRow }) => lastRow > second);
  }
}
