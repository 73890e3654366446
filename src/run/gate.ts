/** Something the conductor waits for: a condition over state that changes elsewhere. */
export class Gate {
  #open: (() => void) | null = null;
  readonly #condition: () => boolean;
  readonly passed: Promise<void>;

  constructor(condition: () => boolean) {
    this.#condition = condition;
    this.passed = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  /** Looks again; called whenever the state has changed. */
  check(): void {
    if (this.#condition()) this.#open?.();
  }
}
