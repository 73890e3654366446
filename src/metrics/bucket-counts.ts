import { eachCount, packCounts } from './hdr-encoding.js';
import { COUNTS_LENGTH, lowestUsAt } from './hdr-layout.js';
import type { HistogramDelta } from './interval-histogram.js';

/**
 * The counts of one HDR histogram, a number a bucket, in memory that is there from the beginning. Other than a LatencyTotal it
 * is made of packed counts, and makes them; what it does not know is the exact minimum, maximum and mean.
 */
export class BucketCounts {
  readonly #counts = new Float64Array(COUNTS_LENGTH);
  /** One more than the last occupied bucket. */
  #length = 0;
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add({ pairs }: HistogramDelta): void {
    for (let i = 0; i + 1 < pairs.length; i += 2) this.#put(pairs[i] ?? 0, pairs[i + 1] ?? 0);
  }

  /** Throws RangeError where they are no packed counts. */
  addPacked(packed: Uint8Array): void {
    eachCount(packed, (index, count) => {
      this.#put(index, count);
    });
  }

  packed(): Uint8Array<ArrayBuffer> {
    return packCounts(this.#counts, this.#length);
  }

  /**
   * Microseconds, from a percentile above 0 and up to 100: the upper end of the bucket in which it lies, as HdrHistogram has
   * it. null when nothing was counted.
   */
  valueAt(percentile: number): number | null {
    if (this.#total === 0) return null;
    // What floating point adds to a whole number is no further sample.
    const rank = Math.max(1, Math.ceil((percentile / 100) * this.#total - 1e-9 * this.#total));
    let seen = 0;
    for (let i = 0; i < this.#length; i++) {
      seen += this.#counts[i] ?? 0;
      if (seen >= rank) return lowestUsAt(i + 1) - 1;
    }
    return null;
  }

  clear(): void {
    this.#counts.fill(0, 0, this.#length);
    this.#length = 0;
    this.#total = 0;
  }

  #put(index: number, count: number): void {
    this.#counts[index] = (this.#counts[index] ?? 0) + count;
    if (index >= this.#length) this.#length = index + 1;
    this.#total += count;
  }
}
