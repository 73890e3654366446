import { COUNTS_LENGTH } from '../metrics/hdr-layout.js';
import type { HistogramDelta } from '../metrics/interval-histogram.js';
import type { Latency } from '../model/phases.js';
import type { LatencyCounts } from './protocol.js';

/**
 * One latency of as many seconds as have to wait: however many they are, it takes no more than a count for each bucket that
 * there is.
 */
export class LatencyBuffer {
  readonly #latency: Latency;
  readonly #counts = new Float64Array(COUNTS_LENGTH);
  readonly #touched = new Uint32Array(COUNTS_LENGTH);
  #touchedLength = 0;
  #minUs = Infinity;
  #maxUs = 0;
  #sumUs = 0;

  constructor(latency: Latency) {
    this.#latency = latency;
  }

  add({ pairs, minUs, maxUs, sumUs }: HistogramDelta): void {
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const index = pairs[i] ?? 0;
      const added = pairs[i + 1] ?? 0;
      if (added === 0) continue;
      const count = this.#counts[index] ?? 0;
      if (count === 0) this.#touched[this.#touchedLength++] = index;
      this.#counts[index] = count + added;
    }
    this.#minUs = Math.min(this.#minUs, minUs);
    this.#maxUs = Math.max(this.#maxUs, maxUs);
    this.#sumUs += sumUs;
  }

  /** What has come since the last time; null: nothing. */
  take(): LatencyCounts | null {
    if (this.#touchedLength === 0) return null;
    const indexes = this.#touched.slice(0, this.#touchedLength);
    const counts = Float64Array.from(indexes, (index) => this.#counts[index] ?? 0);
    for (const index of indexes) this.#counts[index] = 0;
    const taken = {
      latency: this.#latency,
      indexes,
      counts,
      minUs: this.#minUs,
      maxUs: this.#maxUs,
      sumUs: this.#sumUs,
    };
    this.#touchedLength = 0;
    this.#minUs = Infinity;
    this.#maxUs = 0;
    this.#sumUs = 0;
    return taken;
  }
}
