/** As far back as a message can come late and still be told from a copy of one. */
const WINDOW = 32;

/** Publishers of which one subscription tells copies apart; more would cost more memory than a subscription does. */
const MAX_PUBLISHERS = 64;

/**
 * Which messages of its publishers one subscription has had: the highest number of each publisher and a bit for each
 * of the 32 before it, as IPsec's anti-replay window has it (RFC 6479 section 2). Some tens of bytes however long the
 * run is; a server that reorders (Spring does, by design) is not taken for one that repeats.
 */
export class SeenMessages {
  readonly #publisher: number;
  #highest: number;
  /** Bit i: the message i below the highest has come. */
  #window = 1;
  #others: SeenMessages[] | null = null;

  constructor(publisher: number, seq: number) {
    this.#publisher = publisher;
    this.#highest = seq;
  }

  /** Whether it has come before. One that is further back than the window counts as late, not as a copy. */
  isCopy(publisher: number, seq: number): boolean {
    return publisher === this.#publisher ? this.#isCopy(seq) : this.#isCopyOfOther(publisher, seq);
  }

  #isCopyOfOther(publisher: number, seq: number): boolean {
    this.#others ??= [];
    for (const other of this.#others) if (other.#publisher === publisher) return other.#isCopy(seq);
    if (this.#others.length < MAX_PUBLISHERS) this.#others.push(new SeenMessages(publisher, seq));
    return false;
  }

  #isCopy(seq: number): boolean {
    const ahead = seq - this.#highest;
    if (ahead > 0) {
      this.#window = ahead < WINDOW ? (this.#window << ahead) | 1 : 1;
      this.#highest = seq;
      return false;
    }
    if (ahead <= -WINDOW) return false;
    const bit = 1 << -ahead;
    if ((this.#window & bit) !== 0) return true;
    this.#window |= bit;
    return false;
  }
}
