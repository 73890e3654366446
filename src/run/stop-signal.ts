import { nowUs } from '../shared/clock.js';
import type { Env } from '../shared/env.js';

/**
 * A person's one Ctrl-C may arrive twice: the terminal sends it to the whole process group, and npx passes it on
 * to its child once more. What comes this soon after the first is that, not a second one.
 */
const SAME_PRESS_US = 200_000;

/** What is asked to wind up hears of it here. */
export interface Stop {
  readonly asked: boolean;
  /** Calls the listener once, when a stop is asked for: at once if it has been already. */
  onAsked(listener: () => void): void;
  /** Nothing more is heard, and nobody is kept waiting for it. */
  release(): void;
}

/** Two-stage stop: the first signal asks the run to wind up, the second ends the process at once. */
export class StopSignal implements Stop {
  readonly #leaveAtOnce: () => void;
  readonly #nowUs: () => number;
  readonly #release: (() => void)[];
  readonly #listeners = new Set<() => void>();
  #askedUs: number | null = null;

  constructor(env: Pick<Env, 'onSignal'>, leaveAtOnce: () => void, clockUs = nowUs) {
    this.#leaveAtOnce = leaveAtOnce;
    this.#nowUs = clockUs;
    const heard = (): void => {
      this.#heard();
    };
    this.#release = [env.onSignal('SIGINT', heard), env.onSignal('SIGTERM', heard)];
  }

  get asked(): boolean {
    return this.#askedUs !== null;
  }

  onAsked(listener: () => void): void {
    if (this.asked) listener();
    else this.#listeners.add(listener);
  }

  /** The same stop, for one of several runs: what has listened there is let go of when that is released. */
  forOneRun(): Stop {
    const own = new Set<() => void>();
    const asked = (): boolean => this.asked;
    return {
      get asked() {
        return asked();
      },
      onAsked: (listener) => {
        own.add(listener);
        this.onAsked(listener);
      },
      release: () => {
        for (const listener of own) this.#listeners.delete(listener);
        own.clear();
      },
    };
  }

  /** Signals have their usual meaning again. */
  release(): void {
    for (const release of this.#release) release();
  }

  #heard(): void {
    const atUs = this.#nowUs();
    if (this.#askedUs === null) {
      this.#askedUs = atUs;
      for (const listener of this.#listeners) listener();
    } else if (atUs - this.#askedUs > SAME_PRESS_US) {
      this.#leaveAtOnce();
    }
  }
}
