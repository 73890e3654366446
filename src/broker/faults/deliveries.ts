import type { Counters } from '../counters.js';
import type { DestinationKind } from '../ledger/message-account.js';
import type { Subscription } from '../subscription.js';
import { Violation } from '../violation.js';
import { DeliveryChannel } from './delivery-channel.js';
import type { IndexedRule, RuleOf } from './engine.js';
import type { FaultContext } from './fault-context.js';
import { LiveSubscriptions } from './live-subscriptions.js';
import { Rewrites } from './rewrites.js';
import { SlowDrain } from './slow-drain.js';

/** Of them at most one is applied to a delivery. */
const ALTERING = [
  'message-drop',
  'message-duplicate',
  'message-reorder',
  'message-corrupt',
  'message-oversize',
  'message-misroute',
] as const;

export type AlteringRule = IndexedRule<RuleOf<(typeof ALTERING)[number]>>;

/** What Spring's simple broker says when its inbound executor takes no more. */
const FULL = 'Failed to send message to ExecutorSubscribableChannel[clientInboundChannel]';

/** What all deliveries of a broker with faults, or with a ledger, have in common. */
export class Deliveries {
  readonly faults: FaultContext;
  readonly counters: Counters;
  readonly rules: {
    readonly altering: readonly AlteringRule[];
    readonly delaying: readonly IndexedRule<RuleOf<'message-delay'>>[];
  };
  readonly drains: readonly SlowDrain[];
  readonly rewrites = new Rewrites();
  readonly #live = new LiveSubscriptions<DeliveryChannel>();
  readonly #deaths: readonly IndexedRule<RuleOf<'die'>>[];

  constructor(faults: FaultContext, counters: Counters) {
    const { engine } = faults;
    this.faults = faults;
    this.counters = counters;
    this.rules = {
      altering: ALTERING.flatMap((fault): readonly AlteringRule[] => engine.rulesOf(fault)).sort(
        (a, b) => a.index - b.index,
      ),
      delaying: engine.rulesOf('message-delay'),
    };
    this.#deaths = engine.rulesOf('die');
    this.drains = engine
      .rulesOf('slow-drain')
      .map((each) => new SlowDrain(each, faults, () => this.dieIfDue()));
  }

  open(subscription: Subscription): DeliveryChannel {
    const channel = new DeliveryChannel(subscription, this);
    if (subscription.ack === 'auto') this.#live.add(channel);
    return channel;
  }

  close(subscription: Subscription): void {
    const { channel } = subscription;
    if (channel === null) return;
    if (subscription.ack === 'auto') this.#live.remove(channel);
    channel.close();
  }

  /** Somebody who is subscribed to another destination. */
  elsewhere(destination: string): DeliveryChannel | undefined {
    return this.#live.elsewhere(destination);
  }

  /** Throws a Violation where a slow drain that answers with errors is full. */
  admit(): void {
    for (const { each, isFull } of this.drains) {
      if (!isFull || each.rule.then !== 'error' || !this.faults.engine.isOpen(each)) continue;
      this.faults.ledger.struck(each.index, null);
      this.faults.ledger.messages.refused++;
      throw new Violation(FULL);
    }
  }

  /** A message is published, and that many deliveries are owed for it. */
  published(kind: DestinationKind, owed: number): void {
    const { messages } = this.faults.ledger;
    messages.in++;
    messages.of(kind).owed += owed;
  }

  /** That many messages have come back to a queue. */
  givenBack(messages: number): void {
    this.faults.ledger.messages.queue.redelivered += messages;
  }

  /** To be called whenever there is one more connection or one more message that waits, and every now and then. */
  dieIfDue(): void {
    if (this.#deaths.length === 0) return;
    let waiting = this.counters.held;
    for (const drain of this.drains) waiting += drain.waiting;
    for (const each of this.#deaths) {
      const { connections, messages } = each.rule;
      const due =
        (connections !== null && this.counters.open >= connections) ||
        (messages !== null && waiting >= messages);
      if (due && this.faults.engine.isOpen(each)) this.faults.die(each.index);
    }
  }
}
