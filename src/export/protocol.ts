import type { Counters } from '../metrics/counters.js';
import type { FailureKind, Side } from '../model/failures.js';
import type { Latency, Stage } from '../model/phases.js';
import type { GeneratorRow } from '../model/result.js';

// What goes between the thread that conducts a run and the thread that exports it: plain data, which is copied.

/** Where a scrape endpoint listens. */
export interface ListenAddress {
  /** null: every address of this machine. */
  readonly host: string | null;
  /** 0: any free one. */
  readonly port: number;
}

/** What an exporter is made for; never changed afterwards. */
export interface ExportSettings {
  readonly prometheus: ListenAddress | null;
  /** Where metrics are pushed to, a URL with its path. May hold credentials: it is shown nowhere as it is. */
  readonly otlpUrl: string | null;
  readonly pushEveryMs: number;
  /** stompede's own. */
  readonly version: string;
}

/** Whose metrics they are. Secrets masked. */
export interface RunIdentity {
  readonly runId: string;
  readonly name: string;
  /** Unix time. */
  readonly startedAtMs: number;
  readonly plannedConnections: number;
}

/**
 * A run up to the end of one of its seconds. Counts are of the whole run until then, so that whoever misses one of these has
 * missed no count; `latencies` is what has come since the one before.
 */
export interface RunTotals {
  /** Seconds from the start of the run. */
  readonly throughSec: number;
  readonly counts: Readonly<Counters>;
  readonly published: number;
  /** As far as it was known by the end of each second: what turned out later not to be owed is still in it. */
  readonly expected: number;
  readonly failures: readonly FailureCount[];
  readonly cpuMs: number;
  readonly open: number;
  /** Of the seconds since the one before: the last of them, or the worst. */
  readonly generator: GeneratorRow;
  readonly latencies: readonly LatencyCounts[];
  /** Seconds that were handed on together with a later one. */
  readonly mergedSec: number;
}

export interface FailureCount {
  readonly role: 'connection' | 'publisher';
  readonly phase: Stage;
  readonly kind: FailureKind;
  readonly side: Side;
  readonly count: number;
}

/** Occupied buckets of one histogram, by their places in metrics/hdr-layout.ts. */
export interface LatencyCounts {
  readonly latency: Latency;
  readonly indexes: Uint32Array<ArrayBuffer>;
  readonly counts: Float64Array<ArrayBuffer>;
  readonly minUs: number;
  readonly maxUs: number;
  readonly sumUs: number;
}

/** How pushing has gone, of one run. */
export interface PushProgress {
  readonly begun: number;
  readonly sent: number;
  readonly failed: number;
  /** Why the last one that failed did, a clause without anything that the collector said. */
  readonly problem: string | null;
  /** Up to which second of the run the collector has it; null: it has nothing. */
  readonly sentThroughSec: number | null;
}

export type ToExporter =
  | { readonly type: 'started'; readonly run: RunIdentity }
  | { readonly type: 'totals'; readonly totals: RunTotals }
  /** The last of a run, with what had not been handed over yet. */
  | { readonly type: 'ended'; readonly totals: RunTotals | null };

export type FromExporter =
  /** Ready for a run. `port`: of the scrape endpoint. */
  | { readonly type: 'open'; readonly port: number | null }
  /** It can't listen there, and ends. */
  | { readonly type: 'refused'; readonly code: string }
  /** Has taken in one `totals`. */
  | { readonly type: 'taken'; readonly runId: string; readonly pushes: PushProgress | null }
  /** Has done with this run what it could. */
  | { readonly type: 'done'; readonly runId: string; readonly pushes: PushProgress | null };
