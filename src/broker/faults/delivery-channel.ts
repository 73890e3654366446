import { nowUs } from '../../shared/clock.js';
import type { Counters } from '../counters.js';
import type { ConnectionAccount } from '../ledger/connection-account.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Message } from '../message.js';
import type { Outlet, Subscription } from '../subscription.js';
import type { WireFrame } from '../wire-frame.js';
import { brokenFrame, corruptedBody, paddedBody } from './alterations.js';
import type { Deliveries, AlteringRule } from './deliveries.js';
import { Delivery, type Alteration, type DeliverySpec } from './delivery.js';
import { PublisherOrder } from './publisher-order.js';
import type { Seated } from './live-subscriptions.js';

/** How long one that is to come after the next waits for a next one. */
const LONGEST_HELD_MS = 1000;

/**
 * All deliveries of one subscription, in a broker with faults or a ledger:
 *
 *     deliver -> altered, held back or dropped -> delayed -> slow drain -> its connection
 *
 * At most one rule alters a delivery: the first of the plan that chooses it. Delays and slow drains come besides.
 */
export class DeliveryChannel implements Seated {
  readonly destination: string;
  readonly outlet: Outlet;
  readonly account: ConnectionAccount | null;
  readonly ledger: Ledger;
  readonly counters: Counters;
  readonly order: PublisherOrder;
  seat = 0;
  /** Nothing of it goes out any more. */
  isOver = false;
  readonly #shared: Deliveries;
  readonly #subscription: Subscription;
  readonly #altering;
  readonly #delaying;
  readonly #draining;
  /** Tells the subscriptions of one connection apart when the seed decides. */
  readonly #firstNth: number;
  #deliveries = 0;
  /** Goes out directly after the next one. */
  #held: { readonly delivery: Delivery; readonly rule: number } | undefined;

  constructor(subscription: Subscription, shared: Deliveries) {
    const { faults, counters, rules } = shared;
    this.destination = subscription.destination;
    this.outlet = subscription.outlet;
    this.account = subscription.outlet.account;
    this.ledger = faults.ledger;
    this.counters = counters;
    this.order = new PublisherOrder(faults.ledger.messages);
    this.#shared = shared;
    this.#subscription = subscription;
    this.#altering = rules.altering.filter((each) => faults.engine.concerns(each, this.#number));
    this.#delaying = rules.delaying.filter((each) => faults.engine.concerns(each, this.#number));
    this.#draining = shared.drains.filter((drain) => faults.engine.concerns(drain.each, this.#number));
    this.#firstNth = hashOf(subscription.id ?? subscription.destination);
  }

  /** `ackId` where the frame carries one. */
  deliver(message: Message, frame: WireFrame, ackId: string | undefined): void {
    const { engine } = this.#shared.faults;
    const nth = (this.#firstNth + this.#deliveries++) >>> 0;
    const each = this.#altering.find(
      (rule) => engine.isOpen(rule) && engine.chooses(rule, this.#number, nth),
    );
    const whole: DeliverySpec = {
      channel: this,
      message,
      frame,
      nth,
      key: ackId ?? message.id,
      dueUs: nowUs(),
    };
    if (each === undefined) this.#pass(new Delivery(whole));
    else this.#alter(whole, each, ackId);
  }

  /** It was owed this message, and gets neither it nor any other. */
  refuse(message: Message): void {
    this.ledger.messages.of(message.kind).undelivered++;
  }

  /** Nothing waits for its ACK any more. */
  forget(key: string): void {
    this.#subscription.forget(key);
  }

  /** The subscription ends. What is held back has no next one to wait for. */
  close(): void {
    this.#held?.delivery.go();
    this.#held = undefined;
    this.isOver = true;
  }

  #alter(whole: DeliverySpec, each: AlteringRule, ackId: string | undefined): void {
    const { index, rule } = each;
    switch (rule.fault) {
      case 'message-drop':
        new Delivery(whole).drop(index);
        return;
      case 'message-duplicate':
        this.#pass(new Delivery(whole));
        this.#forward(new Delivery({ ...whole, alteration: 'duplicated' }).madeBy(index));
        return;
      case 'message-reorder':
        this.#holdBack(new Delivery(whole), index);
        return;
      case 'message-misroute':
        this.#misroute(whole, index);
        return;
      case 'message-corrupt':
        if (rule.what === 'frame') this.#passAltered(whole, 'corrupted', index, brokenFrame(whole.frame));
        else this.#passRewritten(whole, 'corrupted', index, ackId, corruptedBody);
        return;
      case 'message-oversize':
        this.#passRewritten(whole, 'oversized', index, ackId, (message) => paddedBody(message, rule.bytes));
    }
  }

  #passAltered(whole: DeliverySpec, alteration: Alteration, rule: number, frame: WireFrame): void {
    this.#pass(new Delivery({ ...whole, alteration, frame }).madeBy(rule));
  }

  #passRewritten(
    whole: DeliverySpec,
    alteration: Alteration,
    rule: number,
    ackId: string | undefined,
    rewrite: (message: Message) => Buffer | undefined,
  ): void {
    const altered = this.#shared.rewrites.of(rule, whole.message, rewrite);
    if (altered === undefined) this.#pass(new Delivery(whole));
    else this.#passAltered(whole, alteration, rule, altered.frameFor(this.#subscription, ackId));
  }

  /** Only to one that need not acknowledge it: a stranger's ACK would mean nothing. */
  #misroute(whole: DeliverySpec, rule: number): void {
    const taker = this.#shared.elsewhere(this.destination);
    if (taker === undefined) {
      this.#pass(new Delivery(whole));
      return;
    }
    this.forget(whole.key);
    const { version, id } = taker.#subscription;
    const frame = whole.message.encode(version, id);
    this.#forward(new Delivery({ ...whole, alteration: 'misrouted', taker, frame }).madeBy(rule));
  }

  #holdBack(delivery: Delivery, rule: number): void {
    if (this.#held !== undefined) {
      this.#pass(delivery);
      return;
    }
    const held = { delivery, rule };
    this.#held = held;
    this.#shared.faults.delays.after(LONGEST_HELD_MS, () => {
      if (this.#held !== held) return;
      this.#held = undefined;
      this.#forward(delivery);
    });
  }

  /** Sends it on its way, and whatever was held back for it. */
  #pass(delivery: Delivery): void {
    const held = this.#held;
    this.#held = undefined;
    this.#forward(delivery);
    if (held !== undefined) this.#forward(held.delivery.madeBy(held.rule));
  }

  #forward(delivery: Delivery): void {
    const { engine, delays } = this.#shared.faults;
    const each = this.#delaying.find(
      (rule) => engine.isOpen(rule) && engine.chooses(rule, this.#number, delivery.nth),
    );
    if (each === undefined) {
      this.#drain(delivery);
      return;
    }
    delivery.delayedBy(each.index);
    delays.after(engine.delayMs(each, this.#number, delivery.nth), () => this.#drain(delivery));
  }

  #drain(delivery: Delivery): void {
    const drain = this.#draining.find((each) => each.takes());
    if (drain === undefined) delivery.go();
    else drain.offer(delivery);
  }

  get #number(): number {
    return this.account?.number ?? 0;
  }
}

/** FNV-1a, 32 bits, over UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
