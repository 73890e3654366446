import { COUNTS_LENGTH, indexOfUs, lowestUsAt } from '../metrics/hdr-layout.js';
import type { LatencyCounts } from './protocol.js';

/** Of an exponential histogram: counts from one bucket on, those in between without a sample included. */
export interface ExponentialBuckets {
  /** Bucket k holds what is above 2^((k - 1) / 2^SCALE) seconds, up to 2^(k / 2^SCALE), as Prometheus counts them. */
  readonly firstBucket: number;
  readonly counts: readonly number[];
}

/**
 * Of exponential histograms (Prometheus calls it schema): each doubling has 32 buckets, a bucket is 2.2 % wide. The buckets
 * of an HDR histogram are narrower by far (0.1 %), so that little is counted beside where it belongs. From a microsecond to
 * an hour there are just over a thousand.
 */
export const SCALE = 5;

/**
 * The upper bounds of classic buckets, microseconds: an eighth of a millisecond, then 1 and 1.5 times the powers of two of a
 * quarter. Each is the lower bound of a bucket of the HDR layout, so that its count is exact: 25 or 100 ms would not be.
 */
export const CLASSIC_BOUNDS_US: readonly number[] = [
  125,
  ...Array.from({ length: 18 }, (_, k) => [250 * 2 ** k, 375 * 2 ** k]).flat(),
  250 * 2 ** 18,
];

/** One latency of the run so far. */
export class LatencyHistogram {
  readonly #counts = new Float64Array(COUNTS_LENGTH);
  #count = 0;
  #minUs = Infinity;
  #maxUs = 0;
  #sumUs = 0;

  add({ indexes, counts, minUs, maxUs, sumUs }: LatencyCounts): void {
    for (let i = 0; i < indexes.length; i++) {
      const index = indexes[i] ?? 0;
      const added = counts[i] ?? 0;
      this.#counts[index] = (this.#counts[index] ?? 0) + added;
      this.#count += added;
    }
    this.#minUs = Math.min(this.#minUs, minUs);
    this.#maxUs = Math.max(this.#maxUs, maxUs);
    this.#sumUs += sumUs;
  }

  get count(): number {
    return this.#count;
  }

  get minSec(): number {
    return this.#minUs / 1e6;
  }

  get maxSec(): number {
    return this.#maxUs / 1e6;
  }

  get sumSec(): number {
    return this.#sumUs / 1e6;
  }

  /**
   * How many are below each of CLASSIC_BOUNDS_US. What is recorded as 1000 µs took from 1000 to less than 1001, which is why
   * it is not among those up to 1 ms.
   */
  classic(): number[] {
    let index = 0;
    let total = 0;
    return CLASSIC_BOUNDS_US.map((bound) => {
      for (const end = indexOfUs(bound); index < end; index++) total += this.#counts[index] ?? 0;
      return total;
    });
  }

  /** null: nothing was recorded. */
  exponential(): ExponentialBuckets | null {
    if (this.#count === 0) return null;
    const firstBucket = bucketOf(indexOfUs(this.#minUs));
    const counts = new Array<number>(bucketOf(indexOfUs(this.#maxUs)) - firstBucket + 1).fill(0);
    for (let index = indexOfUs(this.#minUs); index <= indexOfUs(this.#maxUs); index++) {
      const count = this.#counts[index] ?? 0;
      if (count === 0) continue;
      const place = bucketOf(index) - firstBucket;
      counts[place] = (counts[place] ?? 0) + count;
    }
    return { firstBucket, counts };
  }
}

/** By HDR bucket: the exponential one that its middle is in. */
const BUCKETS = Int16Array.from({ length: COUNTS_LENGTH }, (_, index) => {
  const middleUs = (lowestUsAt(index) + lowestUsAt(index + 1)) / 2;
  return Math.ceil(Math.log2(middleUs / 1e6) * 2 ** SCALE);
});

function bucketOf(index: number): number {
  return BUCKETS[index] ?? 0;
}
