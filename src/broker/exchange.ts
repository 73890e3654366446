import type { Relay } from './cluster/relay.js';
import type { TopicRecord } from './cluster/topic-record.js';
import type { Counters } from './counters.js';
import type { Frame } from './frame.js';
import type { Deliveries } from './faults/deliveries.js';
import { Message, type Content, type MessageOrigin } from './message.js';
import type { DestinationKind } from './ledger/message-account.js';
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
  readonly #deliveries: Deliveries | null;
  readonly #relay: Relay | null;
  #messages = 0;

  /** `deliveries` null: a broker without faults or a ledger. `relay` null: one that is a single process. */
  constructor(
    limits: BrokerLimits,
    counters: Counters,
    deliveries: Deliveries | null = null,
    relay: Relay | null = null,
  ) {
    this.#relay = relay;
    this.#limits = limits;
    this.#counters = counters;
    this.#deliveries = deliveries;
    this.#budget = { limits, deliveries, heldBytes: 0, heldMessages: 0 };
  }

  /** Throws a Violation for a destination that is neither a topic nor a queue, or no destination of this broker. */
  check(destination: string): void {
    this.#kindOf(destination);
  }

  /**
   * `publisher`: the number of the connection that sends it; -1 where they have none. Throws a Violation when the queue,
   * or the broker, is full.
   */
  publish(destination: string, send: Frame, publisher: number): void {
    const kind = this.#kindOf(destination);
    this.#deliveries?.admit();
    if (kind === 'queue') {
      const message = this.#message({ kind, destination, publisher }, send);
      this.#withQueue(this.#queue(destination), (queue) => queue.publish(message));
    } else {
      const topic = this.#topics.get(destination);
      this.#deliveries?.published(kind, topic?.size ?? 0);
      if (topic !== undefined || this.#relay !== null) {
        const message = this.#message({ kind, destination, publisher }, send);
        this.#relay?.publish(message);
        if (topic !== undefined) this.#sent(topic.publish(message));
      }
    }
    this.#counters.messagesIn++;
    this.#deliveries?.dieIfDue();
  }

  /** Another process of this broker has published it. */
  relayed({ destination, id, content }: TopicRecord): void {
    const topic = this.#topics.get(destination);
    if (topic === undefined) return;
    const origin = { kind: 'topic', destination, publisher: -1, order: ++this.#messages, id } as const;
    this.#sent(topic.publish(new Message(origin, content())));
  }

  /** Whatever waits for it is only sent by `welcome`: so that the RECEIPT can come first. */
  subscribe(subscription: Subscription): void {
    const { destination } = subscription;
    if (this.#kindOf(destination) === 'queue') {
      this.#queue(destination).add(subscription);
    } else {
      let topic = this.#topics.get(destination);
      if (topic === undefined) this.#topics.set(destination, (topic = new Topic()));
      topic.add(subscription);
    }
    if (this.#deliveries !== null) subscription.channel = this.#deliveries.open(subscription);
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
    this.#deliveries?.close(subscription);
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
      this.#sent(use(queue));
    } finally {
      this.#tidy(queue);
    }
  }

  /** Where an account is kept, each is counted when it is written. */
  #sent(deliveries: number): void {
    if (this.#deliveries === null) this.#counters.deliveriesOut += deliveries;
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

  #message(origin: Omit<MessageOrigin, 'order' | 'id'>, send: Content): Message {
    const order = ++this.#messages;
    const id = `${this.#relay?.prefix ?? ''}${order.toString(36)}`;
    return new Message({ ...origin, order, id }, send);
  }

  #kindOf(destination: string): DestinationKind {
    const kind = kindOf(destination);
    if (kind === 'topic' || this.#relay === null) return kind;
    throw new Violation(
      `no queues here, ${quoted(destination)}: a broker of several processes has topics only`,
      CLOSE.policy,
    );
  }
}

function kindOf(destination: string): DestinationKind {
  if (destination.startsWith('/topic/') && destination.length > 7) return 'topic';
  if (destination.startsWith('/queue/') && destination.length > 7) return 'queue';
  throw new Violation(`unknown destination ${quoted(destination)}: /topic/... and /queue/... are known`);
}
