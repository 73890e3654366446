import type { FaultsPlan } from '../model/faults.js';

/** What a broker may be asked for. Everything has a default. */
export interface BrokerOptions {
  /** 0 (the default): any free port. */
  readonly port?: number;
  /** The address to listen on; 127.0.0.1 by default. */
  readonly host?: string;
  /** The path of the WebSocket endpoint; /ws by default. Any other is answered 404. */
  readonly path?: string;
  /** Passcodes by login. Without it everybody may connect. */
  readonly users?: Readonly<Record<string, string>>;
  /** The shortest interval the broker can send at, and the one it would like to receive at. 0: none. */
  readonly heartbeat?: { readonly sendMs: number; readonly receiveMs: number };
  /** RFC 7692. Off by default: with it every connection costs a compressor, and a MESSAGE is framed for each. */
  readonly permessageDeflate?: boolean;
  /** PEM texts; with them the broker speaks wss. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly limits?: Partial<BrokerLimits>;
  /** What it is to do wrong. */
  readonly faults?: FaultsPlan;
  /** The absolute path of the file that gets its own account of what it did, when it ends. */
  readonly ledger?: string;
}

/** Beyond each of these a client is answered with ERROR and closed. */
export interface BrokerLimits {
  /** The longest frame, and the longest WebSocket message. */
  readonly frameBytes: number;
  /** Command and headers of one frame. */
  readonly headBytes: number;
  readonly headers: number;
  /** A destination, a subscription id, a transaction id or a receipt id, in UTF-16 units. */
  readonly nameLength: number;
  readonly subscriptionsPerConnection: number;
  /** Deliveries not acknowledged, and their bytes. A queue gives such a client nothing more; a topic cuts it off. */
  readonly unackedPerConnection: number;
  readonly unackedBytes: number;
  readonly transactionsPerConnection: number;
  /** Frames held by all transactions of one connection, and their bytes. */
  readonly transactionFrames: number;
  readonly transactionBytes: number;
  readonly queues: number;
  readonly queueMessages: number;
  /** Of all queues together. */
  readonly heldBytes: number;
  /** Bytes that wait for one slow consumer. */
  readonly bufferedBytes: number;
  /** Bytes that wait for all consumers together; beyond it the slowest are cut off. */
  readonly totalBufferedBytes: number;
  /** From the upgrade to CONNECT. */
  readonly connectMs: number;
}

export type BrokerConfig = Required<Omit<BrokerOptions, 'users' | 'tls' | 'limits' | 'faults' | 'ledger'>> & {
  readonly users: ReadonlyMap<string, string> | undefined;
  readonly tls: BrokerOptions['tls'];
  readonly faults: FaultsPlan | undefined;
  readonly ledger: string | undefined;
  readonly limits: BrokerLimits;
};

const KIB = 1024;
const MIB = 1024 * KIB;

export const DEFAULT_LIMITS: BrokerLimits = {
  frameBytes: 4 * MIB,
  headBytes: 64 * KIB,
  headers: 128,
  nameLength: KIB,
  subscriptionsPerConnection: 1000,
  unackedPerConnection: 10_000,
  unackedBytes: 16 * MIB,
  transactionsPerConnection: 100,
  transactionFrames: 10_000,
  transactionBytes: 16 * MIB,
  queues: 10_000,
  queueMessages: 10_000,
  heldBytes: 256 * MIB,
  bufferedBytes: 16 * MIB,
  totalBufferedBytes: 512 * MIB,
  connectMs: 30_000,
};

/** Every default filled in: nothing after this asks what a missing option means. */
export function resolveOptions(options: BrokerOptions): BrokerConfig {
  return {
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    path: options.path ?? '/ws',
    users: options.users === undefined ? undefined : new Map(Object.entries(options.users)),
    // A second, as RabbitMQ: so the interval that comes of it is the client's, if that is not below.
    heartbeat: options.heartbeat ?? { sendMs: 1000, receiveMs: 1000 },
    permessageDeflate: options.permessageDeflate ?? false,
    tls: options.tls,
    faults: options.faults,
    ledger: options.ledger,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
  };
}
