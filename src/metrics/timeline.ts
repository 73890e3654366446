import { EVENT, type EventBatch, eventCode, eventDestination, eventType } from './events.js';
import type { DestinationInfo, Snapshot } from './snapshot.js';

interface Destination {
  live: number;
  queue: boolean;
  /** Messages sent to it, and the deliveries that they were owed. */
  sent: number;
  owed: number;
}

/** What one worker has, by all its snapshots together. */
interface Holdings {
  /** Its destinations: their numbers here, in the order in which it met them. */
  readonly numbers: number[];
  open: number;
  /** Live subscriptions, by the number of their destination here. */
  readonly live: Map<number, number>;
}

/**
 * Puts the events of all workers in the order of the one monotonic clock and counts what only that order can tell:
 * how many connections were open at once, and how many deliveries each message was owed. It holds back what is
 * younger than the oldest watermark, so its memory is bounded by how far the slowest worker is behind.
 */
export class Timeline {
  readonly #watermarks = new Map<number, number>();
  readonly #holdings = new Map<number, Holdings>();
  readonly #byName = new Map<string, number>();
  readonly #destinations: Destination[] = [];
  #pendingUs: number[] = [];
  #pendingCodes: number[] = [];
  #open = 0;
  #peakOpen = 0;
  #published = 0;
  #expected = 0;

  constructor(workers: Iterable<number>) {
    for (const worker of workers) this.#watermarks.set(worker, -Infinity);
  }

  get open(): number {
    return this.#open;
  }

  get peakOpen(): number {
    return this.#peakOpen;
  }

  get published(): number {
    return this.#published;
  }

  get expected(): number {
    return this.#expected;
  }

  /** Every event before this moment is known. Infinity when no worker is left to wait for. */
  get watermarkUs(): number {
    let watermark = Infinity;
    for (const us of this.#watermarks.values()) watermark = Math.min(watermark, us);
    return watermark;
  }

  add(snapshot: Pick<Snapshot, 'worker' | 'untilUs' | 'destinations' | 'events'>): void {
    const holdings = this.#holdingsOf(snapshot.worker);
    this.#learn(holdings, snapshot.destinations);
    this.#append(snapshot.events, holdings);
    if (this.#watermarks.has(snapshot.worker)) this.#watermarks.set(snapshot.worker, snapshot.untilUs);
  }

  /** A worker is done: it is waited for no longer. */
  leave(worker: number): void {
    this.#watermarks.delete(worker);
  }

  /** A worker is dead: what it had is over since it was last heard of, so that nobody is owed a delivery there. */
  lose(worker: number): void {
    const lastUs = this.#watermarks.get(worker);
    this.#watermarks.delete(worker);
    const holdings = this.#holdings.get(worker);
    if (lastUs === undefined || holdings === undefined) return;
    for (; holdings.open > 0; holdings.open--) this.#push(lastUs, eventCode(EVENT.closed, 0));
    for (const [destination, live] of holdings.live) {
      for (let n = 0; n < live; n++) this.#push(lastUs, eventCode(EVENT.ended, destination));
    }
    holdings.live.clear();
  }

  /** Counts everything before `untilUs`, which must not be beyond the watermark. */
  advance(untilUs: number): void {
    const order = this.#dueBefore(untilUs);
    for (const i of order) this.#apply(this.#pendingCodes[i] ?? 0);
    if (order.length > 0) this.#drop(untilUs);
  }

  #holdingsOf(worker: number): Holdings {
    let holdings = this.#holdings.get(worker);
    if (holdings === undefined) {
      holdings = { numbers: [], open: 0, live: new Map() };
      this.#holdings.set(worker, holdings);
    }
    return holdings;
  }

  #learn({ numbers }: Holdings, infos: readonly DestinationInfo[]): void {
    for (const { name, distribution } of infos) {
      let number = this.#byName.get(name);
      if (number === undefined) {
        number = this.#destinations.length;
        this.#byName.set(name, number);
        this.#destinations.push({ live: 0, queue: false, sent: 0, owed: 0 });
      }
      // Only subscribers know how a destination distributes; a publisher's word for it is null.
      if (distribution === 'queue') this.#becomeQueue(number);
      numbers.push(number);
    }
  }

  // A queue keeps a message until somebody takes it: each is owed one delivery, also those sent before anyone came.
  #becomeQueue(number: number): void {
    const destination = this.#destinations[number];
    if (destination === undefined || destination.queue) return;
    destination.queue = true;
    this.#expected += destination.sent - destination.owed;
    destination.owed = destination.sent;
  }

  #append(events: EventBatch, holdings: Holdings): void {
    const { numbers, live } = holdings;
    for (let i = 0; i < events.codes.length; i++) {
      const code = events.codes[i] ?? 0;
      const type = eventType(code);
      const number = type >= EVENT.live ? (numbers[eventDestination(code)] ?? 0) : 0;
      if (type === EVENT.opened) holdings.open++;
      else if (type === EVENT.closed) holdings.open--;
      else if (type === EVENT.live) live.set(number, (live.get(number) ?? 0) + 1);
      else if (type === EVENT.ended) live.set(number, (live.get(number) ?? 0) - 1);
      this.#push(events.atUs[i] ?? 0, eventCode(type, number));
    }
  }

  #push(us: number, code: number): void {
    this.#pendingUs.push(us);
    this.#pendingCodes.push(code);
  }

  #dueBefore(untilUs: number): number[] {
    const order: number[] = [];
    for (let i = 0; i < this.#pendingUs.length; i++) {
      if ((this.#pendingUs[i] ?? 0) < untilUs) order.push(i);
    }
    const us = this.#pendingUs;
    const codes = this.#pendingCodes;
    return order.sort(
      (a, b) => (us[a] ?? 0) - (us[b] ?? 0) || eventType(codes[a] ?? 0) - eventType(codes[b] ?? 0) || a - b,
    );
  }

  #drop(untilUs: number): void {
    const keptUs: number[] = [];
    const keptCodes: number[] = [];
    for (let i = 0; i < this.#pendingUs.length; i++) {
      const us = this.#pendingUs[i] ?? 0;
      if (us < untilUs) continue;
      keptUs.push(us);
      keptCodes.push(this.#pendingCodes[i] ?? 0);
    }
    this.#pendingUs = keptUs;
    this.#pendingCodes = keptCodes;
  }

  #apply(code: number): void {
    const type = eventType(code);
    if (type === EVENT.opened) {
      this.#open++;
      if (this.#open > this.#peakOpen) this.#peakOpen = this.#open;
      return;
    }
    if (type === EVENT.closed) {
      this.#open--;
      return;
    }
    const destination = this.#destinations[eventDestination(code)];
    if (destination === undefined) return;
    if (type === EVENT.live) destination.live++;
    else if (type === EVENT.ended) destination.live--;
    else {
      const owed = destination.queue ? 1 : destination.live;
      destination.sent++;
      destination.owed += owed;
      this.#published++;
      this.#expected += owed;
    }
  }
}
