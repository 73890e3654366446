import type { Counters } from './counters.js';
import type { Frame } from './frame.js';
import { Message } from './message.js';
import type { BrokerLimits } from './options.js';
import { Queue, type QueueBudget } from './queue.js';
import type { Subscription } from './subscription.js';
import { Topic } from './topic.js';
import { CLOSE, quoted, Violation } from './violation.js';

/** All destinations of a broker. One exists as long as somebody subscribes to it, or messages wait in it. */
export class Exchange {
  readonly #limits: BrokerLimits;
  readonly #counters: Counters;
  readonly #topics = new Map<string, Topic>();
  readonly #queues = new Map<string, Queue>();
  readonly #budget: QueueBudget;
  /** Queues whose consumers were all busy. */
  readonly #blocked = new Set<Queue>();
  #messages = 0;

  constructor(limits: BrokerLimits, counters: Counters) {
    this.#limits = limits;
    this.#counters = counters;
    this.#budget = { limits, heldBytes: 0, heldMessages: 0 };
  }

  /** Throws a Violation for a destination that is neither a topic nor a queue. */
  check(destination: string): void {
    kindOf(destination);
  }

  /** Throws a Violation when the queue, or the broker, is full. */
  publish(destination: string, send: Frame): void {
    if (kindOf(destination) === 'queue') {
      const message = this.#message(destination, send);
      this.#withQueue(this.#queue(destination), (queue) => queue.publish(message));
    } else {
      const topic = this.#topics.get(destination);
      if (topic !== undefined) {
        this.#counters.deliveriesOut += topic.publish(this.#message(destination, send));
      }
    }
    this.#counters.messagesIn++;
  }

  /** Whatever waits for it is only sent by `welcome`: so that the RECEIPT can come first. */
  subscribe(subscription: Subscription): void {
    const { destination } = subscription;
    if (kindOf(destination) === 'queue') {
      this.#queue(destination).add(subscription);
    } else {
      let topic = this.#topics.get(destination);
      if (topic === undefined) this.#topics.set(destination, (topic = new Topic()));
      topic.add(subscription);
    }
    this.#counters.subscriptions++;
    this.#count();
  }

  welcome(subscription: Subscription): void {
    this.#pump(subscription.destination);
  }

  /** What it has not acknowledged stays with it: `giveBack` is for that. */
  unsubscribe(subscription: Subscription): void {
    const { destination } = subscription;
    this.#counters.subscriptions--;
    const queue = this.#queues.get(destination);
    queue?.remove(subscription);
    if (queue !== undefined) this.#tidy(queue);
    const topic = this.#topics.get(destination);
    topic?.remove(subscription);
    if (topic?.empty === true) this.#topics.delete(destination);
    this.#count();
  }

  /** Messages of a queue go to somebody else if there is anybody else; those of a topic are dropped. Never throws. */
  giveBack(subscription: Subscription, messages: readonly Message[]): void {
    const { destination } = subscription;
    if (messages.length === 0 || kindOf(destination) === 'topic') return;
    const queue = this.#queues.get(destination) ?? this.#newQueue(destination);
    this.#withQueue(queue, () => queue.giveBack(messages, subscription));
  }

  /** After an ACK there is room for more. */
  acknowledged(subscription: Subscription): void {
    this.#pump(subscription.destination);
  }

  /** Tries the queues again whose consumers were busy. To be called every now and then. */
  pumpBlocked(): void {
    for (const queue of [...this.#blocked]) this.#withQueue(queue, () => queue.pump());
  }

  #pump(destination: string): void {
    const queue = this.#queues.get(destination);
    if (queue !== undefined) this.#withQueue(queue, () => queue.pump());
  }

  #withQueue(queue: Queue, use: (queue: Queue) => number): void {
    try {
      this.#counters.deliveriesOut += use(queue);
    } finally {
      this.#tidy(queue);
    }
  }

  #queue(destination: string): Queue {
    const known = this.#queues.get(destination);
    if (known !== undefined) return known;
    if (this.#queues.size >= this.#limits.queues) {
      throw new Violation(`more than ${this.#limits.queues} queues`, CLOSE.policy);
    }
    return this.#newQueue(destination);
  }

  #newQueue(destination: string): Queue {
    const queue = new Queue(destination, this.#budget);
    this.#queues.set(destination, queue);
    return queue;
  }

  #tidy(queue: Queue): void {
    if (queue.blocked) this.#blocked.add(queue);
    else this.#blocked.delete(queue);
    if (queue.empty) this.#queues.delete(queue.name);
    this.#count();
  }

  #count(): void {
    this.#counters.held = this.#budget.heldMessages;
    this.#counters.destinations = this.#topics.size + this.#queues.size;
  }

  #message(destination: string, send: Frame): Message {
    return new Message((++this.#messages).toString(36), destination, send);
  }
}

function kindOf(destination: string): 'topic' | 'queue' {
  if (destination.startsWith('/topic/') && destination.length > 7) return 'topic';
  if (destination.startsWith('/queue/') && destination.length > 7) return 'queue';
  throw new Violation(`unknown destination ${quoted(destination)}: /topic/... and /queue/... are known`);
}
