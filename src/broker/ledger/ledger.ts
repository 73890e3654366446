import type { FaultRule, FaultsPlan, ReceiptFrame } from '../../model/faults.js';
import { ConnectionAccount } from './connection-account.js';
import { DelayAccount } from './delay-account.js';

/** Kept one by one; of those beyond only the totals are. */
const MOST_ROWS = 200_000;

/** Counts of messages and of deliveries, that is of MESSAGE frames to one subscription each. They only ever rise. */
export interface MessageCounts {
  /** Messages published. */
  in: number;
  /** Deliveries that a broker without faults would have made. */
  owed: number;
  /** MESSAGE frames written to a socket: copies, corrupted ones and those of strangers included. */
  sent: number;
  /** Not sent, on purpose. */
  dropped: number;
  /** Copies sent besides the original. */
  duplicated: number;
  /** Sent directly after the next one of their subscription. */
  reordered: number;
  /** Sent to a subscription of another destination instead of their own. */
  misrouted: number;
  corrupted: number;
  oversized: number;
  /** Sent late, on purpose. */
  delayed: number;
  /** Not written because the connection had fallen silent, on purpose. */
  withheld: number;
  /** Not written because the connection ended before. */
  undelivered: number;
}

/** What a delay was applied to. `upgrade` is from the request to its answer; receipts by the frame they answer. */
export type DelayKind = 'upgrade' | 'connected' | `receipt-${ReceiptFrame}` | 'message' | 'stall';

/** RECEIPT frames, by the frame that asked for them. */
export type AnsweredFrame = ReceiptFrame | 'other';

export interface ReceiptCounts {
  sent: number;
  withheld: number;
}

/** How often a rule of the plan struck. */
export interface FaultCount {
  readonly fault: FaultRule['fault'];
  /** Connections that it struck at least once. */
  connections: number;
  times: number;
}

/**
 * The broker's own account of what it has done: written by the broker alone, while it does it, and read by nobody
 * before the end. It shares nothing with what measures the broker from outside.
 */
export class Ledger {
  readonly plan: FaultsPlan;
  readonly faults: readonly FaultCount[];
  readonly messages: MessageCounts = {
    in: 0,
    owed: 0,
    sent: 0,
    dropped: 0,
    duplicated: 0,
    reordered: 0,
    misrouted: 0,
    corrupted: 0,
    oversized: 0,
    delayed: 0,
    withheld: 0,
    undelivered: 0,
  };
  readonly receipts: Readonly<Record<AnsweredFrame, ReceiptCounts>> = {
    SUBSCRIBE: { sent: 0, withheld: 0 },
    UNSUBSCRIBE: { sent: 0, withheld: 0 },
    SEND: { sent: 0, withheld: 0 },
    DISCONNECT: { sent: 0, withheld: 0 },
    other: { sent: 0, withheld: 0 },
  };
  accepted = 0;
  open = 0;
  peakOpen = 0;
  subscriptions = 0;
  readonly rows: ConnectionAccount[] = [];
  readonly #delays = new Map<DelayKind, DelayAccount>();

  constructor(plan: FaultsPlan) {
    this.plan = plan;
    this.faults = plan.rules.map(({ fault }) => ({ fault, connections: 0, times: 0 }));
  }

  /** A TCP connection has been accepted, `atMs` after the first one. */
  accept(atMs: number): ConnectionAccount {
    const account = new ConnectionAccount(this.accepted++, atMs);
    if (this.rows.length < MOST_ROWS) this.rows.push(account);
    this.open++;
    this.peakOpen = Math.max(this.peakOpen, this.open);
    return account;
  }

  /** The rule has struck; `account` null where that concerned no single connection. */
  struck(rule: number, account: ConnectionAccount | null): void {
    const count = this.faults[rule];
    if (count === undefined) throw new Error(`no rule ${rule} in the plan`);
    count.times++;
    if (account?.strike(rule) === true) count.connections++;
  }

  /** Something went out `appliedUs` after the moment at which it would have gone out without the fault. */
  delayed(kind: DelayKind, appliedUs: number): void {
    let delays = this.#delays.get(kind);
    if (delays === undefined) this.#delays.set(kind, (delays = new DelayAccount()));
    delays.add(appliedUs);
  }

  get delays(): ReadonlyMap<DelayKind, DelayAccount> {
    return this.#delays;
  }
}
