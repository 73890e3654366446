/** When a run was scraped, and when it will be again. Milliseconds of any one clock. */
export class Scrapes {
  #beforeMs: number | null = null;
  #lastMs: number | null = null;
  #next: (() => void)[] = [];

  scraped(atMs: number): void {
    this.#beforeMs = this.#lastMs;
    this.#lastMs = atMs;
    for (const resolve of this.#next.splice(0)) resolve();
  }

  /** Whether, by the time between the last two, another one is due until then. */
  isDueBy(untilMs: number): boolean {
    if (this.#lastMs === null || this.#beforeMs === null) return false;
    return this.#lastMs * 2 - this.#beforeMs <= untilMs;
  }

  /** Resolves with the next one. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#next.push(resolve));
  }
}
