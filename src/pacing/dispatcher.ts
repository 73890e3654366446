/** The most starts in one turn of the event loop, so that a burst of arrivals doesn't keep sockets from being read. */
const MAX_STARTS_A_TURN = 64;

/**
 * Drives one schedule on absolute time. It owns no timer: whoever has the thread's loop polls it and sleeps until
 * the moment it answers. What could not start on time starts as soon as it may; nothing due is ever skipped.
 */
export class Dispatcher {
  readonly #count: number;
  readonly #dueUs: (k: number) => number;
  readonly #start: (k: number, dueUs: number) => boolean;
  #next = 0;
  #stopped = false;

  /**
   * @param count how many there are; Infinity for no end
   * @param dueUs when the k-th is due, monotonic microseconds
   * @param start starts the k-th; false when it can't be started now: it stays next, and is offered at each poll
   */
  constructor(count: number, dueUs: (k: number) => number, start: (k: number, dueUs: number) => boolean) {
    this.#count = count;
    this.#dueUs = dueUs;
    this.#start = start;
  }

  get started(): number {
    return this.#next;
  }

  get finished(): boolean {
    return this.#stopped || this.#next >= this.#count;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** How many are due at `nowUs` and not started. */
  overdue(nowUs: number): number {
    if (this.finished || this.#dueUs(this.#next) > nowUs) return 0;
    // Due moments only rise: the first that is not due lies between a due one and one twice as far.
    let due = 0;
    let notDue = 1;
    while (this.#isDue(notDue, nowUs)) [due, notDue] = [notDue, notDue * 2];
    while (notDue - due > 1) {
      const middle = Math.floor((due + notDue) / 2);
      if (this.#isDue(middle, nowUs)) due = middle;
      else notDue = middle;
    }
    return notDue;
  }

  #isDue(ahead: number, nowUs: number): boolean {
    const k = this.#next + ahead;
    return k < this.#count && this.#dueUs(k) <= nowUs;
  }

  /** Starts what is due, and says when to poll again: a moment, `nowUs` for at once, Infinity for not by itself. */
  poll(nowUs: number): number {
    for (let turn = 0; turn < MAX_STARTS_A_TURN; turn++) {
      if (this.finished) return Infinity;
      const dueUs = this.#dueUs(this.#next);
      if (dueUs > nowUs) return dueUs;
      if (!this.#start(this.#next, dueUs)) return Infinity;
      this.#next++;
    }
    return nowUs;
  }
}
