/** What the broker says of the delays of one kind that it really applied, in microseconds. */
export interface DelaySummary {
  readonly count: number;
  readonly minUs: number;
  readonly meanUs: number;
  readonly p50Us: number;
  readonly p90Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
}

/** Buckets of one power of two: a value lies at most 1/2048 of itself, 0.05 %, from the middle of its bucket. */
const STEPS = 1024;
const STEP_BITS = 10;

/** Beyond some 19 hours everything counts as that. */
const MAX_BITS = 36;

/**
 * Delays in buckets whose width grows with the delay: below 2 ms each microsecond has its own. Of one size however
 * many delays there are.
 */
export class DelayAccount {
  readonly #counts = new Float64Array((MAX_BITS - STEP_BITS + 1) * STEPS);
  #count = 0;
  #sumUs = 0;
  #minUs = Infinity;
  #maxUs = 0;

  add(delayUs: number): void {
    const us = Math.min(Math.max(0, Math.round(delayUs)), 2 ** MAX_BITS - 1);
    const at = bucketOf(us);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#count++;
    this.#sumUs += us;
    this.#minUs = Math.min(this.#minUs, us);
    this.#maxUs = Math.max(this.#maxUs, us);
  }

  /** Percentile p is the least delay that p % of all are not above (nearest rank). undefined: there was none. */
  summary(): DelaySummary | undefined {
    if (this.#count === 0) return undefined;
    const [p50Us = 0, p90Us = 0, p99Us = 0, p999Us = 0] = this.#atRanks([0.5, 0.9, 0.99, 0.999]);
    return {
      count: this.#count,
      minUs: this.#minUs,
      meanUs: this.#sumUs / this.#count,
      p50Us,
      p90Us,
      p99Us,
      p999Us,
      maxUs: this.#maxUs,
    };
  }

  /** `shares` rising. */
  #atRanks(shares: readonly number[]): number[] {
    const ranks = shares.map((share) => Math.ceil(share * this.#count));
    const values: number[] = [];
    let seen = 0;
    for (const [at, count] of this.#counts.entries()) {
      seen += count;
      for (let rank = ranks[values.length]; rank !== undefined && rank <= seen; rank = ranks[values.length]) {
        values.push(Math.min(this.#maxUs, Math.max(this.#minUs, middleOf(at))));
      }
      if (values.length === ranks.length) break;
    }
    return values;
  }
}

/** Values below 2 × STEPS are their own bucket; each further power of two has STEPS of them. */
function bucketOf(us: number): number {
  const octave = Math.max(0, Math.floor(Math.log2(Math.max(1, us))) - STEP_BITS);
  return octave * STEPS + Math.floor(us / 2 ** octave);
}

function middleOf(at: number): number {
  if (at < 2 * STEPS) return at;
  const octave = Math.floor(at / STEPS) - 1;
  const width = 2 ** octave;
  return (at - octave * STEPS) * width + (width - 1) / 2;
}
