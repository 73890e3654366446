import type { Distribution } from '../model/plan.js';
import { SentHistory } from './sent-history.js';
import { SentSeconds } from './sent-seconds.js';

/** So many deliveries of messages sent in that moment's second, of the run, have turned out not to be owed. */
export type OnTakenBack = (sentUs: number, deliveries: number) => void;

/** What all deliveries of a run came to; the terms are those of model/result.ts and docs/deliveries.md. */
export interface DeliveryTotals {
  readonly expected: number;
  readonly received: number;
  readonly lost: number;
  readonly edge: number;
  /** Of `edge`: what is missing, and may be so without any fault. */
  readonly excused: number;
  /** More came of queues than was sent to them: copies that reached another subscriber than the message did. */
  readonly copies: number;
}

interface Destination {
  queue: boolean;
  /** Subscriptions that are live now, and that are beginning or ending. */
  live: number;
  onEdge: number;
  sent: number;
  expected: number;
  edge: number;
  received: number;
  readonly history: SentHistory;
  readonly seconds: SentSeconds;
}

/**
 * What every message was owed, by destination. It is told everything in the order of time; only what was received, and
 * that a destination is a queue, may come in any order.
 */
export class DeliveryLedger {
  readonly #drainUs: number;
  readonly #onTakenBack: OnTakenBack;
  readonly #startUs: number;
  readonly #byName = new Map<string, number>();
  readonly #destinations: Destination[] = [];
  #published = 0;
  #expected = 0;
  #forgottenUs = -Infinity;

  /**
   * @param drainUs how long a message may take
   * @param startUs rows of the series are whole seconds from then on
   */
  constructor(drainUs: number, onTakenBack: OnTakenBack, startUs: number) {
    this.#drainUs = drainUs;
    this.#onTakenBack = onTakenBack;
    this.#startUs = startUs;
  }

  get published(): number {
    return this.#published;
  }

  get expected(): number {
    return this.#expected;
  }

  /** Deliveries that are expected and have not come. */
  get missing(): number {
    let missing = 0;
    for (const { expected, received } of this.#destinations) missing += Math.max(0, expected - received);
    return missing;
  }

  /** The number of a destination here. */
  learn(name: string, distribution: Distribution | null): number {
    let number = this.#byName.get(name);
    if (number === undefined) {
      number = this.#destinations.length;
      this.#byName.set(name, number);
      this.#destinations.push(newDestination());
    }
    // Only subscribers know how a destination distributes; a publisher's word for it is null.
    const destination = this.#destinations[number];
    if (distribution === 'queue' && destination !== undefined) this.#becomeQueue(destination);
    return number;
  }

  // A queue keeps a message until somebody takes it: each is owed one delivery, also those sent before anyone came.
  #becomeQueue(destination: Destination): void {
    if (destination.queue) return;
    destination.queue = true;
    this.#expected += destination.sent - destination.expected;
    destination.expected = destination.sent;
    destination.edge = 0;
    destination.history.oweOnce();
    destination.seconds.oweOnce();
  }

  /** @param sentSecond in which the messages were sent: whole seconds of the monotonic clock */
  received(number: number, sentSecond: number, count: number): void {
    const destination = this.#destinations[number];
    if (destination === undefined) return;
    destination.received += count;
    destination.seconds.received(sentSecond, count);
  }

  /** Subscriptions go from one state to another. */
  move(number: number, live: number, onEdge: number): void {
    const destination = this.#destinations[number];
    if (destination === undefined) return;
    destination.live += live;
    destination.onEdge += onEdge;
  }

  sent(number: number, atUs: number, worker: number): void {
    const destination = this.#destinations[number];
    if (destination === undefined) return;
    const owed = destination.queue ? 1 : destination.live;
    destination.sent++;
    destination.expected += owed;
    if (!destination.queue) destination.edge += destination.onEdge;
    destination.history.add(atUs, owed, worker);
    destination.seconds.sent(atUs, owed);
    this.#published++;
    this.#expected += owed;
  }

  /**
   * One of its subscriptions, live until now, has had nothing of what was sent from `fromUs` on, and never will; what was
   * sent from `doubtUs` until then it may have had or not.
   */
  severed(number: number, fromUs: number, doubtUs: number, atUs: number): void {
    const destination = this.#destinations[number];
    if (destination === undefined) return;
    const { history } = destination;
    history.doubt(doubtUs, destination.queue ? atUs : fromUs, 1);
    if (destination.queue) return;
    const taken = history.count(fromUs, atUs);
    if (taken === 0) return;
    history.takeBack(fromUs, atUs);
    destination.expected -= taken;
    destination.edge += taken;
    this.#expected -= taken;
    forEachSecond(history, fromUs, atUs, 0, (us, count) => {
      destination.seconds.takeBack(us, count);
    });
    forEachSecond(history, fromUs, atUs, this.#startUs, this.#onTakenBack);
  }

  /** A message may never have come to the server: its publisher failed soon after. */
  cut(number: number, sentUs: number): void {
    this.#destinations[number]?.history.cut(sentUs);
  }

  /** What a dead worker's live subscriptions had not told of yet may be missing. */
  lostSubscriptions(number: number, live: number, atUs: number): void {
    if (live > 0) this.#destinations[number]?.history.doubt(atUs - this.#drainUs, atUs, live);
  }

  /** What a dead worker's publishers sent last may never have come to the server. */
  lostPublishers(worker: number, atUs: number): void {
    for (const { history } of this.#destinations) history.cutWorker(worker, atUs - this.#drainUs);
  }

  /** Nothing that happened before this moment is still to come: what is older by a drain time can't change any more. */
  passed(untilUs: number): void {
    const beforeUs = untilUs - this.#drainUs;
    if (beforeUs - this.#forgottenUs < 1e6) return;
    this.#forgottenUs = beforeUs;
    for (const { history, seconds } of this.#destinations) {
      history.forget(beforeUs, (sentUs, deliveries, isCut) => {
        seconds.doubt(sentUs, deliveries, isCut);
      });
      seconds.close(beforeUs);
    }
  }

  /**
   * @param complete whether every worker has told everything: otherwise more can have been received than is known to
   *   have been sent
   */
  totals(complete: boolean): DeliveryTotals {
    const totals = { expected: 0, received: 0, lost: 0, edge: 0, excused: 0, copies: 0 };
    for (const { expected, received, edge, queue, history, seconds } of this.#destinations) {
      const surplus = Math.max(0, received - expected);
      const copies = queue && complete ? surplus : 0;
      const missing = Math.max(0, expected - received);
      // What was missing of a queue may have gone to a worker that never told of it.
      const isUnknown = queue && !complete;
      const excused = isUnknown ? missing : Math.min(missing, excusableOf(history, seconds));
      totals.received += received - copies;
      totals.lost += missing - excused;
      totals.expected += received - copies + missing - excused;
      totals.edge += edge + excused;
      totals.excused += excused;
      totals.copies += copies;
    }
    return totals;
  }
}

function newDestination(): Destination {
  return {
    queue: false,
    live: 0,
    onEdge: 0,
    sent: 0,
    expected: 0,
    edge: 0,
    received: 0,
    history: new SentHistory(),
    seconds: new SentSeconds(),
  };
}

function excusableOf(history: SentHistory, seconds: SentSeconds): number {
  return seconds.excusable((tell) => {
    history.forEachDoubted(tell);
  });
}

/** Tells how many messages of a span were sent in each second of it, with a moment in that second. */
function forEachSecond(
  history: SentHistory,
  fromUs: number,
  untilUs: number,
  originUs: number,
  tell: (us: number, count: number) => void,
): void {
  for (let us = Math.max(fromUs, history.oldestUs); us < untilUs;) {
    const nextUs = originUs + (Math.floor((us - originUs) / 1e6) + 1) * 1e6;
    const count = history.count(us, Math.min(nextUs, untilUs));
    if (count > 0) tell(us, count);
    us = nextUs;
  }
}
