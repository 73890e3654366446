import type { FindingKind } from './findings.js';

/**
 * Why a worker was not well for a second: each is a finding too, once there is enough of it. In the order in which
 * they go before one another: a second has one cause (docs/verdicts.md).
 */
export const UNSOUND_CAUSES = [
  'process-paused',
  'gc-pauses',
  'loop-blocked',
  'cpu-starved',
  'cpu-saturated',
  'schedule-lag',
] as const satisfies readonly FindingKind[];

export type UnsoundCause = (typeof UNSOUND_CAUSES)[number];

/**
 * What the coordinator saw of its machine at one moment. Counters count from the start of the machine (or of its
 * network namespace); null where the system does not tell.
 */
export interface MachineSample {
  /** Monotonic microseconds. */
  readonly atUs: number;
  readonly cpuBusyMs: number | null;
  readonly cpuTotalMs: number | null;
  /** Memory of all TCP sockets, and where the kernel begins to press and ends to give (tcp_mem), in pages. */
  readonly tcpPages: number | null;
  readonly tcpPressurePages: number | null;
  readonly tcpLimitPages: number | null;
  /** RFC 4022 tcpOutSegs and tcpRetransSegs. */
  readonly segmentsSent: number | null;
  readonly segmentsRetransmitted: number | null;
  /** Of the control group that the generator runs in, without what the kernel can give back; null: no limit. */
  readonly groupMemoryBytes: number | null;
  readonly groupMemoryLimitBytes: number | null;
  /** How long the control group's CPU quota has held its threads up. */
  readonly throttledMs: number | null;
}

/** What the generator had of its limits at most, over the whole run. null: not known, or no limit. */
export interface GeneratorHealth {
  /** Why each lost worker was lost. */
  readonly lostReasons: readonly string[];
  /** Of the worker that came nearest to its limit: what was left after a full garbage collection. */
  readonly heap: Nearest | null;
  /** Of the process that came nearest to its limit. */
  readonly openFiles: Nearest | null;
  /** Pages of TCP's memory on this machine; the limit is where the kernel begins to press. */
  readonly tcpPages: Nearest | null;
  /** Bytes of the control group. */
  readonly groupMemory: Nearest | null;
  readonly throttledMs: number | null;
  /** Of the whole machine, during the run. */
  readonly segments: { readonly sent: number; readonly retransmitted: number } | null;
}

/** The nearest that something came to its limit, and when, in milliseconds from the start. */
export interface Nearest {
  readonly used: number;
  readonly limit: number;
  readonly atMs: number;
}
