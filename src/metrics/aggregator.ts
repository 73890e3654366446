import { type FailureKind, MAX_SAMPLE_LENGTH, kindInfo } from '../model/failures.js';
import type { GeneratorHealth, MachineSample } from '../model/health.js';
import type { Latency, Stage } from '../model/phases.js';
import type { AddressResult, FailureRow, SeriesRow, ServerObservation, TimeBlock } from '../model/result.js';
import { AddressTotals } from './address-totals.js';
import { TimeBlocks } from './blocks.js';
import type { OnSecond } from './closed-second.js';
import { type Counters, addCounters, zeroCounters } from './counters.js';
import { failureKey } from './failure-key.js';
import type { HistogramDelta } from './interval-histogram.js';
import { LatencyTotal } from './latency-total.js';
import { MachineUsage } from './machine-usage.js';
import { Series, type TimelineRow } from './series.js';
import type { FailureDelta, Snapshot } from './snapshot.js';
import { Timeline } from './timeline.js';
import { isUnsound } from './unsound-spans.js';

/** How many different names of versions or of subprotocols a hostile target may make us keep. */
const MAX_NAMES = 50;

interface FailureTotal {
  role: 'connection' | 'publisher';
  phase: Stage;
  kind: FailureKind;
  code: number | null;
  count: number;
  whileUnsound: number;
  sample: string;
}

export interface AggregatorOptions {
  readonly startUs: number;
  readonly workers: readonly number[];
  /** How long a message may take to arrive: timeouts.drain. */
  readonly drainUs: number;
  /** Arrivals that the schedule has asked for, that many milliseconds after the start. */
  readonly plannedTotalAtMs: (ms: number) => number;
  /** Hears each second once it is closed. */
  readonly onSecond?: OnSecond;
}

/**
 * The whole run, added up from its workers' snapshots in whatever order they come; only where one of several texts
 * is kept (a failure's sample, the server's name), it is the first that came. The live run and the rebuilding of a
 * killed one feed the same aggregator, so they cannot disagree.
 */
export class Aggregator {
  readonly counts: Counters = zeroCounters();
  readonly timeline: Timeline;
  readonly #startUs: number;
  readonly #series: Series;
  readonly #blocks = new TimeBlocks();
  readonly #machine: MachineUsage;
  readonly #latencies = new Map<Latency, LatencyTotal>();
  readonly #failures = new Map<string, FailureTotal>();
  /** By worker: connections started that have neither completed nor failed. */
  readonly #underWay = new Map<number, number>();
  readonly #left = new Set<number>();
  readonly #versions = new Map<string, number>();
  readonly #subprotocols = new Map<string, number>();
  readonly #targets = new AddressTotals();
  readonly #sources = new AddressTotals();
  #software: string | null = null;
  #heartbeatMs: ServerObservation['heartbeatMs'] = null;
  #lastUs: number;
  #publishedInRows = 0;
  #expectedInRows = 0;
  /** Since the last row: deliveries that are no longer expected, by the second in which their messages were sent. */
  readonly #takenBack = new Map<number, number>();

  constructor(options: AggregatorOptions) {
    this.#startUs = options.startUs;
    this.#lastUs = options.startUs;
    const { workers, drainUs, startUs } = options;
    const onTakenBack = this.#takeBack.bind(this);
    this.timeline = new Timeline(workers, drainUs, onTakenBack, startUs);
    this.#series = new Series(options.startUs, options.plannedTotalAtMs, (second) => {
      this.#blocks.add(second);
      options.onSecond?.(second);
    });
    this.#machine = new MachineUsage(options.startUs);
  }

  add(snapshot: Snapshot): void {
    const { worker, counts } = snapshot;
    // Given up for lost, it has been settled: what still comes of it would count a second time.
    if (this.#left.has(worker)) return;
    const { started = 0, complete = 0, failed = 0 } = counts;
    this.#underWay.set(worker, (this.#underWay.get(worker) ?? 0) + started - complete - failed);
    addCounters(this.counts, snapshot.counts);
    for (const [latency, delta] of Object.entries(snapshot.latencies) as [Latency, HistogramDelta][]) {
      this.latency(latency).add(delta);
    }
    for (const failure of snapshot.failures) this.#addFailure(failure, isUnsound(snapshot));
    addNames(this.#versions, snapshot.server.versions);
    addNames(this.#subprotocols, snapshot.server.subprotocols);
    this.#targets.add(snapshot.addresses.targets);
    this.#sources.add(snapshot.addresses.sources);
    this.#software ??= snapshot.server.software;
    this.#heartbeatMs ??= snapshot.server.heartbeatMs;
    this.#lastUs = Math.max(this.#lastUs, snapshot.untilUs);
    this.timeline.add(snapshot);
    this.#series.add(snapshot);
    this.#closeSeconds(Math.min(this.timeline.watermarkUs, this.#lastUs));
  }

  /** What the coordinator saw of its machine, in the order in which it saw it. */
  addMachine(sample: MachineSample): void {
    const busy = this.#machine.add(sample);
    const middleSec = (sample.atUs - this.#startUs) / 1e6 - 0.5;
    if (busy !== null && middleSec >= 0) this.#series.addMachineBusy(Math.floor(middleSec), busy);
  }

  /** A worker sends no more: it is done (null), or dead, and why. */
  leave(worker: number, reason: string | null): void {
    if (this.#left.has(worker)) return;
    this.#left.add(worker);
    if (reason === null) this.timeline.leave(worker);
    else this.#lose(worker, reason);
    this.#closeSeconds(Math.min(this.timeline.watermarkUs, this.#lastUs));
  }

  /** Counts everything that is left. Nothing may be added afterwards. */
  finish(): void {
    this.timeline.cutOff();
    this.#closeSeconds(this.#lastUs);
    this.timeline.advance(Infinity);
    const restSec = (this.#lastUs - this.#startUs) / 1e6 - this.#series.closedSeconds;
    this.#series.finish(this.#timelineRow(), restSec);
  }

  // What a dead worker had under way is not complete, and not the target's failure.
  #lose(worker: number, reason: string): void {
    this.timeline.lose(worker);
    const count = this.#underWay.get(worker) ?? 0;
    if (count === 0) return;
    const sample = reason.slice(0, MAX_SAMPLE_LENGTH);
    this.#addFailure(
      { role: 'connection', phase: 'hold', kind: 'worker-lost', code: null, count, sample },
      true,
    );
    this.#series.addFailed('worker-lost', count);
    this.counts.failed += count;
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

  /** Encoded when they are asked for. */
  get blocks(): readonly TimeBlock[] {
    return this.#blocks.all();
  }

  /** undefined before the first second has ended. */
  get lastRow(): SeriesRow | undefined {
    return this.#series.lastRow;
  }

  get failures(): readonly FailureRow[] {
    return [...this.#failures.values()]
      .map((failure) => ({ ...failure, side: kindInfo(failure.kind).side }))
      .sort((a, b) => b.count - a.count || compareKeys(failureKey(a), failureKey(b)));
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

  get addresses(): AddressResult {
    return {
      targets: this.#targets.rows,
      sources: this.#sources.rows,
      portsTaken: this.counts.portsTaken,
    };
  }

  /** CPU time, since the start of the run, of the processes that hold workers. */
  get cpuMs(): number {
    return this.#series.usage.cpuMs;
  }

  get health(): Omit<GeneratorHealth, 'lostReasons'> {
    return { ...this.#series.usage.health, ...this.#machine.health };
  }

  get maxRssBytes(): number {
    return this.#series.usage.maxRssBytes;
  }

  get lastUs(): number {
    return this.#lastUs;
  }

  #closeSeconds(untilUs: number): void {
    for (;;) {
      const endUs = this.#startUs + (this.#series.closedSeconds + 1) * 1e6;
      if (endUs > untilUs) break;
      this.timeline.advance(endUs);
      this.#series.close(this.#timelineRow());
    }
    if (untilUs < Infinity) this.timeline.advance(untilUs);
  }

  #takeBack(sentUs: number, deliveries: number): void {
    const second = Math.max(0, Math.floor((sentUs - this.#startUs) / 1e6));
    this.#takenBack.set(second, (this.#takenBack.get(second) ?? 0) + deliveries);
  }

  /** What the timeline has counted since the row before. */
  #timelineRow(): TimelineRow {
    // What is no longer expected of a second whose row is closed is not of this row.
    for (const [second, deliveries] of this.#takenBack) {
      if (this.#series.takeBackExpected(second, deliveries)) this.#expectedInRows -= deliveries;
    }
    this.#takenBack.clear();
    const { open, published, expected } = this.timeline;
    const row = {
      open,
      published: published - this.#publishedInRows,
      expected: expected - this.#expectedInRows,
    };
    this.#publishedInRows = published;
    this.#expectedInRows = expected;
    return row;
  }

  #addFailure(failure: FailureDelta, unsound: boolean): void {
    const { role, phase, kind, code, count, sample } = failure;
    const key = failureKey(failure);
    const whileUnsound = unsound ? count : 0;
    const known = this.#failures.get(key);
    if (known === undefined) {
      this.#failures.set(key, { role, phase, kind, code, count, whileUnsound, sample: sample ?? '' });
      return;
    }
    known.count += count;
    known.whileUnsound += whileUnsound;
    if (known.sample === '' && sample !== null) known.sample = sample;
  }
}

function addNames(total: Map<string, number>, delta: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(delta)) {
    const known = total.get(name);
    if (known !== undefined || total.size < MAX_NAMES) total.set(name, (known ?? 0) + count);
  }
}

function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
