import { Deque } from './deque.js';
import type { Deliveries } from './faults/deliveries.js';
import type { Message } from './message.js';
import type { BrokerLimits } from './options.js';
import { join, leave, type Subscription } from './subscription.js';
import { CLOSE, quoted, Violation } from './violation.js';

/** What all queues of a broker share. */
export interface QueueBudget {
  readonly limits: Pick<BrokerLimits, 'queueMessages' | 'heldBytes'>;
  /** Keeps account of them, in a broker with faults or a ledger. */
  readonly deliveries: Deliveries | null;
  heldBytes: number;
  heldMessages: number;
}

/** A consumer that has this much waiting is passed over, so that draining a long queue does not bury it. */
const CONSUMER_BUFFER_BYTES = 1024 * 1024;

/** Each message goes to one subscription, in turn; while nobody can take it, it is kept. */
export class Queue {
  readonly name: string;
  readonly #budget: QueueBudget;
  readonly #held = new Deque<Message>();
  readonly #subscriptions: Subscription[] = [];
  #next = 0;

  constructor(name: string, budget: QueueBudget) {
    this.name = name;
    this.#budget = budget;
  }

  get empty(): boolean {
    return this.#held.length === 0 && this.#subscriptions.length === 0;
  }

  /** Whether messages wait although somebody is there to take them. */
  get blocked(): boolean {
    return this.#held.length > 0 && this.#subscriptions.length > 0;
  }

  add(subscription: Subscription): void {
    join(this.#subscriptions, subscription);
  }

  remove(subscription: Subscription): void {
    leave(this.#subscriptions, subscription);
  }

  /** Returns the number of deliveries, here and below. Throws a Violation when the message cannot be kept. */
  publish(message: Message): number {
    const { limits, heldBytes, deliveries } = this.#budget;
    const taker = this.#held.length === 0 ? this.#pick(undefined) : undefined;
    if (taker !== undefined) {
      deliveries?.published('queue', 1);
      taker.deliver(message);
      return 1;
    }
    if (this.#held.length >= limits.queueMessages || heldBytes + message.heldBytes > limits.heldBytes) {
      throw new Violation(`queue ${quoted(this.name)} is full`, CLOSE.policy);
    }
    deliveries?.published('queue', 1);
    this.#held.push(message);
    this.#account(message, 1);
    return 0;
  }

  /** Puts back what was given out and not acknowledged, in front, and offers it to somebody other than `avoid`. */
  giveBack(messages: readonly Message[], avoid?: Subscription): number {
    this.#budget.deliveries?.givenBack(messages.length);
    for (const message of messages.toReversed()) {
      message.markRedelivered();
      this.#held.unshift(message);
      this.#account(message, 1);
    }
    return this.pump(avoid);
  }

  /** Gives out what is kept, as far as there is somebody to take it. */
  pump(avoid?: Subscription): number {
    let deliveries = 0;
    for (;;) {
      const message = this.#held.peek();
      if (message === undefined) return deliveries;
      const taker = this.#pick(avoid) ?? this.#pick(undefined);
      if (taker === undefined) return deliveries;
      this.#held.shift();
      this.#account(message, -1);
      taker.deliver(message);
      deliveries++;
    }
  }

  #pick(avoid: Subscription | undefined): Subscription | undefined {
    const count = this.#subscriptions.length;
    for (let tried = 0; tried < count; tried++) {
      if (this.#next >= count) this.#next = 0;
      const candidate = this.#subscriptions[this.#next++];
      if (candidate !== undefined && candidate !== avoid && this.#canTake(candidate)) return candidate;
    }
    return undefined;
  }

  #canTake(subscription: Subscription): boolean {
    return !subscription.exhausted && subscription.outlet.bufferedBytes < CONSUMER_BUFFER_BYTES;
  }

  #account(message: Message, sign: 1 | -1): void {
    this.#budget.heldBytes += sign * message.heldBytes;
    this.#budget.heldMessages += sign;
  }
}
