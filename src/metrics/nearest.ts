import type { Nearest } from '../model/health.js';

/** Of many readings against limits the one that came nearest to its own. */
export class NearestToLimit {
  #nearest: Nearest | null = null;

  get nearest(): Nearest | null {
    return this.#nearest;
  }

  /** Where there is no limit, or none is known, there is nothing to come near to. */
  add(used: number | null, limit: number | null, atMs: number): void {
    if (used === null || limit === null || !(limit > 0)) return;
    const share = used / limit;
    if (this.#nearest !== null && share <= this.#nearest.used / this.#nearest.limit) return;
    this.#nearest = { used, limit, atMs: Math.round(atMs) };
  }
}
