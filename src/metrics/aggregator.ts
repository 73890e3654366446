import { type FailureKind, MAX_SAMPLE_LENGTH, kindInfo } from '../model/failures.js';
import type { Latency, Stage } from '../model/phases.js';
import type { FailureRow, SeriesRow, ServerObservation } from '../model/result.js';
import { type Counters, addCounters, zeroCounters } from './counters.js';
import type { HistogramDelta } from './interval-histogram.js';
import { LatencyTotal } from './latency-total.js';
import { Series } from './series.js';
import type { FailureDelta, Gauges, Snapshot } from './snapshot.js';
import { Timeline } from './timeline.js';

interface FailureTotal {
  role: 'connection' | 'publisher';
  phase: Stage;
  kind: FailureKind;
  code: number | null;
  count: number;
  sample: string;
}

export interface AggregatorOptions {
  readonly startUs: number;
  readonly workers: readonly number[];
  /** Arrivals that the schedule has asked for, that many milliseconds after the start. */
  readonly plannedTotalAtMs: (ms: number) => number;
}

/**
 * The whole run, added up from its workers' snapshots in whatever order they come. The live run and the rebuilding
 * of a killed one feed the same aggregator, so they cannot disagree.
 */
export class Aggregator {
  readonly counts: Counters = zeroCounters();
  readonly timeline: Timeline;
  readonly #startUs: number;
  readonly #series: Series;
  readonly #latencies = new Map<Latency, LatencyTotal>();
  readonly #failures = new Map<string, FailureTotal>();
  /** By worker: connections started that have neither completed nor failed. */
  readonly #underWay = new Map<number, number>();
  readonly #versions = new Map<string, number>();
  readonly #subprotocols = new Map<string, number>();
  readonly #processes = new Map<number, { firstCpuUs: number; lastCpuUs: number; rssBytes: number }>();
  #software: string | null = null;
  #heartbeatMs: ServerObservation['heartbeatMs'] = null;
  #maxRssBytes = 0;
  #lastUs: number;
  #publishedInRows = 0;
  #expectedInRows = 0;

  constructor(options: AggregatorOptions) {
    this.#startUs = options.startUs;
    this.#lastUs = options.startUs;
    this.timeline = new Timeline(options.workers);
    this.#series = new Series(options.plannedTotalAtMs);
  }

  add(snapshot: Snapshot): void {
    const { worker, counts } = snapshot;
    const { started = 0, complete = 0, failed = 0 } = counts;
    this.#underWay.set(worker, (this.#underWay.get(worker) ?? 0) + started - complete - failed);
    addCounters(this.counts, snapshot.counts);
    for (const [latency, delta] of Object.entries(snapshot.latencies) as [Latency, HistogramDelta][]) {
      this.latency(latency).add(delta);
    }
    for (const failure of snapshot.failures) this.#addFailure(failure);
    addNames(this.#versions, snapshot.server.versions);
    addNames(this.#subprotocols, snapshot.server.subprotocols);
    this.#software ??= snapshot.server.software;
    this.#heartbeatMs ??= snapshot.server.heartbeatMs;
    this.#lastUs = Math.max(this.#lastUs, snapshot.untilUs);
    this.timeline.add(snapshot);
    this.#series.add(snapshot, this.#addGauges(snapshot.gauges));
    this.#closeSeconds(Math.min(this.timeline.watermarkUs, this.#lastUs));
  }

  /** A worker sends no more: it is done (null), or dead, and why. */
  leave(worker: number, reason: string | null): void {
    this.timeline.leave(worker);
    this.#closeSeconds(Math.min(this.timeline.watermarkUs, this.#lastUs));
    const underWay = this.#underWay.get(worker) ?? 0;
    this.#underWay.delete(worker);
    if (reason === null || underWay === 0) return;
    // What a dead worker had under way is not complete, and not the target's failure.
    this.#addFailure({
      role: 'connection',
      phase: 'hold',
      kind: 'worker-lost',
      code: null,
      count: underWay,
      sample: reason.slice(0, MAX_SAMPLE_LENGTH),
    });
    this.counts.failed += underWay;
  }

  /** Counts everything that is left. Nothing may be added afterwards. */
  finish(): void {
    this.#closeSeconds(this.#lastUs);
    this.timeline.advance(Infinity);
    if (this.#series.hasOpenRows || this.timeline.published > this.#publishedInRows) this.#closeSecond();
  }

  latency(latency: Latency): LatencyTotal {
    let total = this.#latencies.get(latency);
    if (total === undefined) {
      total = new LatencyTotal();
      this.#latencies.set(latency, total);
    }
    return total;
  }

  /** Everything that has a sample, in standard encoded form. */
  encodedHistograms(): Record<string, string> {
    const encoded: Record<string, string> = {};
    for (const [latency, total] of this.#latencies) if (total.count > 0) encoded[latency] = total.encoded();
    return encoded;
  }

  get series(): readonly SeriesRow[] {
    return this.#series.rows;
  }

  get failures(): readonly FailureRow[] {
    return [...this.#failures.values()]
      .map((failure) => ({ ...failure, side: kindInfo(failure.kind).side }))
      .sort((a, b) => b.count - a.count || a.kind.localeCompare(b.kind));
  }

  failedIn(phase: Stage): number {
    let failed = 0;
    for (const failure of this.#failures.values()) {
      if (failure.phase === phase && failure.role === 'connection') failed += failure.count;
    }
    return failed;
  }

  get server(): ServerObservation {
    const c = this.counts;
    return {
      stompVersions: Object.fromEntries(this.#versions),
      software: this.#software,
      subprotocols: Object.fromEntries(this.#subprotocols),
      heartbeatMs: this.#heartbeatMs,
      receipts: {
        subscribe: { asked: c.subscribeReceiptsAsked, received: c.subscribeReceipts, closedInstead: 0 },
        unsubscribe: { asked: c.unsubscribeReceiptsAsked, received: c.unsubscribeReceipts, closedInstead: 0 },
        disconnect: {
          asked: c.disconnectReceiptsAsked,
          received: c.disconnectReceipts,
          closedInstead: c.disconnectClosedInstead,
        },
        send: { asked: c.sendReceiptsAsked, received: c.sendReceipts, closedInstead: 0 },
      },
      subscribeConfirmedBy: {
        receipt: c.confirmedByReceipt,
        message: c.confirmedByMessage,
        none: c.confirmedByNothing,
      },
    };
  }

  /** CPU time of all processes since each one's first snapshot. */
  get cpuMs(): number {
    let us = 0;
    for (const { firstCpuUs, lastCpuUs } of this.#processes.values()) us += lastCpuUs - firstCpuUs;
    return Math.round(us / 1000);
  }

  get maxRssBytes(): number {
    return this.#maxRssBytes;
  }

  get lastUs(): number {
    return this.#lastUs;
  }

  #closeSeconds(untilUs: number): void {
    for (;;) {
      const endUs = this.#startUs + (this.#series.closedSeconds + 1) * 1e6;
      if (endUs > untilUs) break;
      this.timeline.advance(endUs);
      this.#closeSecond();
    }
    if (untilUs < Infinity) this.timeline.advance(untilUs);
  }

  #closeSecond(): void {
    const { open, published, expected } = this.timeline;
    const row = {
      open,
      published: published - this.#publishedInRows,
      expected: expected - this.#expectedInRows,
    };
    this.#publishedInRows = published;
    this.#expectedInRows = expected;
    this.#series.close(row);
  }

  #addGauges(gauges: Gauges): number {
    const known = this.#processes.get(gauges.pid);
    let spentUs = 0;
    if (known === undefined) {
      const { processCpuUs, processRssBytes } = gauges;
      this.#processes.set(gauges.pid, {
        firstCpuUs: processCpuUs,
        lastCpuUs: processCpuUs,
        rssBytes: processRssBytes,
      });
    } else {
      spentUs = Math.max(0, gauges.processCpuUs - known.lastCpuUs);
      known.lastCpuUs += spentUs;
      known.rssBytes = gauges.processRssBytes;
    }
    let rssBytes = 0;
    for (const process of this.#processes.values()) rssBytes += process.rssBytes;
    this.#maxRssBytes = Math.max(this.#maxRssBytes, rssBytes);
    return spentUs / 1000;
  }

  #addFailure({ role, phase, kind, code, count, sample }: FailureDelta): void {
    const key = `${role} ${phase} ${kind} ${String(code)}`;
    const known = this.#failures.get(key);
    if (known === undefined) {
      this.#failures.set(key, { role, phase, kind, code, count, sample: sample ?? '' });
      return;
    }
    known.count += count;
    if (known.sample === '' && sample !== null) known.sample = sample;
  }
}

function addNames(total: Map<string, number>, delta: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(delta)) total.set(name, (total.get(name) ?? 0) + count);
}
