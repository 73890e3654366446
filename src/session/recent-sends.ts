/**
 * The messages that one publisher sent within the last drain time, less those that the server has confirmed: should it
 * fail now, nobody knows whether the server ever got them. As many as it sends in that time, however long the run is.
 */
export class RecentSends {
  readonly #keptUs: number;
  #sentUs: number[] = [];
  /** The recorder's number of each one's destination; -1: it is confirmed. */
  #destinations: number[] = [];
  /** What is before it is too old. */
  #head = 0;
  /** The number of the message at 0. */
  #firstSeq = 0;

  /** @param keptMs timeouts.drain */
  constructor(keptMs: number) {
    this.#keptUs = keptMs * 1000;
  }

  /** The next message, numbers are consecutive. */
  add(sentUs: number, destination: number): void {
    this.#sentUs.push(sentUs);
    this.#destinations.push(destination);
    this.#forget(sentUs - this.#keptUs);
  }

  confirm(seq: number): void {
    const i = seq - this.#firstSeq;
    if (i >= 0 && i < this.#destinations.length) this.#destinations[i] = -1;
  }

  /** Those that are in doubt when the publisher fails at that moment. */
  forEachUnknown(atUs: number, tell: (destination: number, sentUs: number) => void): void {
    this.#forget(atUs - this.#keptUs);
    for (let i = this.#head; i < this.#sentUs.length; i++) {
      const destination = this.#destinations[i] ?? -1;
      if (destination >= 0) tell(destination, this.#sentUs[i] ?? 0);
    }
  }

  #forget(beforeUs: number): void {
    while ((this.#sentUs[this.#head] ?? Infinity) < beforeUs) this.#head++;
    if (this.#head < 1024 || this.#head < this.#sentUs.length / 2) return;
    this.#sentUs = this.#sentUs.slice(this.#head);
    this.#destinations = this.#destinations.slice(this.#head);
    this.#firstSeq += this.#head;
    this.#head = 0;
  }
}
