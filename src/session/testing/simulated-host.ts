import { GAUGES } from '../../metrics/testing/snapshots.js';
import { type Counters, zeroCounters } from '../../metrics/counters.js';
import { EVENT, eventDestination, eventType } from '../../metrics/events.js';
import { Recorder } from '../../metrics/recorder.js';
import type { FailureDelta } from '../../metrics/snapshot.js';
import type { Latency } from '../../model/phases.js';
import type { TimeoutsPlan } from '../../model/plan.js';
import type { Connection, ConnectionHost } from '../connection.js';
import type { Endpoint } from '../endpoint.js';
import type { Publisher, PublisherHost } from '../publisher.js';
import { SeenBudget } from '../seen-messages.js';
import { TimerWheel } from '../timer-wheel.js';
import type { TransportListener } from '../transport.js';
import { FakeTransport } from './fake-transport.js';

export const RUN = 0xabcdef01;

export const TIMEOUTS: TimeoutsPlan = {
  dns: 1000,
  tcp: 2000,
  tls: 3000,
  upgrade: 4000,
  connect: 5000,
  subscribe: 6000,
  message: 30_000,
  unsubscribe: 7000,
  disconnect: 8000,
  close: 9000,
  publish: 10_000,
  drain: 5000,
};

const TICK_US = 20_000;

export interface Measured {
  readonly counts: Counters;
  /** How many samples each latency has. */
  readonly samples: Partial<Record<Latency, number>>;
  /** The sum of each latency, microseconds: of a single sample the sample itself. */
  readonly sumUs: Partial<Record<Latency, number>>;
  readonly failures: readonly FailureDelta[];
  readonly events: readonly { readonly atUs: number; readonly type: string; readonly destination: number }[];
}

/** A worker without a loop or sockets: real recorder, real wheel, a clock that only moves when it is told to. */
export class SimulatedHost implements ConnectionHost, PublisherHost {
  nowUsValue = 1_000_000_000;
  readonly nowUs = (): number => this.nowUsValue;
  readonly recorder: Recorder;
  readonly wheel = new TimerWheel(this.nowUsValue);
  readonly timeoutsMs = TIMEOUTS;
  readonly run = RUN;
  readonly runId = 'abcdef01';
  readonly lateToleranceUs = 10_000;
  readonly seenBudget = new SeenBudget();
  drainEndUs = Infinity;
  /** As if all had had their time: a test says otherwise. */
  drained = true;
  readonly transports: FakeTransport[] = [];
  readonly settledConnections: Connection[] = [];
  readonly goneConnections: Connection[] = [];
  readonly readyPublishers: Publisher[] = [];
  readonly gonePublishers: Publisher[] = [];

  constructor(worker = 0) {
    this.recorder = new Recorder(worker, (text) => text);
  }

  get transport(): FakeTransport {
    const transport = this.transports.at(-1);
    if (transport === undefined) throw new Error('there is no transport yet');
    return transport;
  }

  newTransport(_endpoint: Endpoint, listener: TransportListener): FakeTransport {
    const transport = new FakeTransport(listener);
    this.transports.push(transport);
    return transport;
  }

  destinationNumber(name: string): number {
    return this.recorder.destination(name, null);
  }

  settled(connection: Connection): void {
    this.settledConnections.push(connection);
  }

  gone(connection: Connection): void {
    this.goneConnections.push(connection);
  }

  publisherReady(publisher: Publisher): void {
    this.readyPublishers.push(publisher);
  }

  publisherGone(publisher: Publisher): void {
    this.gonePublishers.push(publisher);
  }

  /** Lets time pass, tick by tick. */
  pass(ms: number): void {
    const untilUs = this.nowUsValue + ms * 1000;
    while (this.nowUsValue < untilUs) {
      this.nowUsValue = Math.min(untilUs, this.nowUsValue + TICK_US);
      this.wheel.advance(this.nowUsValue);
    }
  }

  /** Everything that was measured since the last time. */
  measured(): Measured {
    const snapshot = this.recorder.take(this.nowUsValue, GAUGES);
    const samples: Measured['samples'] = {};
    const sumUs: Measured['sumUs'] = {};
    for (const [latency, delta] of Object.entries(snapshot.latencies)) {
      const counted = delta.pairs.filter((_, i) => i % 2 === 1);
      samples[latency as Latency] = counted.reduce((sum, count) => sum + count, 0);
      sumUs[latency as Latency] = delta.sumUs;
    }
    const names = Object.entries(EVENT);
    const events = Array.from(snapshot.events.codes, (code, i) => ({
      atUs: snapshot.events.atUs[i] ?? 0,
      type: names.find(([, type]) => type === eventType(code))?.[0] ?? '',
      destination: eventDestination(code),
    }));
    return {
      counts: { ...zeroCounters(), ...snapshot.counts },
      samples,
      sumUs,
      failures: snapshot.failures,
      events,
    };
  }
}
