import { MAX_SAMPLE_LENGTH, type FailureKind } from '../model/failures.js';
import { LATENCIES, type Latency, type Stage } from '../model/phases.js';
import { type Counters, nonZero, zeroCounters } from './counters.js';
import { EventBuffer, type EventType } from './events.js';
import { failureKey } from './failure-key.js';
import { type HistogramDelta, IntervalHistogram } from './interval-histogram.js';
import { RouteCounts } from './route-counts.js';
import { secondOf } from './sent-seconds.js';
import type { DestinationInfo, FailureDelta, Gauges, ServerDelta, Snapshot } from './snapshot.js';

/** What a hostile target may make a worker remember: rows of failures, versions and subprotocols. */
const MAX_FAILURE_ROWS = 200;
const MAX_OBSERVED_NAMES = 20;

export interface Failure {
  readonly role: 'connection' | 'publisher';
  readonly phase: Stage;
  readonly kind: FailureKind;
  readonly code: number | null;
  readonly sample: string;
}

interface FailureCount extends Failure {
  count: number;
  reported: boolean;
}

/** Everything that one worker measures. Recording allocates nothing that lasts; `take` hands over the interval. */
export class Recorder {
  counts: Counters = zeroCounters();
  /** MESSAGE frames since the beginning, whatever became of them: how much work they were. */
  messages = 0;
  readonly routes = new RouteCounts();
  /** For who records the same one with every message: a name that is known beforehand costs no search. */
  readonly latencies: Readonly<Record<Latency, IntervalHistogram>>;
  readonly #worker: number;
  readonly #scrub: (text: string) => string;
  readonly #events = new EventBuffer();
  /** By the second in which it was sent, by the destination's number. */
  readonly #received = new Map<number, Map<number, number>>();
  /** Of the last that came, mostly those of the next too: they are counted here before they go to the map. */
  #lastSecond = -1;
  #lastDestination = -1;
  #lastCount = 0;
  readonly #failures = new Map<string, FailureCount>();
  readonly #destinations = new Map<string, number>();
  #newDestinations: DestinationInfo[] = [];
  readonly #versions = new Map<string, number>();
  readonly #subprotocols = new Map<string, number>();
  #software: string | null = null;
  #heartbeatMs: ServerDelta['heartbeatMs'] = null;
  #startUs = 0;
  #lastUntilUs = 0;

  /** `scrub` takes secrets out of what the target says, before they are kept anywhere. */
  constructor(worker: number, scrub: (text: string) => string) {
    this.#worker = worker;
    this.#scrub = scrub;
    this.latencies = Object.fromEntries(
      LATENCIES.map((latency) => [latency, new IntervalHistogram()]),
    ) as Record<Latency, IntervalHistogram>;
  }

  /** Rows of the series count from this moment. */
  begin(startUs: number): void {
    this.#startUs = startUs;
    this.#lastUntilUs = startUs;
  }

  latency(latency: Latency, us: number): void {
    this.latencies[latency].record(us);
  }

  event(atUs: number, type: EventType, destination = 0, sinceUs = 0, doubtUs = sinceUs): void {
    this.#events.add(atUs, type, destination, sinceUs, doubtUs);
  }

  /** An expected delivery of this destination has come. */
  received(destination: number, sentUs: number): void {
    this.counts.received++;
    const second = secondOf(sentUs);
    if (second !== this.#lastSecond || destination !== this.#lastDestination) {
      this.#putReceived();
      this.#lastSecond = second;
      this.#lastDestination = destination;
    }
    this.#lastCount++;
  }

  #putReceived(): void {
    if (this.#lastCount === 0) return;
    let ofSecond = this.#received.get(this.#lastSecond);
    if (ofSecond === undefined) {
      ofSecond = new Map<number, number>();
      this.#received.set(this.#lastSecond, ofSecond);
    }
    ofSecond.set(this.#lastDestination, (ofSecond.get(this.#lastDestination) ?? 0) + this.#lastCount);
    this.#lastCount = 0;
  }

  /** The number by which this worker's events call a destination. */
  destination(name: string, distribution: DestinationInfo['distribution']): number {
    const key = `${distribution ?? ''} ${name}`;
    const known = this.#destinations.get(key);
    if (known !== undefined) return known;
    const number = this.#destinations.size;
    this.#destinations.set(key, number);
    this.#newDestinations.push({ name, distribution });
    return number;
  }

  failure(failure: Failure): void {
    let { code } = failure;
    let key = failureKey(failure);
    if (!this.#failures.has(key) && this.#failures.size >= MAX_FAILURE_ROWS) {
      code = null;
      key = failureKey({ ...failure, code });
    }
    const known = this.#failures.get(key);
    if (known !== undefined) {
      known.count++;
      return;
    }
    const sample = this.#scrub(failure.sample).slice(0, MAX_SAMPLE_LENGTH);
    this.#failures.set(key, { ...failure, code, sample, count: 1, reported: false });
  }

  sawVersion(version: string): void {
    countName(this.#versions, this.#scrub(version));
  }

  sawSubprotocol(subprotocol: string): void {
    countName(this.#subprotocols, this.#scrub(subprotocol));
  }

  sawSoftware(software: string): void {
    this.#software ??= this.#scrub(software).slice(0, MAX_SAMPLE_LENGTH);
  }

  sawHeartbeat(sendMs: number, receiveMs: number): void {
    this.#heartbeatMs ??= { send: sendMs, receive: receiveMs };
  }

  /** The interval up to `untilUs`; a new one begins. */
  take(untilUs: number, gauges: Gauges): Snapshot {
    const middleUs = (this.#lastUntilUs + untilUs) / 2;
    this.#lastUntilUs = untilUs;
    const latencies: Partial<Record<Latency, HistogramDelta>> = {};
    for (const latency of LATENCIES) {
      const delta = this.latencies[latency].take();
      if (delta !== undefined) latencies[latency] = delta;
    }
    const snapshot: Snapshot = {
      worker: this.#worker,
      row: Math.max(0, Math.floor((middleUs - this.#startUs) / 1e6)),
      untilUs,
      counts: nonZero(this.counts),
      latencies,
      failures: this.#takeFailures(),
      destinations: this.#newDestinations,
      events: this.#events.take(),
      received: this.#takeReceived(),
      server: {
        versions: Object.fromEntries(this.#versions),
        subprotocols: Object.fromEntries(this.#subprotocols),
        software: this.#software,
        heartbeatMs: this.#heartbeatMs,
      },
      addresses: this.routes.take(),
      gauges,
    };
    this.counts = zeroCounters();
    this.#newDestinations = [];
    this.#versions.clear();
    this.#subprotocols.clear();
    return snapshot;
  }

  #takeReceived(): Uint32Array<ArrayBuffer> {
    this.#putReceived();
    const triples: number[] = [];
    for (const [second, counts] of this.#received) {
      for (const [destination, count] of counts) triples.push(destination, second, count);
    }
    this.#received.clear();
    return Uint32Array.from(triples);
  }

  #takeFailures(): FailureDelta[] {
    const deltas: FailureDelta[] = [];
    for (const failure of this.#failures.values()) {
      if (failure.count === 0) continue;
      const { role, phase, kind, code, count } = failure;
      deltas.push({ role, phase, kind, code, count, sample: failure.reported ? null : failure.sample });
      failure.count = 0;
      failure.reported = true;
    }
    return deltas;
  }
}

function countName(names: Map<string, number>, name: string): void {
  const bounded = name.slice(0, 40);
  const count = names.get(bounded);
  if (count === undefined && names.size >= MAX_OBSERVED_NAMES) return;
  names.set(bounded, (count ?? 0) + 1);
}
