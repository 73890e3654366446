import type { TellDoubt } from './sent-history.js';

/** Seconds in which something was in doubt that are remembered one by one; older ones are added up. */
const MAX_DOUBTFUL = 256;

/** What was sent within one second, of the monotonic clock. */
interface SentSecond {
  sent: number;
  expected: number;
  received: number;
  /** Of `expected`: what may be missing without any fault. */
  doubted: number;
  /** Messages that may never have come to the server. */
  cut: number;
}

/**
 * What was sent to one destination, second by second: what was in doubt in one excuses nothing that is missing of
 * another. Only seconds of the last drain time, and those in which something was in doubt, are remembered.
 */
export class SentSeconds {
  // A run can have a destination for each of its connections, and most of those have nothing to remember.
  #recent: Map<number, SentSecond> | null = null;
  #doubtful: Map<number, SentSecond> | null = null;
  /** Those that were too many. What comes late of them is not counted: that excuses more, never less. */
  #older: SentSecond | null = null;
  #closedBefore = -Infinity;

  sent(sentUs: number, owed: number): void {
    const second = this.#at(secondOf(sentUs));
    second.sent++;
    second.expected += owed;
  }

  takeBack(sentUs: number, deliveries: number): void {
    this.#at(secondOf(sentUs)).expected -= deliveries;
  }

  received(second: number, deliveries: number): void {
    if (second >= this.#closedBefore) this.#at(second).received += deliveries;
    else {
      const doubtful = this.#doubtful?.get(second);
      if (doubtful !== undefined) doubtful.received += deliveries;
    }
  }

  doubt(sentUs: number, deliveries: number, isCut: boolean): void {
    const second = this.#at(secondOf(sentUs));
    second.doubted += deliveries;
    if (isCut) second.cut++;
  }

  /** It has turned out to be a queue: each message is owed once. */
  oweOnce(): void {
    for (const second of this.#all()) {
      second.expected = second.sent;
      second.doubted = second.cut;
    }
  }

  /** Nothing that was sent before that moment can come into doubt any more. */
  close(beforeUs: number): void {
    this.#closedBefore = secondOf(beforeUs);
    if (this.#recent === null) return;
    for (const [number, second] of this.#recent) {
      if (number >= this.#closedBefore) continue;
      this.#recent.delete(number);
      if (second.doubted > 0 || second.cut > 0) this.#remember(number, second);
    }
    if (this.#recent.size === 0) this.#recent = null;
  }

  #remember(number: number, doubtful: SentSecond): void {
    this.#doubtful ??= new Map();
    this.#doubtful.set(number, doubtful);
    if (this.#doubtful.size <= MAX_DOUBTFUL) return;
    const [oldest] = this.#doubtful;
    if (oldest === undefined) return;
    this.#doubtful.delete(oldest[0]);
    this.#older = sum(this.#older ?? newSecond(), oldest[1]);
  }

  *#all(): Generator<SentSecond> {
    yield* this.#recent?.values() ?? [];
    yield* this.#doubtful?.values() ?? [];
    if (this.#older !== null) yield this.#older;
  }

  /**
   * How many of the missing deliveries can be without any fault, at the most.
   *
   * @param forEachDoubted tells what is in doubt beside what doubt() was told
   */
  excusable(forEachDoubted: (tell: TellDoubt) => void): number {
    const doubted = new Map<number, number>();
    forEachDoubted((sentUs, deliveries) => {
      const number = secondOf(sentUs);
      doubted.set(number, (doubted.get(number) ?? 0) + deliveries);
    });
    let excusable = this.#older === null ? 0 : excusableOf(this.#older, 0);
    for (const seconds of [this.#recent, this.#doubtful]) {
      for (const [number, second] of seconds ?? [])
        excusable += excusableOf(second, doubted.get(number) ?? 0);
    }
    return excusable;
  }

  #at(number: number): SentSecond {
    this.#recent ??= new Map();
    let second = this.#recent.get(number);
    if (second === undefined) {
      second = newSecond();
      this.#recent.set(number, second);
    }
    return second;
  }
}

/** The second in which a message was sent, as the receivers of it name it. */
export function secondOf(sentUs: number): number {
  return Math.floor(sentUs / 1e6);
}

function newSecond(): SentSecond {
  return { sent: 0, expected: 0, received: 0, doubted: 0, cut: 0 };
}

function sum(a: SentSecond, b: SentSecond): SentSecond {
  return {
    sent: a.sent + b.sent,
    expected: a.expected + b.expected,
    received: a.received + b.received,
    doubted: a.doubted + b.doubted,
    cut: a.cut + b.cut,
  };
}

function excusableOf({ expected, received, doubted }: SentSecond, more: number): number {
  return Math.min(Math.max(0, expected - received), doubted + more);
}
