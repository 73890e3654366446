import type { Distribution } from '../model/plan.js';
import { SentHistory } from './sent-history.js';

/** What all deliveries of a run came to; the terms are those of model/result.ts and docs/deliveries.md. */
export interface DeliveryTotals {
  readonly expected: number;
  readonly received: number;
  readonly lost: number;
  readonly edge: number;
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
  /** Of `expected`: what may be missing without any fault. */
  doubted: number;
  /** Messages that may never have come to the server. */
  cut: number;
  readonly history: SentHistory;
}

/**
 * What every message was owed, by destination. It is told everything in the order of time; only what was received, and
 * that a destination is a queue, may come in any order.
 */
export class DeliveryLedger {
  readonly #drainUs: number;
  readonly #onTakenBack: (sentUs: number) => void;
  readonly #byName = new Map<string, number>();
  readonly #destinations: Destination[] = [];
  #published = 0;
  #expected = 0;
  #forgottenUs = -Infinity;

  /**
   * @param drainUs how long a message may take
   * @param onTakenBack a delivery of a message sent at that moment is no longer expected
   */
  constructor(drainUs: number, onTakenBack: (sentUs: number) => void) {
    this.#drainUs = drainUs;
    this.#onTakenBack = onTakenBack;
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
    destination.doubted = destination.cut;
    destination.history.oweOnce();
  }

  received(number: number, count: number): void {
    const destination = this.#destinations[number];
    if (destination !== undefined) destination.received += count;
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
    this.#published++;
    this.#expected += owed;
  }

  /** One of its subscriptions, live until now, has had nothing of what was sent from `fromUs` on, and never will. */
  severed(number: number, fromUs: number, atUs: number): void {
    const destination = this.#destinations[number];
    if (destination === undefined) return;
    if (destination.queue) {
      destination.doubted += destination.history.doubt(fromUs, atUs, Infinity);
      return;
    }
    destination.doubted += destination.history.takeBack(fromUs, atUs, (sentUs) => {
      destination.expected--;
      destination.edge++;
      this.#expected--;
      this.#onTakenBack(sentUs);
    });
  }

  /** A message may never have come to the server: its publisher failed soon after. */
  cut(number: number, sentUs: number): void {
    const destination = this.#destinations[number];
    if (destination === undefined) return;
    destination.cut++;
    destination.doubted += destination.history.doubtOne(sentUs);
  }

  /** What a dead worker's live subscriptions had not told of yet may be missing. */
  lostSubscriptions(number: number, live: number, atUs: number): void {
    const destination = this.#destinations[number];
    if (destination === undefined || live <= 0) return;
    destination.doubted += destination.history.doubt(atUs - this.#drainUs, atUs, live);
  }

  /** What a dead worker's publishers sent last may never have come to the server. */
  lostPublishers(worker: number, atUs: number): void {
    for (const destination of this.#destinations) {
      const { messages, change } = destination.history.doubtWorker(worker, atUs - this.#drainUs);
      destination.cut += messages;
      destination.doubted += change;
    }
  }

  /** Nothing that happened before this moment is still to come: what is older by a drain time can't change any more. */
  passed(untilUs: number): void {
    const beforeUs = untilUs - this.#drainUs;
    if (beforeUs - this.#forgottenUs < 1e6) return;
    this.#forgottenUs = beforeUs;
    for (const { history } of this.#destinations) history.forget(beforeUs);
  }

  /**
   * @param complete whether every worker has told everything: otherwise more can have been received than is known to
   *   have been sent
   */
  totals(complete: boolean): DeliveryTotals {
    const totals = { expected: 0, received: 0, lost: 0, edge: 0, copies: 0 };
    for (const { expected, received, doubted, edge, queue } of this.#destinations) {
      const surplus = Math.max(0, received - expected);
      const copies = queue && complete ? surplus : 0;
      const missing = Math.max(0, expected - received);
      // What was missing of a queue may have gone to a worker that never told of it.
      const excused = queue && !complete ? missing : Math.min(missing, doubted);
      totals.received += received - copies;
      totals.lost += missing - excused;
      totals.expected += received - copies + missing - excused;
      totals.edge += edge + excused;
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
    doubted: 0,
    cut: 0,
    history: new SentHistory(),
  };
}
