import type { Stop } from './stop-signal.js';

/** How a run came to its end in order: by its plan, by somebody who asked for it, or by a threshold that was missed. */
export type Ending = 'completed' | 'stopped' | 'cut-short';

/** What makes a run wind up before its plan is through: a stop that is asked for from outside, or a threshold that is missed. */
export class EarlyEnd {
  /** Resolves as soon as the run has to wind up. */
  readonly asked: Promise<void>;
  readonly #stop: Stop;
  #tell: () => void = () => undefined;
  #cutShort = false;

  constructor(stop: Stop) {
    this.#stop = stop;
    this.asked = new Promise((resolve) => {
      this.#tell = resolve;
    });
    stop.onAsked(this.#tell);
  }

  get isAsked(): boolean {
    return this.#cutShort || this.#stop.asked;
  }

  /** Who asks for a stop has the last word, though a threshold may have ended the run before. */
  get ending(): Ending {
    if (this.#stop.asked) return 'stopped';
    return this.#cutShort ? 'cut-short' : 'completed';
  }

  cutShort(): void {
    this.#cutShort = true;
    this.#tell();
  }
}
