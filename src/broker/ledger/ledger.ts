import type { FaultRule, FaultsPlan, ReceiptFrame } from '../../model/faults.js';
import {
  ConnectionAccount,
  type ConnectFate,
  type EndFate,
  type Side,
  type UpgradeFate,
} from './connection-account.js';
import { DelayAccount } from './delay-account.js';
import { MessageAccount } from './message-account.js';

/** Kept one by one; of those beyond only the totals are. */
const MOST_ROWS = 200_000;

/**
 * What a delay was applied to. `upgrade` is from the request to its answer; receipts by the frame they answer; `message`
 * are the deliveries that message-delay struck, `slow-drain` those that waited in one; `delivery` are all that were
 * written, delayed or not, from the moment at which each would have gone out.
 */
export type DelayKind =
  'upgrade' | 'connected' | `receipt-${ReceiptFrame}` | 'message' | 'slow-drain' | 'delivery' | 'stall';

export interface StallSpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** RECEIPT frames, by the frame that asked for them. */
export type AnsweredFrame = ReceiptFrame | 'other';

export interface ReceiptCounts {
  sent: number;
  /** Not sent, on purpose. */
  withheld: number;
  /** Not sent because the connection ended before. */
  undelivered: number;
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
  readonly messages = new MessageAccount();
  /** When nothing of the broker moved, milliseconds since the first accept. */
  readonly stalls: StallSpan[] = [];
  /** Not given back after the end of their connections, on purpose. */
  readonly kept = { sockets: 0, bytes: 0 };
  readonly receipts: Readonly<Record<AnsweredFrame, ReceiptCounts>> = {
    SUBSCRIBE: { sent: 0, withheld: 0, undelivered: 0 },
    UNSUBSCRIBE: { sent: 0, withheld: 0, undelivered: 0 },
    SEND: { sent: 0, withheld: 0, undelivered: 0 },
    DISCONNECT: { sent: 0, withheld: 0, undelivered: 0 },
    other: { sent: 0, withheld: 0, undelivered: 0 },
  };
  /** TCP connections, ever and now. */
  accepted = 0;
  open = 0;
  peakOpen = 0;
  /** Subscriptions made. */
  subscriptions = 0;
  /** DISCONNECT frames. */
  disconnects = 0;
  /** Connections that fell silent, on purpose. */
  silenced = 0;
  /** The fates of connections, counted. Whatever is in none of them had none so far. */
  readonly upgrades = new Map<UpgradeFate, number>();
  readonly statuses = new Map<number, number>();
  readonly connects = new Map<ConnectFate, number>();
  /** By text such as `client disconnect 1000`. At most as many as there are close codes, for each way to end. */
  readonly ends = new Map<string, number>();
  readonly rows: ConnectionAccount[] = [];
  readonly #delays = new Map<DelayKind, DelayAccount>();
  readonly #sinceStartMs: () => number;

  /** `sinceStartMs`: milliseconds since the first accept, on the broker's own clock. */
  constructor(plan: FaultsPlan, sinceStartMs: () => number = () => 0) {
    this.plan = plan;
    this.#sinceStartMs = sinceStartMs;
    this.faults = plan.rules.map(({ fault }) => ({ fault, connections: 0, times: 0 }));
  }

  get sinceStartMs(): number {
    return this.#sinceStartMs();
  }

  /** A TCP connection has been accepted. */
  accept(): ConnectionAccount {
    const account = new ConnectionAccount(this.accepted++, this.#sinceStartMs());
    if (this.rows.length < MOST_ROWS) this.rows.push(account);
    this.open++;
    this.peakOpen = Math.max(this.peakOpen, this.open);
    return account;
  }

  /** The socket of a connection is closed; `end` says how it came to that. */
  socketClosed(): void {
    this.open--;
  }

  /** What became of the upgrade; the first answer counts. */
  upgrade(account: ConnectionAccount, fate: UpgradeFate, status = 0): void {
    if (account.upgrade !== 'none') return;
    account.upgrade = fate;
    account.status = status;
    countOne(this.upgrades, fate);
    if (status !== 0) countOne(this.statuses, status);
  }

  /** What became of CONNECT; the first answer counts. */
  connect(account: ConnectionAccount, fate: ConnectFate): void {
    if (account.connect !== 'none') return;
    account.connect = fate;
    countOne(this.connects, fate);
  }

  silence(account: ConnectionAccount): void {
    if (account.silencedMs >= 0) return;
    account.silencedMs = this.#sinceStartMs();
    this.silenced++;
  }

  /** How a connection ended, and by whom; the first cause counts. */
  end(account: ConnectionAccount, by: Side, how: Exclude<EndFate, 'open'>, closeCode = 0): void {
    if (account.end !== 'open') return;
    account.end = how;
    account.endedBy = by;
    account.closeCode = closeCode;
    account.endedMs = this.#sinceStartMs();
    countOne(this.ends, closeCode === 0 ? `${by} ${how}` : `${by} ${how} ${closeCode}`);
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

function countOne<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
