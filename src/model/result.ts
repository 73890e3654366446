import type { Comparison } from './comparison.js';
import type { FailureKind, Side } from './failures.js';
import type { Finding, GeneratorVerdict } from './findings.js';
import type { GeneratorHealth, UnsoundCause } from './health.js';
import type { Latency, Phase, Stage } from './phases.js';
import type { RunPlan } from './plan.js';
import type { ThresholdVerdict } from './thresholds.js';

/** The record of one run: plain JSON, complete in itself, read by every reporter. Reporters compute no statistic. */
export interface RunResult {
  readonly schema: 'stompede.result/1';
  readonly stompede: string;
  readonly run: RunInfo;
  readonly outcome: Outcome;
  readonly verdict: Verdict;
  /** What was asked for and what came of it: the scenario's own first, then what is asked for by itself. */
  readonly thresholds: readonly ThresholdVerdict[];
  /** null: it was compared with nothing. */
  readonly comparison: Comparison | null;
  /** With --repeat: all runs, in their order, this one among them. null: there was one. */
  readonly repeats: readonly RepeatRow[] | null;
  readonly connections: ConnectionCounts;
  readonly phases: Readonly<Partial<Record<Phase, PhaseResult>>>;
  readonly schedule: ScheduleResult;
  readonly publishing: PublishingResult;
  readonly failures: readonly FailureRow[];
  /** What the run showed about the generator, the target and the network; the worst first, then in their order in time. */
  readonly findings: readonly Finding[];
  readonly deliveries: DeliveryResult;
  readonly server: ServerObservation;
  readonly addresses: AddressResult;
  readonly generator: GeneratorResult;
  readonly series: readonly SeriesRow[];
  readonly blocks: readonly TimeBlock[];
  /** Secrets masked. */
  readonly plan: RunPlan;
  readonly environment: EnvironmentInfo;
  /** HdrHistogram V2 compressed, base64; microseconds; by latency name. */
  readonly histograms: Readonly<Record<string, string>>;
  /** What a reader must know before trusting a figure, in whole sentences. */
  readonly notes: readonly string[];
}

/**
 * completed: the plan ran to its end. cut-short: a threshold with `abort` was missed, wound up in order. stopped: Ctrl-C or
 * SIGTERM, wound up in order. aborted: ended without winding up. invalid: the generator lost a part of itself, the
 * figures do not count.
 */
export type Outcome = 'completed' | 'cut-short' | 'stopped' | 'aborted' | 'invalid';

export interface RunInfo {
  /** Eight hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly durationMs: number;
  /** Milliseconds from the start; absent where the run did not get there. */
  readonly marksMs: { readonly holdStart?: number; readonly holdEnd?: number; readonly stopAsked?: number };
}

export interface Verdict {
  readonly exitCode: number;
  readonly pass: boolean;
  /** One sentence. */
  readonly headline: string;
  /** What was asked and missed, each a sentence; empty on a pass. */
  readonly reasons: readonly string[];
}

export interface ConnectionCounts {
  readonly planned: number;
  readonly attempted: number;
  readonly complete: number;
  readonly failed: number;
  /** Attempted, and neither complete nor failed when the run ended. */
  readonly unfinished: number;
  /** The most WebSocket connections that were open at one moment. */
  readonly peakOpen: number;
  readonly droppedWhileHolding: number;
  /** How old they were, since their upgrade. null: none was dropped. */
  readonly droppedAgeUs: LatencySummary | null;
  /** How long before they had last sent anything themselves. */
  readonly droppedIdleUs: LatencySummary | null;
}

/** Percentiles of one HDR histogram, in microseconds. */
export interface LatencySummary {
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** [percentile from 0 to 100, microseconds], rising; for a percentile curve. */
export type Curve = readonly (readonly [number, number])[];

export interface PhaseResult {
  readonly count: number;
  readonly failed: number;
  /** Successes that had nothing to wait for (a frame that this server does not confirm): in count, not in us. */
  readonly unconfirmed: number;
  /** From when the phase was started. null: no sample. */
  readonly us: LatencySummary | null;
  /** First phase of an attempt only: from when the schedule asked for the connection. */
  readonly fromDueUs: LatencySummary | null;
  readonly curve: Curve;
}

export interface ScheduleResult {
  readonly lateCount: number;
  /** An arrival counts as late when it starts more than this after its due moment. */
  readonly lateToleranceUs: number;
  readonly lagUs: LatencySummary | null;
}

export interface PublishingResult {
  readonly publishersPlanned: number;
  readonly publishersFailed: number;
  /** Messages that the schedule asked for. */
  readonly due: number;
  readonly sent: number;
  /** Due but never sent: no publisher was connected, or its socket's buffer stayed full. */
  readonly unsent: number;
  readonly lateCount: number;
  readonly lagUs: LatencySummary | null;
  /** SEND to RECEIPT, where asked for. */
  readonly receiptUs: LatencySummary | null;
  readonly receiptsMissing: number;
}

export interface FailureRow {
  readonly phase: Stage;
  readonly kind: FailureKind;
  readonly side: Side;
  readonly role: 'connection' | 'publisher';
  readonly count: number;
  /** Of these, the ones in a second in which the worker that saw them was itself not well: they may be its own doing. */
  readonly whileUnsound: number;
  /** What the target or the system said the first time: bounded, secrets masked, otherwise raw: escape it. */
  readonly sample: string;
  /** HTTP status or WebSocket close code of the sample, where there was one. */
  readonly code: number | null;
}

export interface DeliveryResult {
  /** SENDs of this run. */
  readonly published: number;
  /**
   * Sum over all messages of the subscriptions that were live, by proof, when each was sent; one for each message to a
   * queue (docs/deliveries.md).
   */
  readonly expected: number;
  /** Of those expected, the ones that came, each once. */
  readonly received: number;
  /**
   * Expected, and never came: expected = received + lost. What may have been on its way at the end of a connection, by
   * docs/deliveries.md, is edge.
   */
  readonly lost: number;
  /** Of those received, the ones that came after the drain had ended. */
  readonly late: number;
  /**
   * Published while a subscription began or ended, where either outcome is right: counted whether they came or not.
   */
  readonly edge: number;
  /** Copies of a message that its subscription had had before: not received again, and in no latency. */
  readonly duplicated: number;
  /** First copies that came after a later message of the same publisher and destination (RFC 4737 section 3). */
  readonly reordered: number;
  /** Messages of this run that came to a subscription which they were not for, or which was gone when they were sent. */
  readonly misrouted: number;
  /** MESSAGE frames whose stamp was damaged on the way: what it was for is missing, too. */
  readonly corrupted: number;
  /** MESSAGE frames without a stamp of this run. */
  readonly foreign: number;
  /** On subscriptions with a wildcard, of which can't be told what they are owed: timed, and never expected. */
  readonly unaccounted: number;
  /** From the SEND. */
  readonly latencyUs: LatencySummary | null;
  /** From when the schedule asked for the SEND. */
  readonly latencyFromDueUs: LatencySummary | null;
  readonly curve: Curve;
}

/** What the server turned out to do, counted. */
export interface ServerObservation {
  readonly stompVersions: Readonly<Record<string, number>>;
  readonly software: string | null;
  readonly subprotocols: Readonly<Record<string, number>>;
  /** Agreed in the CONNECT/CONNECTED exchange, of the first connection; null before any. */
  readonly heartbeatMs: { readonly send: number; readonly receive: number } | null;
  readonly receipts: Readonly<Record<'subscribe' | 'unsubscribe' | 'disconnect' | 'send', ReceiptSupport>>;
  readonly subscribeConfirmedBy: {
    readonly receipt: number;
    readonly message: number;
    readonly none: number;
  };
}

export interface ReceiptSupport {
  readonly asked: number;
  readonly received: number;
  /** DISCONNECT only: ended by close 1000 instead. */
  readonly closedInstead: number;
}

/** Which addresses connections went to and came from: one that is behind the others shows here. */
export interface AddressResult {
  /** By what was connected to, as ip:port ([ip]:port of IPv6). Where the name never resolved, host:port. */
  readonly targets: readonly AddressRow[];
  /** By the address of ours. Empty where the kernel chose (connect.localAddresses: []). */
  readonly sources: readonly AddressRow[];
  /** Local ports that were taken (EADDRINUSE, EADDRNOTAVAIL), so that the next one was tried. */
  readonly portsTaken: number;
}

/**
 * Connections of one address; publishers are not among them. Rows need not add up to ConnectionCounts: a connection is in
 * the row of each address of its name that it tried, as far as that could see of it, and what a worker had not yet handed
 * over when it was lost is in none.
 */
export interface AddressRow {
  readonly address: string;
  readonly attempted: number;
  readonly opened: number;
  readonly complete: number;
  /** Of a target without those that this machine failed at by itself (Side `generator`): they are in their source's row. */
  readonly failed: number;
}

/** Of the processes that hold workers: with several, the coordinator's own is not among them. */
export interface GeneratorResult {
  /** Whether these figures can be used; the findings about the generator say why not. */
  readonly verdict: GeneratorVerdict;
  /**
   * The instrument's error: from the moment at which a socket can have become readable at the earliest to the time
   * stamp of what was read, as far as Node lets that be seen. A latency below its p99 is not resolvable. null: nothing
   * was read.
   */
  readonly readDelayUs: LatencySummary | null;
  readonly cpuMs: number;
  readonly maxRssBytes: number;
  readonly workers: number;
  readonly processes: number;
  readonly workersLost: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly health: GeneratorHealth;
}

export interface EnvironmentInfo {
  readonly node: string;
  readonly os: string;
  readonly cpus: number;
  readonly cpuModel: string;
  readonly memoryBytes: number;
  readonly openFilesPerProcess: number | null;
  readonly localPorts: readonly [number, number] | null;
}

/** One run of several. */
export interface RepeatRow {
  /** Its folder, relative to that of all of them. */
  readonly folder: string;
  readonly startedAt: string;
  /** `baseline`: against --baseline-target. */
  readonly of: 'current' | 'baseline';
  readonly exitCode: number;
  readonly generator: GeneratorVerdict;
  /** Not counted in the comparison: the generator was not sound, or the run did not come to its end. */
  readonly leftOut: boolean;
  readonly headline: string;
}

/**
 * A stretch of the run with its own histograms, for what a percentile of the whole can't say: comparing, HdrHistogram logs.
 * All are as wide as the first but the last; there are never more than 64 (metrics/blocks.ts).
 */
export interface TimeBlock {
  /** Seconds from the start of the run. */
  readonly atSec: number;
  readonly widthSec: number;
  readonly started: number;
  readonly complete: number;
  readonly failed: number;
  readonly published: number;
  readonly expected: number;
  readonly received: number;
  /** HdrHistogram V2 compressed, base64; microseconds. Only what has samples. */
  readonly histograms: Readonly<Partial<Record<Latency, string>>>;
}

/** Latencies of one row. In a row wider than a second each is the largest of its seconds. */
export interface SeriesLatency {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/**
 * One second of the run; a run longer than an hour has wider rows, and the last row is as wide as it is. Counts are of
 * this row alone.
 */
export interface SeriesRow {
  /** Seconds from the start of the run to the start of the row. */
  readonly atSec: number;
  readonly widthSec: number;
  /** Arrivals that were due until the end of this row, all together. */
  readonly plannedTotal: number;
  readonly started: number;
  readonly opened: number;
  readonly complete: number;
  readonly failed: number;
  /** Open WebSocket connections at the end of the row. */
  readonly open: number;
  readonly published: number;
  readonly expected: number;
  readonly received: number;
  readonly failures: Readonly<Partial<Record<FailureKind, number>>>;
  readonly phases: Readonly<Partial<Record<Phase, SeriesLatency>>>;
  readonly delivery: SeriesLatency | null;
  readonly generator: GeneratorRow;
}

/** What one row says of the generator. Of several workers each figure is the worst one's, cpuMs and rssBytes the sum. */
export interface GeneratorRow {
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly lagMaxUs: number;
  /** See GeneratorResult.readDelayUs. */
  readonly readDelayMaxUs: number;
  /** How long a worker's thread was ready to run and had no CPU, from the kernel's own count; 0 where it has none. */
  readonly cpuWaitMs: number;
  /** The longest garbage collection. */
  readonly gcMaxUs: number;
  /** From 0 to 1: how much of the time a worker's event loop was busy. */
  readonly utilization: number;
  /** Workers that were not well within this row, or read in it what had waited for that (docs/verdicts.md). */
  readonly unsoundWorkers: number;
  /** Seconds within this row in which a worker was not well, by why. */
  readonly unsoundSec: Readonly<Partial<Record<UnsoundCause, number>>>;
  /** The longest time in which a worker's event loop did not turn, beyond what it sleeps; in each row that it reaches into. */
  readonly loopDelayMaxUs: number;
  /** How long a worker stood still: it neither ran nor waited for a CPU. */
  readonly pausedMs: number;
  /** How late a worker was by itself: not because of connect.inFlight, nor because a socket was full. */
  readonly ownLagMaxUs: number;
  /** From 0 to 1: the share of its heap's limit that a worker had left in use after a full garbage collection. */
  readonly heapShare: number;
  /** Of the process with the most. */
  readonly openFiles: number;
  /** From 0 to 1: how busy all CPUs of the coordinator's machine were, with everything that runs on it. */
  readonly machineBusy: number;
}
