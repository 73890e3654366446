import type { Relay } from './relay.js';

/** A client that can be made to wait. */
export interface Brake {
  /** It sends faster than the other processes of the broker take it: no further frame is handled until `resume`. */
  holdBack(): void;
  resume(): void;
}

/** Answers of one session that may wait for other processes; beyond it the client has to wait. */
const MOST_UNCONFIRMED = 1000;

/**
 * When one session of a broker of several processes answers: what was published is confirmed when every other process
 * has handed it to its subscribers, and whatever is to be answered after it only then as well.
 */
export class AnswersInTurn {
  readonly #relay: Relay;
  readonly #brake: Brake;
  #unconfirmed = 0;
  #isLast = false;

  constructor(relay: Relay, brake: Brake) {
    this.#relay = relay;
    this.#brake = brake;
  }

  /** An answer that ends the session waits: no further frame is to be handled. */
  get isLast(): boolean {
    return this.#isLast;
  }

  /** `answer` is called now, or in its turn. `isAsked`: the client wants to know that `command` was carried out. */
  answer(command: string, isAsked: boolean, answer: () => void): void {
    const publishes = command === 'SEND' || command === 'COMMIT';
    if (this.#unconfirmed > 0 || (publishes && isAsked)) this.#wait(answer, command === 'DISCONNECT');
    else answer();
    if (publishes && this.#relay.isFull) {
      this.#brake.holdBack();
      this.#relay.whenRoom(() => this.#brake.resume());
    } else if (this.#unconfirmed >= MOST_UNCONFIRMED) {
      this.#brake.holdBack();
      this.#relay.confirm(() => this.#brake.resume());
    }
  }

  /** The same of an ERROR. */
  fail(answer: () => void): void {
    if (this.#unconfirmed > 0) this.#wait(answer, true);
    else answer();
  }

  #wait(answer: () => void, isLast: boolean): void {
    this.#isLast = isLast;
    this.#unconfirmed++;
    this.#relay.confirm(() => {
      this.#unconfirmed--;
      answer();
    });
  }
}
