import { type Histogram, build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { Curve, LatencySummary, SeriesLatency } from '../model/result.js';
import { MAX_US, SIGNIFICANT_DIGITS, lowestUsAt } from './hdr-layout.js';
import type { HistogramDelta } from './interval-histogram.js';

/** Points of a percentile curve for each factor of ten in "one in n is slower". */
const CURVE_POINTS_PER_DECADE = 6;

/** One latency of the whole run, or of one row of the series: an HDR histogram, with exact minimum, maximum and mean. */
export class LatencyTotal {
  readonly #histogram: Histogram;
  #minUs = Infinity;
  #maxUs = 0;
  #sumUs = 0;
  #count = 0;

  constructor() {
    this.#histogram = build({
      // 64-bit counts: a run of any length cannot overflow them.
      bitBucketSize: 64,
      lowestDiscernibleValue: 1,
      highestTrackableValue: MAX_US,
      numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
      autoResize: false,
    });
  }

  get count(): number {
    return this.#count;
  }

  get maxUs(): number {
    return this.#maxUs;
  }

  add(delta: HistogramDelta): void {
    const { pairs } = delta;
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const count = pairs[i + 1] ?? 0;
      this.#histogram.recordValueWithCount(lowestUsAt(pairs[i] ?? 0), count);
      this.#count += count;
    }
    this.#minUs = Math.min(this.#minUs, delta.minUs);
    this.#maxUs = Math.max(this.#maxUs, delta.maxUs);
    this.#sumUs += delta.sumUs;
  }

  reset(): void {
    this.#histogram.reset();
    this.#minUs = Infinity;
    this.#maxUs = 0;
    this.#sumUs = 0;
    this.#count = 0;
  }

  /** null when nothing was recorded: percentiles exist only where samples do. */
  summary(): LatencySummary | null {
    if (this.#count === 0) return null;
    return {
      min: this.#minUs,
      mean: Math.round((this.#sumUs / this.#count) * 10) / 10,
      p50: this.#at(50),
      p90: this.#at(90),
      p99: this.#at(99),
      p999: this.#at(99.9),
      max: this.#maxUs,
    };
  }

  seriesRow(): SeriesLatency | null {
    if (this.#count === 0) return null;
    return {
      count: this.#count,
      p50: this.#at(50),
      p90: this.#at(90),
      p99: this.#at(99),
      p999: this.#at(99.9),
      max: this.#maxUs,
    };
  }

  /** Microseconds, from a percentile between 0 and 100; null when nothing was recorded. */
  valueAt(percentile: number): number | null {
    return this.#count === 0 ? null : this.#at(percentile);
  }

  get minUs(): number | null {
    return this.#count === 0 ? null : this.#minUs;
  }

  get meanUs(): number | null {
    return this.#count === 0 ? null : this.#sumUs / this.#count;
  }

  /** Denser towards 100, and no further than there are samples to tell. */
  curve(): Curve {
    const points: [number, number][] = [];
    if (this.#count === 0) return points;
    for (let k = 0; 10 ** (k / CURVE_POINTS_PER_DECADE) <= this.#count; k++) {
      const percentile = 100 * (1 - 10 ** (-k / CURVE_POINTS_PER_DECADE));
      points.push([Math.round(percentile * 1e6) / 1e6, k === 0 ? this.#minUs : this.#at(percentile)]);
    }
    points.push([100, this.#maxUs]);
    return points;
  }

  /** HdrHistogram V2, compressed, base64: what any HdrHistogram library reads and merges. */
  encoded(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }

  // A bucket is up to 0.1 % wide and the histogram answers with its upper end, which may lie outside what was seen.
  #at(percentile: number): number {
    const us = this.#histogram.getValueAtPercentile(percentile);
    return Math.min(this.#maxUs, Math.max(this.#minUs, us));
  }
}
