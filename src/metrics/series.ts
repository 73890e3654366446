import type { FailureKind } from '../model/failures.js';
import { type Latency, PHASES, type Phase } from '../model/phases.js';
import type { SeriesLatency, SeriesRow } from '../model/result.js';
import type { OnSecond } from './closed-second.js';
import { type Counters, addCounters, zeroCounters } from './counters.js';
import type { HistogramDelta } from './interval-histogram.js';
import { LatencyTotal } from './latency-total.js';
import { ProcessUsage, UsageOfSecond, mergeGeneratorRows } from './process-usage.js';
import { SeriesRows } from './series-rows.js';
import type { FailureDelta, Snapshot } from './snapshot.js';
import { UnsoundSpans } from './unsound-spans.js';

/** One hour at a row a second; beyond it two rows become one, so a series never outgrows a report. */
export const MAX_SERIES_ROWS = 3600;

/** A narrower rest of a run joins the row before it: its rates would be noise. */
const MIN_LAST_ROW_SEC = 0.5;

/** What the timeline says of one second. */
export interface TimelineRow {
  readonly open: number;
  readonly published: number;
  readonly expected: number;
}

interface OpenRow {
  counts: Counters;
  latencies: Map<Latency, HistogramDelta[]>;
  failures: Partial<Record<FailureKind, number>>;
  readonly failureDeltas: FailureDelta[];
  usage: UsageOfSecond;
}

/** Builds the rows of the series. A row stays open until every worker has reported past its end. */
export class Series {
  readonly #plannedTotalAtMs: (ms: number) => number;
  readonly #onSecond: OnSecond;
  readonly #open = new Map<number, OpenRow>();
  readonly #scratch = new LatencyTotal();
  readonly #unsound: UnsoundSpans;
  readonly usage = new ProcessUsage();
  // One more than a report may have, which makes them half as many.
  readonly #rows = new SeriesRows(MAX_SERIES_ROWS + 1);
  #closed = 0;

  constructor(
    startUs: number,
    plannedTotalAtMs: (ms: number) => number,
    onSecond: OnSecond = () => undefined,
  ) {
    this.#plannedTotalAtMs = plannedTotalAtMs;
    this.#onSecond = onSecond;
    this.#unsound = new UnsoundSpans(startUs);
  }

  /** How many seconds are closed. */
  get closedSeconds(): number {
    return this.#closed;
  }

  get rows(): readonly SeriesRow[] {
    return this.#rows.all();
  }

  get lastRow(): SeriesRow | undefined {
    return this.#rows.last;
  }

  add(snapshot: Snapshot): void {
    const row = this.#rowAt(Math.max(snapshot.row, this.#closed));
    addCounters(row.counts, snapshot.counts);
    for (const [latency, delta] of Object.entries(snapshot.latencies) as [Latency, HistogramDelta][]) {
      const deltas = row.latencies.get(latency);
      if (deltas === undefined) row.latencies.set(latency, [delta]);
      else deltas.push(delta);
    }
    row.failureDeltas.push(...snapshot.failures);
    for (const { role, kind, count } of snapshot.failures) {
      if (role === 'connection') row.failures[kind] = (row.failures[kind] ?? 0) + count;
    }
    row.usage.add(snapshot.gauges);
    this.#unsound.add(snapshot, this.#closed);
    this.usage.sawLimits(snapshot.gauges, (snapshot.row + 1) * 1000);
  }

  /** How busy the CPUs of the coordinator's machine were in that second, from 0 to 1. */
  addMachineBusy(second: number, share: number): void {
    const { usage } = this.#rowAt(Math.max(second, this.#closed));
    usage.machineBusy = Math.max(usage.machineBusy, share);
  }

  /** Connections that failed with their worker, in the earliest open second. */
  addFailed(kind: FailureKind, count: number): void {
    const { counts, failures, failureDeltas } = this.#rowAt(this.#closed);
    failureDeltas.push({ role: 'connection', phase: 'hold', kind, code: null, count, sample: null });
    counts.failed += count;
    failures[kind] = (failures[kind] ?? 0) + count;
  }

  /** Takes back what was expected of a second; false while it is open, whose row says so by itself. */
  takeBackExpected(second: number, deliveries: number): boolean {
    if (second >= this.#closed) return false;
    const width = this.#rows.first?.widthSec ?? 1;
    this.#rows.expectLess(Math.min(this.#rows.length - 1, Math.floor(second / width)), deliveries);
    return true;
  }

  /** Closes the earliest open second with what the timeline says of it. */
  close(timeline: TimelineRow): void {
    this.#push(this.#take(timeline, 1));
  }

  /** Closes what is left of the run after its last whole second. Nothing may be added afterwards. */
  finish(timeline: TimelineRow, restSec: number): void {
    const { last } = this.#rows;
    if (last === undefined) {
      // A row has some width, so that there are rates.
      if (this.#open.size > 0) this.#push(this.#take(timeline, Math.max(0.001, restSec)));
    } else if (restSec >= MIN_LAST_ROW_SEC) {
      this.#push(this.#take(timeline, restSec));
    } else {
      this.#rows.replaceLast(mergeRows(last, this.#take(timeline, Math.max(0, restSec))));
    }
  }

  #take(timeline: TimelineRow, widthSec: number): SeriesRow {
    const second = this.#closed;
    const row = this.#rowAt(second);
    this.#unsound.mark(second, row.usage);
    this.#open.delete(second);
    this.#closed++;
    const width = Math.round(widthSec * 1000) / 1000;
    const { counts, latencies, failureDeltas: failures } = row;
    const rendered = this.#render(second, width, row, timeline);
    const { generator } = rendered;
    this.#onSecond({ atSec: second, widthSec: width, counts, latencies, failures, generator, ...timeline });
    return rendered;
  }

  #rowAt(second: number): OpenRow {
    let row = this.#open.get(second);
    if (row === undefined) {
      row = {
        counts: zeroCounters(),
        latencies: new Map(),
        failures: {},
        failureDeltas: [],
        usage: new UsageOfSecond(),
      };
      this.#open.set(second, row);
    }
    return row;
  }

  #render(second: number, widthSec: number, row: OpenRow, timeline: TimelineRow): SeriesRow {
    const phases: Partial<Record<Phase, SeriesLatency>> = {};
    for (const phase of PHASES) {
      const latency = this.#latency(row, phase);
      if (latency !== null) phases[phase] = latency;
    }
    return {
      atSec: second,
      widthSec,
      plannedTotal: this.#plannedTotalAtMs((second + widthSec) * 1000),
      started: row.counts.started,
      opened: row.counts.opened,
      complete: row.counts.complete,
      failed: row.counts.failed,
      open: timeline.open,
      published: timeline.published,
      expected: timeline.expected,
      received: row.counts.received,
      failures: row.failures,
      phases,
      delivery: this.#latency(row, 'delivery'),
      generator: {
        ...this.usage.close(row.usage),
        lagMaxUs: this.#maxUs(row, 'lag.arrival', 'lag.publish'),
        readDelayMaxUs: this.#maxUs(row, 'read.delay'),
      },
    };
  }

  #latency(row: OpenRow, latency: Latency): SeriesLatency | null {
    const deltas = row.latencies.get(latency);
    if (deltas === undefined) return null;
    this.#scratch.reset();
    for (const delta of deltas) this.#scratch.add(delta);
    return this.#scratch.seriesRow();
  }

  #maxUs(row: OpenRow, ...latencies: readonly Latency[]): number {
    let max = 0;
    for (const latency of latencies) {
      for (const delta of row.latencies.get(latency) ?? []) max = Math.max(max, delta.maxUs);
    }
    return max;
  }

  // The last row may be narrower than its neighbours until its own pair comes.
  #push(row: SeriesRow): void {
    const { first, last } = this.#rows;
    if (first !== undefined && last !== undefined && last.widthSec < first.widthSec) {
      this.#rows.replaceLast(mergeRows(last, row));
    } else this.#rows.push(row);
    if (this.#rows.length > MAX_SERIES_ROWS) this.#rows.halve(mergeRows);
  }
}

/** Counts add up, gauges are the later row's, percentiles are the larger ones: the extremes are kept. */
export function mergeRows(a: SeriesRow, b: SeriesRow): SeriesRow {
  const failures = { ...a.failures };
  for (const [kind, count] of Object.entries(b.failures) as [FailureKind, number][]) {
    failures[kind] = (failures[kind] ?? 0) + count;
  }
  const phases: Partial<Record<Phase, SeriesLatency>> = {};
  for (const phase of PHASES) {
    const latency = mergeLatency(a.phases[phase] ?? null, b.phases[phase] ?? null);
    if (latency !== null) phases[phase] = latency;
  }
  return {
    atSec: a.atSec,
    widthSec: a.widthSec + b.widthSec,
    plannedTotal: b.plannedTotal,
    started: a.started + b.started,
    opened: a.opened + b.opened,
    complete: a.complete + b.complete,
    failed: a.failed + b.failed,
    open: b.open,
    published: a.published + b.published,
    expected: a.expected + b.expected,
    received: a.received + b.received,
    failures,
    phases,
    delivery: mergeLatency(a.delivery, b.delivery),
    generator: mergeGeneratorRows(a.generator, b.generator),
  };
}

function mergeLatency(a: SeriesLatency | null, b: SeriesLatency | null): SeriesLatency | null {
  if (a === null) return b;
  if (b === null) return a;
  return {
    count: a.count + b.count,
    p50: Math.max(a.p50, b.p50),
    p90: Math.max(a.p90, b.p90),
    p99: Math.max(a.p99, b.p99),
    p999: Math.max(a.p999, b.p999),
    max: Math.max(a.max, b.max),
  };
}
