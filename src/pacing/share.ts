/** One of `of` equal parts of a plan, `index` from 0. A local run is share 0 of 1. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

/**
 * How many of `total` things a share has when thing n goes to share n mod of. Dealing them out like cards splits
 * counts and rates exactly, with no rounding: every arrival keeps its own due moment of the whole schedule.
 */
export function dealtCount(total: number, share: Share): number {
  return total <= share.index ? 0 : Math.floor((total - 1 - share.index) / share.of) + 1;
}

/** The number in the whole of a share's k-th thing. */
export function dealtIndex(k: number, share: Share): number {
  return k * share.of + share.index;
}

/**
 * The messages of one publish entry that a share sends. Message m belongs to publisher m mod publishers, and
 * publisher p to share p mod of; messages of a share come in rising order of m.
 */
export class PublisherShare {
  readonly #publishers: number;
  readonly #share: Share;
  /** Publishers of the entry on this share. */
  readonly count: number;

  constructor(publishers: number, share: Share) {
    this.#publishers = publishers;
    this.#share = share;
    this.count = dealtCount(publishers, share);
  }

  /** The publisher's number within the entry. */
  publisher(local: number): number {
    return dealtIndex(local, this.#share);
  }

  /** Which local publisher sends the share's k-th message, and which of its own messages that is. */
  message(k: number): { local: number; seq: number } {
    return { local: k % this.count, seq: Math.floor(k / this.count) };
  }

  /** The number within the entry of message `seq` of a local publisher. */
  entryIndex(local: number, seq: number): number {
    return seq * this.#publishers + this.publisher(local);
  }
}
