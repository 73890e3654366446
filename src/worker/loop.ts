import type { Dispatcher } from '../pacing/dispatcher.js';
import type { TimerWheel } from '../session/timer-wheel.js';

/** Called at moments that it names itself, last in a turn. */
export interface Ticker {
  /** The next moment it wants, monotonic microseconds; one that is past for this turn. */
  nextUs(): number;
  tick(nowUs: number): void;
}

/** Hears of the turns of the thread's event loop, as far as this loop takes part in them. */
export interface TurnWatch {
  /** The number of the turn that is under way. */
  readonly turn: number;
  /** In the check phase, with what `turn` was when it was asked for. */
  checking(turn: number): void;
  /** The work of this loop in that check phase is done. */
  checked(): void;
}

/** The one timer of a worker: it sleeps until the next moment that any of its schedules asks for. */
export class Loop {
  readonly #nowUs: () => number;
  readonly #wheel: TimerWheel;
  readonly #ticker: Ticker;
  readonly #watch: TurnWatch;
  readonly #dispatchers = new Set<Dispatcher>();
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;
  #stopped = false;
  /** What had come to the kernel by this moment has been read: a whole poll phase lies between it and now. */
  #heardUntilUs = -Infinity;

  constructor(nowUs: () => number, wheel: TimerWheel, ticker: Ticker, watch: TurnWatch) {
    this.#nowUs = nowUs;
    this.#wheel = wheel;
    this.#ticker = ticker;
    this.#watch = watch;
  }

  add(dispatcher: Dispatcher): void {
    this.#dispatchers.add(dispatcher);
    this.wake();
  }

  remove(dispatcher: Dispatcher): void {
    this.#dispatchers.delete(dispatcher);
  }

  /** Something may be startable that was not before. */
  wake(): void {
    if (this.#immediate !== null || this.#stopped) return;
    const { turn } = this.#watch;
    this.#immediate = setImmediate(() => {
      this.#watch.checking(turn);
      this.#immediate = null;
      this.#turn();
      this.#watch.checked();
    });
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
  }

  // Runs in the check phase of Node's loop. The poll phase before it has asked the kernel once, at its beginning: while
  // it called what was there, and that may have taken long, more may have come that nobody has read. Only of the
  // moment of the turn before is known that everything until then was heard, so the wheel goes no further: no answer
  // that lies in the kernel is called too late. Where something is due since, the next turn follows at once.
  #turn(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const nowUs = this.#nowUs();
    this.#wheel.advance(this.#heardUntilUs);
    this.#heardUntilUs = nowUs;
    let nextUs = this.#wheel.nextUs;
    for (const dispatcher of this.#dispatchers) {
      nextUs = Math.min(nextUs, dispatcher.poll(nowUs));
      if (dispatcher.finished) this.#dispatchers.delete(dispatcher);
    }
    if (this.#ticker.nextUs() <= nowUs) this.#ticker.tick(nowUs);
    nextUs = Math.min(nextUs, this.#ticker.nextUs());
    if (this.#stopped) return;
    if (nextUs <= nowUs) {
      this.wake();
      return;
    }
    this.#timer = setTimeout(
      () => {
        this.wake();
      },
      Math.ceil((nextUs - nowUs) / 1000),
    );
  }
}
