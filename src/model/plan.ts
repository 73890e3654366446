import type { FaultsPlan } from './faults.js';
import type { ThresholdPlan } from './thresholds.js';

/**
 * The immutable plan of one run: plain JSON, made by scenario/, read by everyone. All defaults are resolved in it:
 * nothing after scenario/ asks what a missing value means.
 */
export interface RunPlan {
  readonly schema: 'stompede.plan/1';
  readonly name: string;
  readonly target: TargetPlan;
  readonly client: ClientKind;
  readonly stomp: StompPlan;
  readonly connect: ConnectPlan;
  readonly subscribe: readonly SubscribePlan[];
  readonly publish: readonly PublishPlan[];
  /** From the moment when every arrival has settled (first message received, or failed) to the first UNSUBSCRIBE. */
  readonly holdMs: number;
  readonly disconnect: DisconnectPlan;
  readonly timeoutsMs: TimeoutsPlan;
  readonly limits: LimitsPlan;
  readonly workers: number | 'auto';
  readonly processes: number | 'auto';
  readonly report: readonly ReportKind[];
  /** What the scenario asks for, in its order; what it says nothing about is asked for by itself (thresholds/implied.ts). */
  readonly thresholds: readonly ThresholdPlan[];
}

export type ClientKind = 'native' | 'stompjs';
export const REPORT_KINDS = ['html', 'json', 'junit', 'markdown', 'csv', 'hlog'] as const;

export type ReportKind = (typeof REPORT_KINDS)[number];

/** The name of each in a run's folder. */
export const REPORT_FILES: Readonly<Record<ReportKind, string>> = {
  html: 'report.html',
  json: 'result.json',
  junit: 'junit.xml',
  markdown: 'summary.md',
  csv: 'series.csv',
  hlog: 'latencies.hlog',
};
export type StompVersion = '1.0' | '1.1' | '1.2';

/** `embedded`: the run starts stompede's own broker and fills in `urls` itself. Connection n uses urls[n % length]. */
export interface TargetPlan {
  readonly embedded: boolean;
  readonly urls: readonly string[];
  /**
   * Of a name that resolves to several addresses. `first`: one that answers is used for all. `all`: each is a target by
   * itself, and connections are spread evenly over the targets.
   */
  readonly addresses: 'first' | 'all';
  /** Where the embedded broker is more than a plain one. */
  readonly broker?: EmbeddedBrokerPlan;
}

export interface EmbeddedBrokerPlan {
  /** What it is to do wrong; null: nothing. */
  readonly faults: FaultsPlan | null;
  /** The file that gets its own account of what it did: a path, relative to the folder of the run; null: none. */
  readonly ledger: string | null;
  /** Each listens on a port of its own and passes on to the others what is sent to a topic. `auto`: as few as hold the connections. */
  readonly processes: number | 'auto';
}

export interface StompPlan {
  readonly host: string;
  readonly login: string | null;
  readonly passcode: string | null;
  /** Offered in accept-version, best first. */
  readonly versions: readonly StompVersion[];
  /** What is asked for; STOMP 1.2 "Heart-beating" says what comes of it. 0 is none. */
  readonly heartbeat: { readonly sendMs: number; readonly receiveMs: number };
  /** Further headers of the CONNECT frame. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface ConnectPlan {
  readonly connections: number;
  /** When arrival n is due. The last stage goes on until the last arrival. */
  readonly stages: readonly ArrivalStage[];
  /** How many connections, in all workers together but at least one in each, may be on their way to their first message. */
  readonly inFlight: number;
  /** Further headers of the HTTP upgrade request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly subprotocols: readonly string[];
  /**
   * Addresses of this machine that connections start from, in turn, each with a local port that we choose. `auto`: those
   * that this machine has for the target, as many as the plan needs. Empty: the kernel chooses address and port.
   */
  readonly localAddresses: readonly string[] | 'auto';
  readonly tls: TlsPlan;
  /** RFC 7692; only the stompjs client offers it. */
  readonly permessageDeflate: boolean;
}

/** Arrivals go linearly from one rate to the other; equal rates are a constant one. durationMs null: for ever. */
export interface ArrivalStage {
  readonly fromPerSec: number;
  readonly toPerSec: number;
  readonly durationMs: number | null;
}

export interface TlsPlan {
  readonly insecure: boolean;
  readonly caFile: string | null;
  /** The PEM text of caFile, read when the scenario was. */
  readonly caPem: string | null;
  /** SNI and the name that is checked, if another than the URL's host. */
  readonly servername: string | null;
}

export interface SubscribePlan {
  /** A template (shared/template.ts); variables: index, run. */
  readonly destination: string;
  readonly confirm: 'auto' | 'receipt' | 'message' | 'none';
  readonly ack: 'auto' | 'client' | 'client-individual';
  /** Whether the cycle has the `message` phase for this subscription. */
  readonly awaitMessage: boolean;
  /** Messages of one publisher have to come in the order in which it sent them. */
  readonly ordered: boolean;
  readonly distribution: Distribution;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * `topic`: every live subscriber gets each message. `queue`: it is kept until one of them takes it. `pattern`: a
 * wildcard, of which can't be told what it is owed: what comes is timed, and not accounted.
 */
export type Distribution = 'topic' | 'queue' | 'pattern';

export interface PublishPlan {
  /** A template; variables: publisher, seq, run. */
  readonly destination: string;
  /** The template of the destination at which subscribers get it: another one behind an application's handler. */
  readonly deliversTo: string;
  /** Connections that publish this entry, in addition to connect.connections. */
  readonly publishers: number;
  /** Messages per second of all publishers together; an open loop, unless `receipt` is sync: it does not slow down when the target does. */
  readonly ratePerSec: number;
  readonly sizeBytes: number;
  /** A template of the body, variables: publisher, seq, run, stamp; null: the stamp, filled up to sizeBytes. */
  readonly body: string | null;
  readonly contentType: string;
  readonly stamp: 'body' | 'header';
  /**
   * Ask for a RECEIPT for each SEND, and time it. `sync`: a publisher sends its next message only when the RECEIPT of
   * the one before has come, or has taken longer than timeouts.publish; what is due meanwhile waits.
   */
  readonly receipt: boolean | 'sync';
  readonly headers: Readonly<Record<string, string>>;
}

export interface DisconnectPlan {
  /** null: all at once. */
  readonly ratePerSec: number | null;
}

export interface TimeoutsPlan {
  readonly dns: number;
  readonly tcp: number;
  readonly tls: number;
  readonly upgrade: number;
  readonly connect: number;
  readonly subscribe: number;
  readonly message: number;
  readonly unsubscribe: number;
  readonly disconnect: number;
  readonly close: number;
  /** For the RECEIPT of a SEND. */
  readonly publish: number;
  /** After the last SEND, for deliveries that are still on their way. */
  readonly drain: number;
}

export interface LimitsPlan {
  /** The longest WebSocket message and the longest STOMP frame that is read; longer ones are a protocol-error. */
  readonly messageBytes: number;
}

/** The exact length of the stamp in a message's body (session/stamp.ts): no body can be shorter. */
export const STAMP_BYTES = 64;
