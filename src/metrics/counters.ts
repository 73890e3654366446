/** Everything that is counted and not timed. Counts only grow within an interval; intervals add up in any order. */
export interface Counters {
  /** Arrivals that were started. */
  started: number;
  lateArrivals: number;
  /** WebSocket connections opened (101 received). */
  opened: number;
  /** Arrivals that are past their first message, or failed. */
  settled: number;
  complete: number;
  failed: number;
  droppedWhileHolding: number;
  publishersFailed: number;
  publishDue: number;
  publishSent: number;
  publishUnsent: number;
  publishLate: number;
  publishReceiptsMissing: number;
  received: number;
  /** Of this run, sent before the subscription was asked for: it came all the same. */
  early: number;
  /** The same message on the same subscription, once more. */
  duplicated: number;
  reordered: number;
  /** Of `reordered`: on subscriptions of which the scenario asks for the order. */
  outOfOrder: number;
  /** Copies and first ones of which can't be told which they were (session/seen-messages.ts). */
  untold: number;
  late: number;
  misrouted: number;
  corrupted: number;
  foreign: number;
  /** Of this run, on a subscription of which can't be told what it is owed. */
  unaccounted: number;
  /** Local ports of our choice that were taken, so that the next one was tried. */
  portsTaken: number;
  bytesReceived: number;
  bytesSent: number;
  confirmedByReceipt: number;
  confirmedByMessage: number;
  confirmedByNothing: number;
  subscribeReceiptsAsked: number;
  subscribeReceipts: number;
  unsubscribeReceiptsAsked: number;
  unsubscribeReceipts: number;
  unsubscribeUnconfirmed: number;
  subscribeUnconfirmed: number;
  disconnectReceiptsAsked: number;
  disconnectReceipts: number;
  disconnectClosedInstead: number;
  sendReceiptsAsked: number;
  sendReceipts: number;
}

export function zeroCounters(): Counters {
  return {
    started: 0,
    lateArrivals: 0,
    opened: 0,
    settled: 0,
    complete: 0,
    failed: 0,
    droppedWhileHolding: 0,
    publishersFailed: 0,
    publishDue: 0,
    publishSent: 0,
    publishUnsent: 0,
    publishLate: 0,
    publishReceiptsMissing: 0,
    received: 0,
    early: 0,
    duplicated: 0,
    reordered: 0,
    outOfOrder: 0,
    untold: 0,
    late: 0,
    misrouted: 0,
    corrupted: 0,
    foreign: 0,
    unaccounted: 0,
    portsTaken: 0,
    bytesReceived: 0,
    bytesSent: 0,
    confirmedByReceipt: 0,
    confirmedByMessage: 0,
    confirmedByNothing: 0,
    subscribeReceiptsAsked: 0,
    subscribeReceipts: 0,
    unsubscribeReceiptsAsked: 0,
    unsubscribeReceipts: 0,
    unsubscribeUnconfirmed: 0,
    subscribeUnconfirmed: 0,
    disconnectReceiptsAsked: 0,
    disconnectReceipts: 0,
    disconnectClosedInstead: 0,
    sendReceiptsAsked: 0,
    sendReceipts: 0,
  };
}

const NAMES = Object.keys(zeroCounters()) as (keyof Counters)[];

export function addCounters(total: Counters, delta: Partial<Counters>): void {
  for (const name of NAMES) total[name] += delta[name] ?? 0;
}

/** Only what is not zero, so that an idle second is a short line. */
export function nonZero(counters: Counters): Partial<Counters> {
  const short: Partial<Counters> = {};
  for (const name of NAMES) if (counters[name] !== 0) short[name] = counters[name];
  return short;
}
