import { nowUs } from '../../shared/clock.js';
import type { FrameEnd, FrameFate, WireFrame } from '../wire-frame.js';
import type { Message } from '../message.js';
import type { DeliveryChannel } from './delivery-channel.js';

/** What was made of it; null: nothing. */
export type Alteration = 'duplicated' | 'misrouted' | 'corrupted' | 'oversized' | null;

/** One delivery on its way to its socket. The ledger is told of it when it is known what became of it, and not before. */
export class Delivery implements FrameFate {
  /** Of the subscription that it is owed to. */
  readonly channel: DeliveryChannel;
  readonly message: Message;
  /** Its number within the subscription, by which the seed decides. */
  readonly nth: number;
  /** What ACK names it by. */
  readonly key: string;
  readonly alteration: Alteration;
  /** When it would have gone out, on the broker's clock. */
  readonly dueUs: number;
  readonly #frame: WireFrame;
  /** Of the subscription that it goes to: another one only when it is misrouted. */
  readonly #taker: DeliveryChannel;
  /** The rules that made it what it is, by their place in the plan. */
  readonly #rules: number[] = [];
  #isDelayed = false;
  /** When it began to wait in a slow drain. */
  #drainedUs: number | undefined;

  constructor(spec: DeliverySpec) {
    this.channel = spec.channel;
    this.message = spec.message;
    this.nth = spec.nth;
    this.key = spec.key;
    this.alteration = spec.alteration ?? null;
    this.dueUs = spec.dueUs;
    this.#frame = spec.frame;
    this.#taker = spec.taker ?? spec.channel;
  }

  get isCopy(): boolean {
    return this.alteration === 'duplicated';
  }

  /** That rule counts as having struck when this is written. */
  madeBy(rule: number): this {
    this.#rules.push(rule);
    return this;
  }

  delayedBy(rule: number): void {
    this.#isDelayed = true;
    this.#rules.push(rule);
  }

  drainedBy(rule: number): void {
    this.#drainedUs = nowUs();
    this.#rules.push(rule);
  }

  /** Hands it to its connection. */
  go(): void {
    if (this.channel.isOver || this.#taker.isOver) this.settle('undelivered');
    else this.#taker.outlet.send({ ...this.#frame, fate: this });
  }

  /** It is lost for good, by that rule: nothing waits for its ACK any more. */
  drop(rule: number): void {
    const { channel } = this;
    if (!this.isCopy) {
      this.#counts.dropped++;
      channel.forget(this.key);
    }
    channel.ledger.struck(rule, channel.account);
  }

  settle(end: FrameEnd): void {
    if (end === 'written') this.#written();
    // A copy that was not sent was never owed.
    else if (!this.isCopy) this.#counts[end]++;
  }

  #written(): void {
    const { channel, alteration } = this;
    const { ledger } = channel;
    const counts = this.#counts;
    const writtenUs = nowUs();
    counts.sent++;
    channel.counters.deliveriesOut++;
    if (this.#taker.account !== null) this.#taker.account.messages++;
    if (alteration !== null) counts[alteration]++;
    if (this.#isDelayed) counts.delayed++;
    if (this.#isLate()) counts.reordered++;
    for (const rule of this.#rules) ledger.struck(rule, channel.account);
    ledger.delayed('delivery', writtenUs - this.dueUs);
    if (this.#isDelayed) ledger.delayed('message', writtenUs - this.dueUs);
    if (this.#drainedUs !== undefined) ledger.delayed('slow-drain', writtenUs - this.#drainedUs);
  }

  /** Whoever gets it has to be able to tell: neither by a copy nor by what can't be recognised. */
  #isLate(): boolean {
    const { message, alteration } = this;
    const isTellable = alteration === null || alteration === 'oversized';
    if (!isTellable || message.isRedelivered) return false;
    return this.channel.order.isLate(message.publisher, message.order);
  }

  get #counts() {
    return this.channel.ledger.messages.of(this.message.kind);
  }
}

export interface DeliverySpec {
  readonly channel: DeliveryChannel;
  readonly message: Message;
  readonly nth: number;
  readonly key: string;
  readonly frame: WireFrame;
  readonly dueUs: number;
  readonly alteration?: Alteration;
  readonly taker?: DeliveryChannel;
}
