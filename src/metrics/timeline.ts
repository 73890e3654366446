import { DeliveryLedger, type DeliveryTotals, type OnTakenBack } from './delivery-ledger.js';
import {
  EVENT,
  type EventBatch,
  LOST_WORKER,
  eventCode,
  eventDestination,
  eventType,
  sincesOf,
} from './events.js';
import { type EventListener, PendingEvents } from './pending-events.js';
import type { DestinationInfo, Snapshot } from './snapshot.js';

/** What one worker has, by all its snapshots together. */
interface Holdings {
  /** Its destinations: their numbers here, in the order in which it met them. */
  readonly numbers: number[];
  open: number;
  /** Live subscriptions, and those that are beginning or ending, by the number of their destination here. */
  readonly live: Map<number, number>;
  readonly onEdge: Map<number, number>;
}

/** What an event changes in the subscriptions that are live, and in those that are on an edge. */
const MOVES: Readonly<Partial<Record<number, readonly [live: number, onEdge: number]>>> = {
  [EVENT.asked]: [0, 1],
  [EVENT.live]: [1, -1],
  [EVENT.ended]: [-1, 1],
  [EVENT.severed]: [-1, 1],
  [EVENT.gone]: [0, -1],
};

/**
 * Puts the events of all workers in the order of the one monotonic clock and counts what only that order can tell:
 * how many connections were open at once, and what each message was owed. It holds back what is younger than the oldest
 * watermark, so its memory is bounded by how far the slowest worker is behind.
 */
export class Timeline {
  readonly #ledger: DeliveryLedger;
  readonly #watermarks = new Map<number, number>();
  readonly #holdings = new Map<number, Holdings>();
  readonly #pending = new PendingEvents();
  readonly #apply: EventListener = (atUs, code, sinceUs, doubtUs, worker) => {
    this.#count(atUs, code, sinceUs, doubtUs, worker);
  };
  #open = 0;
  #peakOpen = 0;
  #someLost = false;

  /**
   * @param drainUs how long a message may take
   * @param startUs rows of the series are whole seconds from then on
   */
  constructor(
    workers: Iterable<number>,
    drainUs: number,
    onTakenBack: OnTakenBack = () => undefined,
    startUs = 0,
  ) {
    this.#ledger = new DeliveryLedger(drainUs, onTakenBack, startUs);
    for (const worker of workers) this.#watermarks.set(worker, -Infinity);
  }

  get open(): number {
    return this.#open;
  }

  get peakOpen(): number {
    return this.#peakOpen;
  }

  get published(): number {
    return this.#ledger.published;
  }

  /** Deliveries that are expected by what is known so far. */
  get expected(): number {
    return this.#ledger.expected;
  }

  /** Of these, how many have not come. */
  get missing(): number {
    return this.#ledger.missing;
  }

  /** What it all came to, once everything is counted. */
  get deliveries(): DeliveryTotals {
    return this.#ledger.totals(this.#watermarks.size === 0 && !this.#someLost);
  }

  /** Every event before this moment is known. Infinity when no worker is left to wait for. */
  get watermarkUs(): number {
    let watermark = Infinity;
    for (const us of this.#watermarks.values()) watermark = Math.min(watermark, us);
    return watermark;
  }

  add(snapshot: Pick<Snapshot, 'worker' | 'untilUs' | 'destinations' | 'events' | 'received'>): void {
    const { worker, received } = snapshot;
    const holdings = this.#holdingsOf(worker);
    this.#learn(holdings, snapshot.destinations);
    this.#append(snapshot.events, holdings, worker);
    for (let i = 0; i + 2 < received.length; i += 3) {
      const number = holdings.numbers[received[i] ?? 0];
      if (number !== undefined) this.#ledger.received(number, received[i + 1] ?? 0, received[i + 2] ?? 0);
    }
    if (this.#watermarks.has(worker)) this.#watermarks.set(worker, snapshot.untilUs);
  }

  /** A worker is done: it is waited for no longer. */
  leave(worker: number): void {
    this.#watermarks.delete(worker);
  }

  /** A worker is dead: what it had is over since it was last heard of, so that nobody is owed a delivery there. */
  lose(worker: number): void {
    const lastUs = this.#watermarks.get(worker);
    this.#watermarks.delete(worker);
    this.#someLost = true;
    // A message's moment is rounded up, so that it may be a little after the word that it was told with.
    if (lastUs !== undefined) this.#pending.add(lastUs + 1, eventCode(LOST_WORKER, worker), 0, 0, worker);
  }

  /**
   * The data ends here, before the workers did: what they had not told of yet is as little known as of a dead one. What
   * was open still is, as far as anybody knows.
   */
  cutOff(): void {
    for (const worker of [...this.#watermarks.keys()]) {
      const holdings = this.#holdings.get(worker);
      if (holdings !== undefined) holdings.open = 0;
      this.lose(worker);
    }
  }

  /** Counts everything before `untilUs`, which must not be beyond the watermark. */
  advance(untilUs: number): void {
    this.#pending.takeBefore(untilUs, this.#apply);
    this.#ledger.passed(untilUs);
  }

  #holdingsOf(worker: number): Holdings {
    let holdings = this.#holdings.get(worker);
    if (holdings === undefined) {
      holdings = { numbers: [], open: 0, live: new Map(), onEdge: new Map() };
      this.#holdings.set(worker, holdings);
    }
    return holdings;
  }

  #learn({ numbers }: Holdings, infos: readonly DestinationInfo[]): void {
    for (const { name, distribution } of infos) numbers.push(this.#ledger.learn(name, distribution));
  }

  #append(events: EventBatch, holdings: Holdings, worker: number): void {
    let since = 0;
    for (let i = 0; i < events.codes.length; i++) {
      const code = events.codes[i] ?? 0;
      const type = eventType(code);
      const number = type >= EVENT.asked ? (holdings.numbers[eventDestination(code)] ?? 0) : 0;
      const sinces = sincesOf(type);
      const sinceUs = sinces > 0 ? (events.sinceUs[since] ?? 0) : 0;
      const doubtUs = sinces > 1 ? (events.sinceUs[since + 1] ?? 0) : 0;
      since += sinces;
      if (type === EVENT.opened) holdings.open++;
      else if (type === EVENT.closed) holdings.open--;
      const move = MOVES[type];
      if (move !== undefined) {
        add(holdings.live, number, move[0]);
        add(holdings.onEdge, number, move[1]);
      }
      this.#pending.add(events.atUs[i] ?? 0, eventCode(type, number), sinceUs, doubtUs, worker);
    }
  }

  #count(atUs: number, code: number, sinceUs: number, doubtUs: number, worker: number): void {
    const number = eventDestination(code);
    const type: number = eventType(code);
    if (type === EVENT.opened) {
      this.#open++;
      if (this.#open > this.#peakOpen) this.#peakOpen = this.#open;
    } else if (type === EVENT.closed) this.#open--;
    else if (type === EVENT.sent) this.#ledger.sent(number, atUs, worker);
    else if (type === EVENT.cut) this.#ledger.cut(number, sinceUs);
    else if (type === LOST_WORKER) this.#endWorker(number, atUs);
    else {
      if (type === EVENT.severed) this.#ledger.severed(number, sinceUs, doubtUs, atUs);
      const move = MOVES[type];
      if (move !== undefined) this.#ledger.move(number, move[0], move[1]);
    }
  }

  // All that it ever told of happened before.
  #endWorker(worker: number, atUs: number): void {
    const holdings = this.#holdings.get(worker);
    if (holdings === undefined) return;
    this.#open -= holdings.open;
    for (const [number, live] of holdings.live) {
      this.#ledger.lostSubscriptions(number, live, atUs);
      this.#ledger.move(number, -live, 0);
    }
    for (const [number, onEdge] of holdings.onEdge) this.#ledger.move(number, 0, -onEdge);
    this.#ledger.lostPublishers(worker, atUs);
    this.#holdings.delete(worker);
  }
}

function add(counts: Map<number, number>, key: number, change: number): void {
  if (change !== 0) counts.set(key, (counts.get(key) ?? 0) + change);
}
