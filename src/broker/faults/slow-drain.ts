import { nowUs } from '../../shared/clock.js';
import { Deque } from '../deque.js';
import type { Delivery } from './delivery.js';
import type { IndexedRule, RuleOf } from './engine.js';
import type { FaultContext } from './fault-context.js';

/** How much of the time in which this process was held up is made good for, so that the rate holds all the same. */
const CATCH_UP_US = 50_000;

/** The end of the rule's window is noticed at most that late while something waits. */
const LONGEST_NAP_MS = 50;

/**
 * One outlet for the deliveries of many subscriptions, each at its moment on the absolute clock: first come, first
 * served, and never more than the rate. Where the window ends the bottleneck is gone, and all that waits goes out.
 */
export class SlowDrain {
  readonly each: IndexedRule<RuleOf<'slow-drain'>>;
  readonly #faults: FaultContext;
  readonly #queued: () => void;
  readonly #intervalUs: number;
  readonly #waiting = new Deque<Delivery>();
  #nextUs = 0;
  #isNapping = false;

  /** `queued` is called whenever one more waits. */
  constructor(each: IndexedRule<RuleOf<'slow-drain'>>, faults: FaultContext, queued: () => void) {
    this.each = each;
    this.#faults = faults;
    this.#queued = queued;
    this.#intervalUs = 1_000_000 / each.rule.deliveriesPerSec;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether no more may wait. */
  get isFull(): boolean {
    const { maxWaiting } = this.each.rule;
    return maxWaiting !== null && this.#waiting.length >= maxWaiting;
  }

  /** Whether a delivery has to go through it now. */
  takes(): boolean {
    if (this.#faults.engine.isOpen(this.each)) return true;
    this.#release();
    return false;
  }

  offer(delivery: Delivery): void {
    const { index, rule } = this.each;
    const now = nowUs();
    if (this.#waiting.length === 0) {
      // Time in which nothing waited is not saved up.
      this.#nextUs = Math.max(this.#nextUs, now);
      if (this.#nextUs <= now) {
        this.#nextUs += this.#intervalUs;
        delivery.go();
        return;
      }
    }
    if (this.isFull && rule.then === 'die') this.#faults.die(index);
    if (this.isFull && rule.then === 'drop') {
      delivery.drop(index);
      return;
    }
    delivery.drainedBy(index);
    this.#waiting.push(delivery);
    this.#queued();
    this.#nap();
  }

  readonly #wake = (): void => {
    this.#isNapping = false;
    if (!this.takes()) return;
    const now = nowUs();
    this.#nextUs = Math.max(this.#nextUs, now - CATCH_UP_US);
    while (this.#waiting.length > 0 && this.#nextUs <= now) {
      this.#waiting.shift()?.go();
      this.#nextUs += this.#intervalUs;
    }
    this.#nap();
  };

  #nap(): void {
    if (this.#isNapping || this.#waiting.length === 0) return;
    this.#isNapping = true;
    const untilMs = (this.#nextUs - nowUs()) / 1000;
    this.#faults.delays.after(Math.min(LONGEST_NAP_MS, Math.max(0, untilMs)), this.#wake);
  }

  #release(): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next.go();
  }
}
