import { NO_ROUTE } from '../metrics/route-counts.js';
import type { Side } from '../model/failures.js';
import type { Stage } from '../model/phases.js';
import { Client, type ClientHost, DISCONNECT_RECEIPT, isPhase } from './client.js';
import type { Endpoint } from './endpoint.js';
import type { Fact } from './fact.js';
import {
  asksReceipt,
  hasItsMessage,
  newSubscription,
  subscribeFrame,
  subscriptionId,
  type SubscriptionSpec,
  type SubscriptionState,
} from './subscription.js';
import { type DeliveryHost, countStray } from './subscription-ledger.js';
import type { OpeningPhase, ReceivedMessage } from './transport.js';

/** What a worker wants to hear of its connections. */
export interface ConnectionHost extends ClientHost, DeliveryHost {
  readonly timeoutsMs: ClientHost['timeoutsMs'];
  /** Past its first message, or failed: the arrival is over. Called once for each connection. */
  settled(connection: Connection): void;
  /** Nothing of it is left. Called once. */
  gone(connection: Connection): void;
}

/**
 * One connection's cycle from the first packet to the last:
 *
 *     … connect → subscribe → message → hold → unsubscribe → disconnect → close
 *
 * `message` and the subscription's stages are left out where the scenario has none. It goes to `hold` by itself,
 * and on when the worker says leave().
 */
export class Connection extends Client {
  protected override readonly role = 'connection';
  readonly index: number;
  readonly #dueUs: number;
  readonly #own: ConnectionHost;
  readonly #subscriptions: SubscriptionState[];
  #firstPhase: 'dns' | 'tcp' | null = null;
  /** From which address to which. */
  #route = NO_ROUTE;
  #openedUs = 0;
  #subscribedUs = 0;
  /** When the last of the first messages came: some may come before the subscriptions are confirmed. */
  #firstMessagesUs = 0;
  #hasSettled = false;
  #leaving = false;

  constructor(
    host: ConnectionHost,
    endpoint: Endpoint,
    index: number,
    dueUs: number,
    subscriptions: readonly SubscriptionSpec[],
  ) {
    super(host, endpoint);
    this.#own = host;
    this.index = index;
    this.#dueUs = dueUs;
    this.#subscriptions = subscriptions.map((spec) => newSubscription(host, spec));
  }

  /** Unsubscribe, disconnect and close, as soon as the first message is there. */
  leave(): void {
    this.#leaving = true;
    if (this.stage === 'hold') this.#unsubscribe(this.host.nowUs());
  }

  get settled(): boolean {
    return this.#hasSettled;
  }

  override onPhase(phase: OpeningPhase, atUs: number): void {
    const first = this.stage === null;
    super.onPhase(phase, atUs);
    // The first phase has two latencies; the one from due is taken when the phase has succeeded.
    if (first && (phase === 'dns' || phase === 'tcp')) this.#firstPhase = phase;
  }

  override onAddress(target: string, source: string | null, instead: boolean): void {
    const { routes } = this.host.recorder;
    if (instead) routes.withdraw(this.#route);
    else routes.count(this.#route, 'failed');
    this.#route = routes.attempted(target, source);
  }

  override onOpened(atUs: number): void {
    super.onOpened(atUs);
    this.host.recorder.routes.count(this.#route, 'opened');
    this.#openedUs = atUs;
  }

  protected override succeeded(atUs: number): void {
    const { stage } = this;
    if (stage === null || !isPhase(stage)) return;
    this.host.recorder.latency(stage, atUs - this.stageStartUs);
    if (stage === this.#firstPhase) {
      this.host.recorder.latency(`due.${stage}`, atUs - this.#dueUs);
      this.#firstPhase = null;
    }
  }

  protected override connected(atUs: number): void {
    if (this.#subscriptions.length === 0) {
      this.#hold(atUs);
      return;
    }
    this.enter('subscribe', atUs);
    this.#subscribedUs = atUs;
    this.#subscriptions.forEach((subscription, i) => {
      if (this.ended) return;
      subscription.ledger.asked(atUs);
      this.#subscribe(subscription, i);
    });
    this.#subscribeProgress(atUs);
  }

  #subscribe(subscription: SubscriptionState, i: number): void {
    const { spec } = subscription;
    const { counts } = this.host.recorder;
    if (asksReceipt(spec)) counts.subscribeReceiptsAsked++;
    this.transport.subscribe(subscribeFrame(spec, i));
    if (spec.confirm === 'none') {
      subscription.confirmed = true;
      counts.confirmedByNothing++;
    }
  }

  override onReceipt(id: string, atUs: number): void {
    if (id === DISCONNECT_RECEIPT && this.stage === 'disconnect') {
      this.disconnectConfirmed(atUs);
      return;
    }
    if (this.stage === 'connect') {
      this.outOfOrder('RECEIPT', atUs);
      return;
    }
    // Whole ids are compared: the server may answer with anything.
    for (let i = 0; i < this.#subscriptions.length; i++) {
      const subscription = this.#subscriptions[i];
      if (subscription === undefined) continue;
      if (id === `s${i}` && asksReceipt(subscription.spec)) this.#subscribeReceipt(subscription, atUs);
      else if (id === `u${i}`) this.#unsubscribeReceipt(subscription, atUs);
    }
  }

  #subscribeReceipt(subscription: SubscriptionState, atUs: number): void {
    if (subscription.gotReceipt) return;
    subscription.gotReceipt = true;
    const { counts } = this.host.recorder;
    counts.subscribeReceipts++;
    subscription.ledger.proven(atUs);
    if (subscription.confirmed) return;
    subscription.confirmed = true;
    counts.confirmedByReceipt++;
    this.#subscribeProgress(atUs);
  }

  override onMessage(message: ReceivedMessage, atUs: number): void {
    if (this.stage === 'connect') {
      this.outOfOrder('MESSAGE', atUs);
      return;
    }
    this.host.recorder.messages++;
    const subscription = this.#subscriptionOf(message.subscription);
    if (subscription === undefined) {
      countStray(this.host.recorder, this.#own.run, message.stamp);
      return;
    }
    subscription.ledger.account(message.stamp, atUs);
    if (subscription.spec.ack !== 'auto') this.#ack(subscription, message);
    const { gotMessage, ledger } = subscription;
    if (!gotMessage && !ledger.over && !this.ended) this.#firstMessage(subscription, atUs);
  }

  // The path of every MESSAGE: nothing is allocated on it.
  #subscriptionOf(id: string): SubscriptionState | undefined {
    const subscriptions = this.#subscriptions;
    for (let i = 0; i < subscriptions.length; i++) if (id === subscriptionId(i)) return subscriptions[i];
    return undefined;
  }

  // After UNSUBSCRIBE an ACK would be of a subscription that the server has no more: an ERROR on RabbitMQ.
  #ack({ ledger }: SubscriptionState, { subscription, ackId }: ReceivedMessage): void {
    if (!ledger.over && ackId !== null) this.transport.ack(subscription, ackId);
  }

  #firstMessage(subscription: SubscriptionState, atUs: number): void {
    subscription.gotMessage = true;
    if (subscription.spec.awaitMessage) this.#firstMessagesUs = atUs;
    subscription.ledger.proven(atUs);
    const { confirm } = subscription.spec;
    if (!subscription.confirmed && (confirm === 'auto' || confirm === 'message')) {
      subscription.confirmed = true;
      this.host.recorder.counts.confirmedByMessage++;
    }
    this.#subscribeProgress(atUs);
  }

  /** Moves on from `subscribe` and from `message` as far as what has come allows. */
  #subscribeProgress(atUs: number): void {
    if (this.stage === 'subscribe' && this.#subscriptions.every(({ confirmed }) => confirmed)) {
      this.#subscribed(atUs);
    }
    if (this.stage === 'message' && this.#subscriptions.every(hasItsMessage)) {
      this.succeeded(this.#firstMessagesUs);
      this.stage = null;
      this.#hold(atUs);
    }
  }

  #subscribed(atUs: number): void {
    if (this.#subscriptions.every(({ spec }) => spec.confirm === 'none')) {
      // Nothing was waited for, so there is nothing to time.
      this.host.recorder.counts.subscribeUnconfirmed++;
      this.stage = null;
    }
    if (!this.#subscriptions.some(({ spec }) => spec.awaitMessage)) {
      this.#hold(atUs);
      return;
    }
    // The first MESSAGE is timed from the SUBSCRIBE: it may come before the RECEIPT.
    this.enter('message', atUs);
    this.stageStartUs = this.#subscribedUs;
    this.arm('message', this.#subscribedUs);
  }

  protected override timeoutMs(stage: Stage): number | null {
    const timeoutMs = super.timeoutMs(stage);
    if (stage !== 'subscribe' || timeoutMs === null) return timeoutMs;
    // A server without receipts proves the subscription by its first MESSAGE only: that long it has.
    const byMessage = this.#subscriptions.some(
      ({ spec }) => spec.confirm === 'message' || (spec.confirm === 'auto' && spec.awaitMessage),
    );
    return byMessage ? Math.max(timeoutMs, this.host.timeoutsMs.message) : timeoutMs;
  }

  #hold(atUs: number): void {
    this.enter('hold', atUs);
    this.#settle();
    if (this.#leaving) this.#unsubscribe(atUs);
  }

  #unsubscribe(atUs: number): void {
    if (this.#subscriptions.length === 0) {
      this.disconnect(atUs);
      return;
    }
    this.enter('unsubscribe', atUs);
    const { counts } = this.host.recorder;
    this.#subscriptions.forEach((subscription, i) => {
      // A server that gave no receipt for SUBSCRIBE gives none for this; asking would only wait for nothing.
      const asks = subscription.spec.confirm === 'receipt' || subscription.gotReceipt;
      subscription.confirmed = !asks;
      if (asks) counts.unsubscribeReceiptsAsked++;
      subscription.ledger.unsubscribed(atUs);
      this.transport.unsubscribe(subscriptionId(i), asks ? `u${i}` : null);
    });
    if (!this.#subscriptions.every(({ confirmed }) => confirmed)) return;
    counts.unsubscribeUnconfirmed++;
    this.stage = null;
    this.disconnect(atUs);
  }

  #unsubscribeReceipt(subscription: SubscriptionState, atUs: number): void {
    if (this.stage !== 'unsubscribe' || subscription.confirmed) return;
    subscription.confirmed = true;
    subscription.ledger.gone(atUs);
    this.host.recorder.counts.unsubscribeReceipts++;
    if (this.#subscriptions.every(({ confirmed }) => confirmed)) this.disconnect(atUs);
  }

  protected override failed(stage: Stage, atUs: number, fact: Fact, side: Side): void {
    const { counts, routes } = this.host.recorder;
    counts.failed++;
    if (fact.type === 'system' && fact.ofEarlierAddress === true) routes.withdraw(this.#route);
    else if (side === 'generator') routes.failedHere(this.#route);
    else routes.count(this.#route, 'failed');
    if (stage === 'hold') {
      counts.droppedWhileHolding++;
      if (endedByOtherSide(fact)) this.#recordDrop(atUs);
    }
    this.#leaveBehind(atUs);
  }

  #recordDrop(atUs: number): void {
    const { recorder } = this.host;
    recorder.latency('drop.age', atUs - this.#openedUs);
    recorder.latency('drop.idle', atUs - this.transport.lastWriteUs);
  }

  protected override finished(atUs: number): void {
    this.host.recorder.counts.complete++;
    this.host.recorder.routes.count(this.#route, 'complete');
    this.#leaveBehind(atUs);
  }

  override abandon(): void {
    if (this.ended) return;
    super.abandon();
    this.#leaveBehind(this.host.nowUs());
  }

  #leaveBehind(atUs: number): void {
    for (const { ledger } of this.#subscriptions) ledger.left(atUs);
    this.#settle();
    this.#own.gone(this);
  }

  #settle(): void {
    if (this.#hasSettled) return;
    this.#hasSettled = true;
    this.host.recorder.counts.settled++;
    this.#own.settled(this);
  }
}

/** Silence and broken rules are ends that we make. */
function endedByOtherSide(fact: Fact): boolean {
  return fact.type === 'closed' || fact.type === 'system' || fact.type === 'error-frame';
}
