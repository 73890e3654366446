/** What one more message of a publisher is to a subscription; `behind` and `untold` are guesses, see below. */
export type Sight =
  /** Its number is above all that had come. */
  | 'next'
  /** It had not come before, but a later one had. */
  | 'reordered'
  | 'copy'
  /** So far behind what is missing that it can't be told from a copy: it is taken for one. */
  | 'behind'
  /** There is no memory left to follow this publisher: it is taken for a message that had not come before. */
  | 'untold';

/** Numbers below the highest that are always followed: the bits of one integer. */
const WINDOW = 32;
/** Numbers below the window that are followed once one of them is missing, or comes late. A power of two. */
const EXTENSION = 4096;

/** What V8 takes for them, roughly. */
const NUMBERS_BYTES = 112;
const EXTENSION_BYTES = EXTENSION / 8 + 208;

/** Enough for more than a million pairs of publisher and subscription. */
const MAX_BUDGET_BYTES = 256 * 1024 * 1024;

/** How much memory all subscriptions of a worker may take together to tell copies and the order of messages. */
export class SeenBudget {
  #leftBytes: number;

  constructor(bytes = MAX_BUDGET_BYTES) {
    this.#leftBytes = bytes;
  }

  /** @param heapLimitBytes of the worker's heap: most of it is for its connections */
  static ofHeap(heapLimitBytes: number): SeenBudget {
    return new SeenBudget(Math.min(MAX_BUDGET_BYTES, heapLimitBytes / 4));
  }

  take(bytes: number): boolean {
    if (bytes > this.#leftBytes) return false;
    this.#leftBytes -= bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#leftBytes += bytes;
  }
}

/**
 * Which messages one subscription has had: for each publisher (and, behind a wildcard, each destination) the numbers
 * that have come. Some tens of bytes as long as nothing is missing, however long the run is.
 */
export class SeenMessages {
  readonly #budget: SeenBudget;
  /** Of the first publisher that was seen: mostly there is no other. */
  #only: SeenNumbers | null = null;
  #others: Map<number, SeenNumbers> | null = null;

  constructor(budget: SeenBudget) {
    this.#budget = budget;
  }

  /** @param key whose numbers these are */
  see(key: number, seq: number): Sight {
    if (this.#only?.key === key) return this.#only.see(seq, this.#budget);
    const known = this.#others?.get(key);
    if (known !== undefined) return known.see(seq, this.#budget);
    if (!this.#budget.take(NUMBERS_BYTES)) return 'untold';
    const numbers = new SeenNumbers(key, seq);
    if (this.#only === null) this.#only = numbers;
    else (this.#others ??= new Map<number, SeenNumbers>()).set(key, numbers);
    return 'next';
  }

  /** The subscription is gone: its memory is another's. */
  release(): void {
    for (const numbers of [this.#only, ...(this.#others?.values() ?? [])]) {
      if (numbers !== null) this.#budget.giveBack(numbers.bytes);
    }
    this.#only = null;
    this.#others = null;
  }
}

/**
 * The numbers of one publisher that have come: the highest, a bit for each of the 32 up to it as IPsec's anti-replay
 * window has it (RFC 6479 section 2), and a longer window below that one from the moment at which a number that is
 * missing, or that came late, would leave the first.
 */
class SeenNumbers {
  readonly key: number;
  /** Without an extension: below the window, every number from this one on has come, and none before it. */
  readonly #first: number;
  #highest: number;
  /** Bit i: the number i below the highest has come. */
  #window = 1;
  /** A ring of bits for the numbers just below the window, each at its own remainder. */
  #extension: Uint32Array | null = null;
  /** There was no memory for the extension when it was needed: what has come below the window is not known. */
  #forgotten = false;

  constructor(key: number, seq: number) {
    this.key = key;
    this.#first = seq;
    this.#highest = seq;
  }

  get bytes(): number {
    return NUMBERS_BYTES + (this.#extension === null ? 0 : EXTENSION_BYTES);
  }

  see(seq: number, budget: SeenBudget): Sight {
    const ahead = seq - this.#highest;
    if (ahead > 0) {
      this.#advance(ahead, budget);
      return 'next';
    }
    if (ahead <= -WINDOW) return this.#seeBelow(seq, budget);
    const bit = 1 << -ahead;
    if ((this.#window & bit) !== 0) return 'copy';
    this.#window |= bit;
    return 'reordered';
  }

  /** The lowest number of the window. */
  get #low(): number {
    return this.#highest - WINDOW + 1;
  }

  #advance(ahead: number, budget: SeenBudget): void {
    if (this.#extension === null && !this.#leavesWhole(ahead)) this.#extend(budget);
    if (this.#extension !== null) this.#spill(this.#extension, ahead);
    this.#window = ahead < WINDOW ? (this.#window << ahead) | 1 : 1;
    this.#highest += ahead;
  }

  /** Whether of the numbers that leave the window those from the first on have come, and none before it. */
  #leavesWhole(ahead: number): boolean {
    if (ahead > WINDOW) return false;
    const leaving = this.#window >>> (WINDOW - ahead);
    const owed = Math.min(ahead, Math.max(0, this.#low + ahead - this.#first));
    return leaving === (owed === WINDOW ? 0xffffffff : 2 ** owed - 1);
  }

  #extend(budget: SeenBudget): void {
    if (this.#forgotten) return;
    if (!budget.take(EXTENSION_BYTES)) {
      this.#forgotten = true;
      return;
    }
    const extension = new Uint32Array(EXTENSION / WINDOW);
    for (let n = Math.max(this.#first, this.#low - EXTENSION); n < this.#low; n++) setBit(extension, n, 1);
    this.#extension = extension;
  }

  // Each number that leaves the window takes the place of the one that is 4,096 before it.
  #spill(extension: Uint32Array, ahead: number): void {
    const low = this.#low;
    if (ahead >= EXTENSION + WINDOW) {
      extension.fill(0);
      return;
    }
    for (let i = 0; i < ahead; i++) {
      setBit(extension, low + i, i < WINDOW ? (this.#window >>> (WINDOW - 1 - i)) & 1 : 0);
    }
  }

  #seeBelow(seq: number, budget: SeenBudget): Sight {
    if (this.#extension === null) {
      if (seq >= this.#first && !this.#forgotten) return 'copy';
      this.#extend(budget);
    }
    if (this.#extension === null || this.#low - seq > EXTENSION) return 'behind';
    if (hasBit(this.#extension, seq)) return 'copy';
    setBit(this.#extension, seq, 1);
    return 'reordered';
  }
}

function hasBit(bits: Uint32Array, n: number): boolean {
  return (((bits[(n & (EXTENSION - 1)) >>> 5] ?? 0) >>> (n & 31)) & 1) === 1;
}

function setBit(bits: Uint32Array, n: number, bit: number): void {
  const word = (n & (EXTENSION - 1)) >>> 5;
  const mask = 1 << (n & 31);
  bits[word] = bit === 1 ? (bits[word] ?? 0) | mask : (bits[word] ?? 0) & ~mask;
}
