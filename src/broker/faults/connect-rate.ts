/**
 * So many a second at most: a sliding window over the moments of the last ones let in, one second wide. Of less than
 * one a second, or of a fraction, it is as wide as its whole number takes.
 */
export class ConnectRate {
  readonly #letInMs: Float64Array;
  readonly #windowMs: number;
  #next = 0;

  constructor(perSec: number) {
    const most = Math.max(1, Math.floor(perSec));
    this.#letInMs = new Float64Array(most).fill(-Infinity);
    this.#windowMs = (most / perSec) * 1000;
  }

  /** Whether one more would be too many at that moment. */
  isReached(nowMs: number): boolean {
    return nowMs - (this.#letInMs[this.#next] ?? -Infinity) < this.#windowMs;
  }

  letIn(nowMs: number): void {
    this.#letInMs[this.#next] = nowMs;
    this.#next = (this.#next + 1) % this.#letInMs.length;
  }
}
