import { EVENT } from '../metrics/events.js';
import type { Stage } from '../model/phases.js';
import { Client, type ClientHost, DISCONNECT_RECEIPT, isPhase } from './client.js';
import type { Endpoint } from './endpoint.js';
import type { OpeningPhase, ReceivedMessage } from './transport.js';

/** One subscription of a connection as its plan has it, with the destination rendered. */
export interface SubscriptionSpec {
  readonly destination: string;
  /** The recorder's number of the destination. */
  readonly destinationNumber: number;
  readonly confirm: 'auto' | 'receipt' | 'message' | 'none';
  readonly ack: 'auto' | 'client' | 'client-individual';
  readonly awaitMessage: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a worker wants to hear of its connections. */
export interface ConnectionHost extends ClientHost {
  /** The run's id as a number: stamps of other runs are foreign. */
  readonly run: number;
  /** Past its first message, or failed: the arrival is over. Called once for each connection. */
  settled(connection: Connection): void;
  /** Nothing of it is left. Called once. */
  gone(connection: Connection): void;
}

interface SubscriptionState {
  readonly spec: SubscriptionSpec;
  /** Since when it is proven to be live; 0: not proven. */
  liveUs: number;
  /** Until when; Infinity while it is. */
  endedUs: number;
  confirmed: boolean;
  gotReceipt: boolean;
  gotMessage: boolean;
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
  #subscribedUs = 0;
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
    this.#subscriptions = subscriptions.map((spec) => ({
      spec,
      liveUs: 0,
      endedUs: Infinity,
      confirmed: false,
      gotReceipt: false,
      gotMessage: false,
    }));
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
      this.#subscribe(subscription, i);
    });
    this.#subscribeProgress(atUs);
  }

  #subscribe(subscription: SubscriptionState, i: number): void {
    const { spec } = subscription;
    const asksReceipt = spec.confirm === 'auto' || spec.confirm === 'receipt';
    const { counts } = this.host.recorder;
    if (asksReceipt) counts.subscribeReceiptsAsked++;
    this.transport.subscribe({
      id: subscriptionId(i),
      destination: spec.destination,
      ack: spec.ack,
      receipt: asksReceipt ? `s${i}` : null,
      headers: spec.headers,
    });
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
    const subscription = this.#subscriptions[Number(id.slice(1))];
    if (subscription === undefined) return;
    if (id.startsWith('s')) this.#subscribeReceipt(subscription, atUs);
    else if (id.startsWith('u')) this.#unsubscribeReceipt(subscription, atUs);
  }

  #subscribeReceipt(subscription: SubscriptionState, atUs: number): void {
    if (subscription.gotReceipt) return;
    subscription.gotReceipt = true;
    const { counts } = this.host.recorder;
    counts.subscribeReceipts++;
    this.#becomeLive(subscription, atUs);
    if (subscription.confirmed) return;
    subscription.confirmed = true;
    counts.confirmedByReceipt++;
    this.#subscribeProgress(atUs);
  }

  override onMessage(message: ReceivedMessage, atUs: number): void {
    const subscription = this.#subscriptions.find((_, i) => subscriptionId(i) === message.subscription);
    if (subscription === undefined) {
      this.host.recorder.counts.foreign++;
      return;
    }
    this.#account(subscription, message, atUs);
    if (subscription.spec.ack !== 'auto' && message.ackId !== null) {
      this.transport.ack(message.subscription, message.ackId);
    }
    if (!subscription.gotMessage) this.#firstMessage(subscription, atUs);
  }

  #account(subscription: SubscriptionState, { stamp }: ReceivedMessage, atUs: number): void {
    const { recorder } = this.host;
    if (stamp?.run !== this.#own.run) {
      recorder.counts.foreign++;
      return;
    }
    const wasLive = subscription.liveUs > 0 && stamp.sentUs >= subscription.liveUs;
    if (wasLive && stamp.sentUs < subscription.endedUs) recorder.counts.received++;
    else recorder.counts.edge++;
    recorder.latency('delivery', atUs - stamp.sentUs);
    recorder.latency('due.delivery', atUs - stamp.sentUs + stamp.lagUs);
  }

  #firstMessage(subscription: SubscriptionState, atUs: number): void {
    subscription.gotMessage = true;
    this.#becomeLive(subscription, atUs);
    const { confirm } = subscription.spec;
    if (!subscription.confirmed && (confirm === 'auto' || confirm === 'message')) {
      subscription.confirmed = true;
      this.host.recorder.counts.confirmedByMessage++;
    }
    this.#subscribeProgress(atUs);
  }

  // Live by proof: from the first sign of the server that it has the subscription.
  #becomeLive(subscription: SubscriptionState, atUs: number): void {
    if (subscription.liveUs > 0 || subscription.endedUs !== Infinity) return;
    subscription.liveUs = atUs;
    this.host.recorder.event(atUs, EVENT.live, subscription.spec.destinationNumber);
  }

  #endLive(subscription: SubscriptionState, atUs: number): void {
    if (subscription.endedUs !== Infinity) return;
    subscription.endedUs = atUs;
    if (subscription.liveUs > 0) {
      this.host.recorder.event(atUs, EVENT.ended, subscription.spec.destinationNumber);
    }
  }

  /** Moves on from `subscribe` and from `message` as far as what has come allows. */
  #subscribeProgress(atUs: number): void {
    if (this.stage === 'subscribe' && this.#subscriptions.every(({ confirmed }) => confirmed)) {
      this.#subscribed(atUs);
    }
    if (this.stage === 'message' && this.#subscriptions.every(hasItsMessage)) this.#hold(atUs);
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
      const asksReceipt = subscription.spec.confirm === 'receipt' || subscription.gotReceipt;
      subscription.confirmed = !asksReceipt;
      if (asksReceipt) counts.unsubscribeReceiptsAsked++;
      this.#endLive(subscription, atUs);
      this.transport.unsubscribe(subscriptionId(i), asksReceipt ? `u${i}` : null);
    });
    if (!this.#subscriptions.every(({ confirmed }) => confirmed)) return;
    counts.unsubscribeUnconfirmed++;
    this.stage = null;
    this.disconnect(atUs);
  }

  #unsubscribeReceipt(subscription: SubscriptionState, atUs: number): void {
    if (this.stage !== 'unsubscribe' || subscription.confirmed) return;
    subscription.confirmed = true;
    this.host.recorder.counts.unsubscribeReceipts++;
    if (this.#subscriptions.every(({ confirmed }) => confirmed)) this.disconnect(atUs);
  }

  protected override failed(stage: Stage, atUs: number): void {
    const { counts } = this.host.recorder;
    counts.failed++;
    if (stage === 'hold') counts.droppedWhileHolding++;
    this.#leaveBehind(atUs);
  }

  protected override finished(atUs: number): void {
    this.host.recorder.counts.complete++;
    this.#leaveBehind(atUs);
  }

  override abandon(): void {
    if (this.ended) return;
    super.abandon();
    this.#leaveBehind(this.host.nowUs());
  }

  #leaveBehind(atUs: number): void {
    for (const subscription of this.#subscriptions) this.#endLive(subscription, atUs);
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

function hasItsMessage({ spec, gotMessage }: SubscriptionState): boolean {
  return gotMessage || !spec.awaitMessage;
}

// Equal in all connections, so that a broker can encode a MESSAGE once for all of them.
function subscriptionId(i: number): string {
  return i === 0 ? 'sub-0' : `sub-${i}`;
}
