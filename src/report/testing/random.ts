import { mulberry32 } from '../../shared/testing/mulberry32.js';

/** What a simulation draws, the same for the same seed. */
export class Random {
  /** From 0 up to, not including, 1. */
  readonly next: () => number;

  constructor(seed: number) {
    this.next = mulberry32(seed);
  }

  /** Log-normal round the median: the shape that latencies have. */
  latencyUs(medianUs: number, spread: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
    return Math.max(1, Math.round(medianUs * Math.exp(spread * normal)));
  }
}
