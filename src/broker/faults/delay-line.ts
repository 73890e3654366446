import { nowUs } from '../../shared/clock.js';

interface Delayed {
  readonly dueUs: number;
  /** Of equal ones the first comes first. */
  readonly order: number;
  readonly act: () => void;
}

/** More than these do not wait: a long delay at a high rate must not fill the memory. */
const MOST_WAITING = 1_000_000;

/**
 * Things to do later, each once its time is there and never before: a binary heap on one timer. With too many waiting,
 * what comes on top is done at once.
 */
export class DelayLine {
  readonly #heap: Delayed[] = [];
  readonly #mostWaiting: number;
  #orders = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerDueUs = Infinity;

  constructor(mostWaiting = MOST_WAITING) {
    this.#mostWaiting = mostWaiting;
  }

  get length(): number {
    return this.#heap.length;
  }

  after(delayMs: number, act: () => void): void {
    if (this.#heap.length >= this.#mostWaiting) {
      setImmediate(act);
      return;
    }
    const item: Delayed = { dueUs: nowUs() + delayMs * 1000, order: this.#orders++, act };
    this.#heap.push(item);
    this.#rise(this.#heap.length - 1);
    this.#arm();
  }

  /** Forgets everything that waits. */
  clear(): void {
    this.#heap.length = 0;
    clearTimeout(this.#timer);
    this.#timerDueUs = Infinity;
  }

  readonly #run = (): void => {
    this.#timerDueUs = Infinity;
    const now = nowUs();
    // What is added meanwhile waits for the next round, so that nothing can keep the event loop here.
    const due: Delayed[] = [];
    for (let first = this.#heap[0]; first !== undefined && first.dueUs <= now; first = this.#heap[0]) {
      due.push(first);
      this.#takeFirst();
    }
    for (const { act } of due) act();
    this.#arm();
  };

  #arm(): void {
    const first = this.#heap[0];
    if (first === undefined || first.dueUs >= this.#timerDueUs) return;
    clearTimeout(this.#timer);
    this.#timerDueUs = first.dueUs;
    // Node's timers may come a part of a millisecond early; then there is another round.
    this.#timer = setTimeout(this.#run, Math.max(1, Math.ceil((first.dueUs - nowUs()) / 1000)));
  }

  #takeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink();
  }

  #rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#swappedInto(parent, at)) return;
      at = parent;
    }
  }

  #sink(): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const child = right < this.#heap.length && this.#isBefore(right, left) ? right : left;
      if (child >= this.#heap.length || !this.#swappedInto(at, child)) return;
      at = child;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (first === undefined || second === undefined) return false;
    return first.dueUs < second.dueUs || (first.dueUs === second.dueUs && first.order < second.order);
  }

  /** Swaps the two where the lower one belongs above. */
  #swappedInto(above: number, below: number): boolean {
    if (!this.#isBefore(below, above)) return false;
    const [upper, lower] = [this.#heap[above], this.#heap[below]];
    if (upper === undefined || lower === undefined) return false;
    this.#heap[above] = lower;
    this.#heap[below] = upper;
    return true;
  }
}
