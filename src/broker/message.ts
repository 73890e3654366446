import { isUtf8 } from 'node:buffer';
import type { StompVersion } from './frame.js';
import type { DestinationKind } from './ledger/message-account.js';
import { endOf, headerLine, frameParts, headerLines, type WireFrame } from './wire-frame.js';

/** Headers of a SEND that are the broker's own business, or that it writes itself. */
const NOT_PASSED_ON = new Set([
  'receipt',
  'transaction',
  'content-length',
  'destination',
  'message-id',
  'subscription',
  'ack',
  'redelivered',
]);

/** A SEND frame, or what is left of one. */
interface Content {
  readonly headers: Iterable<readonly [string, string]>;
  readonly body: Buffer;
}

/** Where a message comes from and where it goes. */
export interface MessageOrigin {
  /** From 1, in the order in which the broker took them. */
  readonly order: number;
  readonly kind: DestinationKind;
  readonly destination: string;
  /** The number of the connection that published it; -1 in a broker that does not number them. */
  readonly publisher: number;
}

/** A published message: kept once, however many subscriptions it goes to. */
export class Message {
  readonly id: string;
  readonly order: number;
  readonly kind: DestinationKind;
  readonly destination: string;
  readonly publisher: number;
  readonly body: Buffer;
  /** Whether the body is not UTF-8. */
  readonly binary: boolean;
  /** Roughly what keeping it costs, with the encoded body beside the body. */
  readonly heldBytes: number;
  readonly #headers: readonly (readonly [string, string])[];
  #redelivered = false;
  /** All of the MESSAGE frame after the lines that differ between subscriptions, by version. */
  readonly #shared = new Map<StompVersion, Buffer>();

  constructor(origin: MessageOrigin, send: Content) {
    const { order, kind, destination, publisher } = origin;
    this.id = order.toString(36);
    this.order = order;
    this.kind = kind;
    this.destination = destination;
    this.publisher = publisher;
    this.body = send.body;
    this.#headers = [...send.headers].filter(([name]) => !NOT_PASSED_ON.has(name));
    this.binary = !isUtf8(send.body);
    this.heldBytes = 256 + 2 * send.body.length + destination.length;
    for (const [name, value] of this.#headers) this.heldBytes += 64 + name.length + value.length;
  }

  get isRedelivered(): boolean {
    return this.#redelivered;
  }

  /** The same message, of the same id, with another body. */
  withBody(body: Buffer): Message {
    const message = new Message(this, { headers: this.#headers, body });
    if (this.#redelivered) message.markRedelivered();
    return message;
  }

  /** From now on it is marked as one that somebody has had before. */
  markRedelivered(): void {
    this.#redelivered = true;
    this.#shared.clear();
  }

  /**
   * The MESSAGE frame for one subscription id, or for all subscriptions of that id and version.
   * `subscriptionId` undefined: STOMP 1.0 without ids. `ackId`: only 1.2, and only where it must be acknowledged.
   */
  encode(version: StompVersion, subscriptionId: string | undefined, ackId?: string): WireFrame {
    let own = 'MESSAGE\n';
    if (subscriptionId !== undefined) own += headerLine('subscription', subscriptionId, version);
    if (ackId !== undefined) own += headerLine('ack', ackId, version);
    return frameParts('MESSAGE', Buffer.from(own), this.#sharedPart(version), this.binary);
  }

  #sharedPart(version: StompVersion): Buffer {
    const known = this.#shared.get(version);
    if (known !== undefined) return known;
    const lines =
      headerLine('destination', this.destination, version) +
      headerLine('message-id', this.id, version) +
      (this.#redelivered ? 'redelivered:true\n' : '') +
      headerLines(this.#headers, version) +
      `content-length:${this.body.length}\n\n`;
    const shared = Buffer.concat([Buffer.from(lines), endOf(this.body)]);
    this.#shared.set(version, shared);
    return shared;
  }
}
