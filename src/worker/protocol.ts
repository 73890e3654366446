import type { Snapshot } from '../metrics/snapshot.js';
import type { RunPlan } from '../model/plan.js';
import type { Share } from '../pacing/share.js';
import type { SourceShare } from '../session/source-ports.js';

export type { SourceShare };

/**
 * Everything that crosses between the coordinator and its workers, whether a worker is a thread beside it or a
 * thread of another process. Plain structured-clone data; times are the machine's monotonic microseconds.
 */
export const PROTOCOL_VERSION = 1;

/** A target URL, and what its name was resolved to before the run; null: nothing was, or it is an address. */
export interface TargetAddress {
  readonly url: string;
  readonly address: string | null;
}

/** What a worker is told before anything else. */
export interface WorkerJob {
  readonly protocol: typeof PROTOCOL_VERSION;
  readonly worker: number;
  readonly share: Share;
  /** This worker also tells of the process that it runs in: one of each process does. */
  readonly watchesProcess: boolean;
  /** Connection n of the whole goes to the n-th, round and round. */
  readonly targets: readonly TargetAddress[];
  /** Where its connections start from; null: the kernel chooses. */
  readonly sources: SourceShare | null;
  /** Whole and unmasked; with target.urls filled in. */
  readonly plan: RunPlan;
  /** Texts that must never stand in anything a worker reports. */
  readonly secrets: readonly string[];
  /** The run's id, eight hexadecimal digits. */
  readonly runId: string;
}

export type ToWorker =
  /** Arrivals and publishing begin at this moment. */
  | { readonly type: 'start'; readonly startUs: number }
  /** No further SEND; answered by a snapshot and `quiet`. */
  | { readonly type: 'stop-publishing' }
  /** A snapshot now. */
  | { readonly type: 'flush' }
  /**
   * The drain has ended. Connection i leaves i / rate after this moment (null: at it). Told again, what has not left
   * goes by the new rate. `drained`: what was sent has come, or has had its whole time to come.
   */
  | {
      readonly type: 'disconnect';
      readonly startUs: number;
      readonly ratePerSec: number | null;
      readonly drained: boolean;
    }
  /** No further arrival; what is still on its way up is abandoned. */
  | { readonly type: 'stop' };

export type FromWorker =
  /** Its publishers are connected, or never will be. */
  | { readonly type: 'ready'; readonly worker: number }
  | { readonly type: 'snapshot'; readonly worker: number; readonly snapshot: Snapshot }
  /** It sends no more: its last SEND is in a snapshot before this. */
  | { readonly type: 'quiet'; readonly worker: number }
  /** All its arrivals are past their first message, or failed. */
  | { readonly type: 'settled'; readonly worker: number }
  /** Nothing of it is left and the last snapshot is sent. */
  | { readonly type: 'done'; readonly worker: number };

/** To a child process: which workers to run as its threads, then what to tell them. */
export type ToProcess =
  | { readonly type: 'launch'; readonly jobs: readonly WorkerJob[] }
  | { readonly type: 'tell'; readonly worker: number; readonly message: ToWorker }
  | { readonly type: 'terminate'; readonly worker: number };

export type FromProcess =
  | { readonly type: 'listening' }
  | { readonly type: 'heard'; readonly message: FromWorker }
  | { readonly type: 'exited'; readonly worker: number; readonly reason: string | null };
