import type { FailureKind } from '../model/failures.js';
import type { UnsoundCause } from '../model/health.js';
import type { Distribution } from '../model/plan.js';
import type { Latency, Stage } from '../model/phases.js';
import type { AddressRow } from '../model/result.js';
import type { Counters } from './counters.js';
import type { EventBatch } from './events.js';
import type { HistogramDelta } from './interval-histogram.js';

/**
 * What one worker measured since its last snapshot. Snapshots only add up: in whatever order the workers' come,
 * the totals are the same. They travel as typed arrays and not as encoded histograms (docs/decisions/).
 */
export interface Snapshot {
  readonly worker: number;
  /** The row of the series that the interval's middle lies in: whole seconds from the start of the run. */
  readonly row: number;
  /** Nothing that happened before this moment will come in a later snapshot of this worker; monotonic microseconds. */
  readonly untilUs: number;
  readonly counts: Partial<Counters>;
  readonly latencies: Partial<Record<Latency, HistogramDelta>>;
  readonly failures: readonly FailureDelta[];
  /** Destinations first seen in this interval; events refer to them by the order in which a worker met them. */
  readonly destinations: readonly DestinationInfo[];
  readonly events: EventBatch;
  /** Triples: a destination’s number, the second of the monotonic clock in which it was sent, deliveries received of that. */
  readonly received: Uint32Array<ArrayBuffer>;
  readonly server: ServerDelta;
  readonly addresses: AddressDelta;
  readonly gauges: Gauges;
}

export interface DestinationInfo {
  readonly name: string;
  /** null: a publisher's, who doesn't know. */
  readonly distribution: Distribution | null;
}

export interface FailureDelta {
  readonly role: 'connection' | 'publisher';
  readonly phase: Stage;
  readonly kind: FailureKind;
  readonly code: number | null;
  readonly count: number;
  /** Present the first time a worker met this row. */
  readonly sample: string | null;
}

/** What the server was seen to do. */
export interface ServerDelta {
  readonly versions: Readonly<Record<string, number>>;
  readonly subprotocols: Readonly<Record<string, number>>;
  readonly software: string | null;
  readonly heartbeatMs: { readonly send: number; readonly receive: number } | null;
}

/** Of connections: the rows in which something was counted since. */
export interface AddressDelta {
  readonly targets: readonly AddressRow[];
  readonly sources: readonly AddressRow[];
}

/** What a worker says of itself. "Since" is since its snapshot before. */
export interface Gauges {
  /** How long it is since. */
  readonly spanUs: number;
  /** CPU time of the worker's process since the start of the run, all its threads together. */
  readonly processCpuUs: number;
  readonly processRssBytes: number;
  readonly pid: number;
  /** Open files of the process and their limit, told by one worker of each process; 0: not told, or not known. */
  readonly openFiles: number;
  readonly openFilesLimit: number;
  /** Since: how long this worker's thread was ready to run and had no CPU. */
  readonly cpuWaitUs: number;
  /** Since: the longest garbage collection. */
  readonly gcMaxUs: number;
  /** Since, from 0 to 1: how much of the time the worker's event loop was busy. */
  readonly utilization: number;
  /** Since: the longest time in which the event loop did not turn, beyond what it sleeps. */
  readonly loopDelayMaxUs: number;
  /** Since: how long the worker stood still, neither running nor waiting for a CPU. */
  readonly pausedUs: number;
  /** Since: the most that it was late by itself, not because of connect.inFlight nor of a full socket. */
  readonly ownLagMaxUs: number;
  /** What the last full garbage collection left of the heap; 0 before the first. */
  readonly heapLiveBytes: number;
  readonly heapLimitBytes: number;
  /** For how long the worker had stood still up to the beginning, and read first what had waited; 0: it had not. */
  readonly stoodStillBeforeUs: number;
  /** Why the worker was not well since (health/): what failed then may be its own doing. null: it was well. */
  readonly unsound: UnsoundCause | null;
}
