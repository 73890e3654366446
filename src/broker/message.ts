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
export interface Content {
  /** To be read as seldom as possible. */
  readonly headers: Iterable<readonly [string, string]>;
  readonly body: Buffer;
  /** What `encoded` of the same message has answered, where that is known already. */
  readonly encoded?: Buffer;
}

/** Where a message comes from and where it goes. */
export interface MessageOrigin {
  /** From 1, in the order in which the broker, or this process of it, took them. */
  readonly order: number;
  /** Unique within the broker, all its processes together. */
  readonly id: string;
  readonly kind: DestinationKind;
  readonly destination: string;
  /** The number of the connection that published it; -1 in a broker that does not number them. */
  readonly publisher: number;
}

function passedOn(headers: Content['headers']): (readonly [string, string])[] {
  return [...headers].filter(([name]) => !NOT_PASSED_ON.has(name));
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
  readonly #content: Content;
  #heldBytes: number | undefined;
  #redelivered = false;
  /** All of the MESSAGE frame after the lines that differ between subscriptions, by version. */
  readonly #shared = new Map<StompVersion, Buffer>();

  constructor(origin: MessageOrigin, content: Content) {
    const { order, id, kind, destination, publisher } = origin;
    this.id = id;
    this.order = order;
    this.kind = kind;
    this.destination = destination;
    this.publisher = publisher;
    this.body = content.body;
    this.binary = !isUtf8(content.body);
    const { body, headers, encoded } = content;
    if (encoded === undefined) {
      this.#content = { body, headers: passedOn(headers) };
    } else {
      this.#content = content;
      this.#shared.set('1.2', encoded);
    }
  }

  /** Roughly what keeping it costs, with the encoded body beside the body. */
  get heldBytes(): number {
    return (this.#heldBytes ??= this.#measure());
  }

  get isRedelivered(): boolean {
    return this.#redelivered;
  }

  /** The same message, of the same id, with another body. */
  withBody(body: Buffer): Message {
    const message = new Message(this, { headers: this.#content.headers, body });
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

  /** What all its MESSAGE frames of STOMP 1.2 have in common: another process can make them of it. */
  encoded(): Buffer {
    return this.#sharedPart('1.2');
  }

  #sharedPart(version: StompVersion): Buffer {
    const known = this.#shared.get(version);
    if (known !== undefined) return known;
    const lines =
      headerLine('destination', this.destination, version) +
      headerLine('message-id', this.id, version) +
      (this.#redelivered ? 'redelivered:true\n' : '') +
      headerLines(passedOn(this.#content.headers), version) +
      `content-length:${this.body.length}\n\n`;
    const shared = Buffer.concat([Buffer.from(lines), endOf(this.body)]);
    this.#shared.set(version, shared);
    return shared;
  }

  #measure(): number {
    let bytes = 256 + 2 * this.body.length + this.destination.length;
    for (const [name, value] of this.#content.headers) bytes += 64 + name.length + value.length;
    return bytes;
  }
}
