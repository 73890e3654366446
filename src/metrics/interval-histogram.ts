import { COUNTS_LENGTH, MAX_US, indexOfUs } from './hdr-layout.js';

/** What was recorded in one interval: (index, count) pairs of the occupied buckets, in no order. */
export interface HistogramDelta {
  readonly pairs: Uint32Array<ArrayBuffer>;
  readonly minUs: number;
  readonly maxUs: number;
  readonly sumUs: number;
}

/**
 * Counts the latencies of one interval. It remembers which buckets it touched, so that taking an interval costs as
 * much as what is in it and not as much as the whole array.
 */
export class IntervalHistogram {
  readonly #counts = new Uint32Array(COUNTS_LENGTH);
  #touched = new Uint32Array(256);
  #touchedLength = 0;
  #minUs = Infinity;
  #maxUs = 0;
  #sumUs = 0;

  /** Microseconds; fractions are rounded down, what is below 0 or above an hour is counted at the end of the scale. */
  record(us: number): void {
    const value = us >= MAX_US ? MAX_US : us > 0 ? Math.floor(us) : 0;
    const index = indexOfUs(value);
    const count = this.#counts[index] ?? 0;
    this.#counts[index] = count + 1;
    if (count === 0) this.#touch(index);
    if (value < this.#minUs) this.#minUs = value;
    if (value > this.#maxUs) this.#maxUs = value;
    this.#sumUs += value;
  }

  /** The interval so far, or undefined when it is empty; a new interval begins. */
  take(): HistogramDelta | undefined {
    if (this.#touchedLength === 0) return undefined;
    const pairs = new Uint32Array(this.#touchedLength * 2);
    for (let i = 0; i < this.#touchedLength; i++) {
      const index = this.#touched[i] ?? 0;
      pairs[i * 2] = index;
      pairs[i * 2 + 1] = this.#counts[index] ?? 0;
      this.#counts[index] = 0;
    }
    const delta = { pairs, minUs: this.#minUs, maxUs: this.#maxUs, sumUs: this.#sumUs };
    this.#touchedLength = 0;
    this.#minUs = Infinity;
    this.#maxUs = 0;
    this.#sumUs = 0;
    return delta;
  }

  #touch(index: number): void {
    if (this.#touchedLength === this.#touched.length) {
      const larger = new Uint32Array(this.#touched.length * 2);
      larger.set(this.#touched);
      this.#touched = larger;
    }
    this.#touched[this.#touchedLength++] = index;
  }
}
