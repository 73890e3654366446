import type { DeliveryChannel } from './faults/delivery-channel.js';
import type { StompVersion } from './frame.js';
import type { ConnectionAccount } from './ledger/connection-account.js';
import type { Message } from './message.js';
import type { BrokerLimits } from './options.js';
import type { WireFrame } from './wire-frame.js';

export const ACK_MODES = ['auto', 'client', 'client-individual'] as const;
export type AckMode = (typeof ACK_MODES)[number];

/** Where the frames of one client go. Sending never calls back into the broker. */
export interface Outlet {
  send(frame: WireFrame): void;
  /** What has been sent and not yet been taken by the system, in bytes. */
  readonly bufferedBytes: number;
  /** Its place in the ledger, with the connection's number; null in a broker without faults. */
  readonly account: ConnectionAccount | null;
  /** Writes the frame now, behind all that waits; answers whether it was written. For what was delayed on purpose. */
  sendAtOnce(frame: WireFrame): boolean;
  /** Has the client cut off, soon but not within this call. */
  cutOff(reason: string): void;
}

/** What a session keeps of all its acknowledgements. */
export interface AckBook {
  readonly limit: UnackedLimit;
  /** Names one delivery for ACK and NACK in STOMP 1.2; unique within the session. */
  nextAckId(): string;
}

export type UnackedLimits = Pick<BrokerLimits, 'unackedPerConnection' | 'unackedBytes'>;

/** What one client may leave unacknowledged, all its subscriptions together. */
export class UnackedLimit {
  readonly #limits: UnackedLimits;
  #messages = 0;
  #bytes = 0;

  constructor(limits: UnackedLimits) {
    this.#limits = limits;
  }

  get reached(): boolean {
    return this.#messages >= this.#limits.unackedPerConnection || this.#bytes >= this.#limits.unackedBytes;
  }

  add(message: Message): void {
    this.#messages++;
    this.#bytes += message.heldBytes;
  }

  remove(message: Message): void {
    this.#messages--;
    this.#bytes -= message.heldBytes;
  }
}

export interface SubscriptionSpec {
  readonly outlet: Outlet;
  readonly version: StompVersion;
  /** undefined: STOMP 1.0 without one. */
  readonly id: string | undefined;
  readonly destination: string;
  readonly ack: AckMode;
  /** Of its session; undefined in mode `auto`, where nothing is acknowledged. */
  readonly book: AckBook | undefined;
}

/** One subscription of one session, and what it has been given without having acknowledged it. */
export class Subscription {
  readonly outlet: Outlet;
  readonly version: StompVersion;
  readonly id: string | undefined;
  readonly destination: string;
  readonly ack: AckMode;
  /** Its place in the list that its destination keeps, so that leaving costs the same in a list of any length. */
  place = 0;
  /** Where its deliveries go instead of straight to the outlet; null in a broker without faults or a ledger. */
  channel: DeliveryChannel | null = null;
  /** In the order of delivery; keyed by what ACK names: the `ack` header in 1.2, the message-id before. */
  readonly #unacked: Map<string, Message> | undefined;
  readonly #book: AckBook | undefined;

  constructor(spec: SubscriptionSpec) {
    this.outlet = spec.outlet;
    this.version = spec.version;
    this.id = spec.id;
    this.destination = spec.destination;
    this.ack = spec.ack;
    this.#book = spec.book;
    this.#unacked = spec.book === undefined ? undefined : new Map();
  }

  /** Whether each delivery needs a frame of its own. */
  get needsOwnFrames(): boolean {
    return this.#book !== undefined && this.version === '1.2';
  }

  /** Whether the client leaves so much unacknowledged that it should get no more. */
  get exhausted(): boolean {
    return this.#book?.limit.reached ?? false;
  }

  /** Encodes the message for this subscription alone, and sends it. */
  deliver(message: Message): void {
    const ackId = this.needsOwnFrames ? this.#book?.nextAckId() : undefined;
    this.deliverEncoded(message, message.encode(this.version, this.id, ackId), ackId);
  }

  /** Sends a frame that may be shared with other subscriptions. */
  deliverEncoded(message: Message, frame: WireFrame, ackId?: string): void {
    if (this.#unacked !== undefined) {
      if (this.exhausted) {
        this.outlet.cutOff('too many messages are not acknowledged');
        this.channel?.refuse(message);
        return;
      }
      this.#book?.limit.add(message);
      this.#unacked.set(ackId ?? message.id, message);
    }
    if (this.channel === null) this.outlet.send(frame);
    else this.channel.deliver(message, frame, ackId);
  }

  /** Nothing waits for the ACK of that delivery any more: it was never made. */
  forget(key: string): void {
    const message = this.#unacked?.get(key);
    if (this.#unacked !== undefined && message !== undefined) this.#take(this.#unacked, key, message);
  }

  isUnacked(key: string): boolean {
    return this.#unacked?.has(key) ?? false;
  }

  /** Takes the delivery off the list; in mode `client` with all that came before it. In the order of delivery. */
  settle(key: string): Message[] {
    const named = this.#unacked?.get(key);
    if (this.#unacked === undefined || named === undefined) return [];
    if (this.ack !== 'client') return [this.#take(this.#unacked, key, named)];
    const settled: Message[] = [];
    for (const [earlier, message] of this.#unacked) {
      settled.push(this.#take(this.#unacked, earlier, message));
      if (earlier === key) break;
    }
    return settled;
  }

  /** Takes everything off the list, with what ACK would have named it by. */
  settleAll(): [key: string, message: Message][] {
    const unacked = this.#unacked;
    if (unacked === undefined) return [];
    const settled = [...unacked];
    for (const [key, message] of settled) this.#take(unacked, key, message);
    return settled;
  }

  #take(unacked: Map<string, Message>, key: string, message: Message): Message {
    unacked.delete(key);
    this.#book?.limit.remove(message);
    return message;
  }
}

/** Adds to a list in which each subscription knows its place. */
export function join(list: Subscription[], subscription: Subscription): void {
  subscription.place = list.length;
  list.push(subscription);
}

/** Takes it out by putting the last one into its place. */
export function leave(list: Subscription[], subscription: Subscription): void {
  const last = list.pop();
  if (last === undefined || last === subscription) return;
  list[subscription.place] = last;
  last.place = subscription.place;
}
