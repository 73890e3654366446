import type { StompFrame, StompVersion } from '../wire/stomp-reader.js';
import { encodeStomp } from '../wire/stomp-writer.js';
import type { OutgoingMessage, Subscription, TransportConfig } from './transport.js';

/** Headers of the frames that a client sends, in their order; STOMP 1.2 "Client Frames". */
export type Headers = readonly (readonly [name: string, value: string])[];

function connectHeaders(config: TransportConfig): Headers {
  return [
    ['accept-version', config.versions.join(',')],
    ['host', config.stompHost],
    ['heart-beat', `${config.heartbeatSendMs},${config.heartbeatReceiveMs}`],
    ...optional('login', config.login),
    ...optional('passcode', config.passcode),
    ...Object.entries(config.connectHeaders),
  ];
}

function subscribeHeaders({ id, destination, ack, receipt, headers }: Subscription): Headers {
  return [
    ['id', id],
    ['destination', destination],
    ['ack', ack],
    ...optional('receipt', receipt),
    ...Object.entries(headers),
  ];
}

function unsubscribeHeaders(id: string, receipt: string | null): Headers {
  return [['id', id], ...optional('receipt', receipt)];
}

/** STOMP 1.2 acknowledges by the MESSAGE's ack header, the versions before by its message-id. */
export function ackHeaders(version: string, subscription: string, ackId: string): Headers {
  if (version === '1.2') return [['id', ackId]];
  return [
    ['message-id', ackId],
    ['subscription', subscription],
  ];
}

export function sendHeaders({ destination, contentType, receipt, headers }: OutgoingMessage): Headers {
  return [
    ['destination', destination],
    ['content-type', contentType],
    ...optional('receipt', receipt),
    ...Object.entries(headers),
  ];
}

/** A connection has few subscriptions, and their ids are those of all others: more are not kept. */
const MAX_KEPT_FRAMES = 1000;

/**
 * Frames that are the same for all connections, each encoded once: a connection pays only for its mask. Each throws an
 * Error for a header that no frame of that version can carry.
 */
export class SharedFrames {
  readonly #config: TransportConfig;
  #connect: Buffer | null = null;
  readonly #subscribes = new WeakMap<Subscription, { version: StompVersion; payload: Buffer }>();
  readonly #others = new Map<string, Buffer>();

  constructor(config: TransportConfig) {
    this.#config = config;
  }

  connect(): Buffer {
    return (this.#connect ??= encodeStomp('CONNECT', connectHeaders(this.#config), '1.2'));
  }

  /** By the object, which all connections share where nothing of it differs. */
  subscribe(subscription: Subscription, version: StompVersion): Buffer {
    const known = this.#subscribes.get(subscription);
    if (known?.version === version) return known.payload;
    const payload = encodeStomp('SUBSCRIBE', subscribeHeaders(subscription), version);
    this.#subscribes.set(subscription, { version, payload });
    return payload;
  }

  unsubscribe(id: string, receipt: string | null, version: StompVersion): Buffer {
    return this.#other(`UNSUBSCRIBE ${version} ${id} ${receipt ?? ''}`, () =>
      encodeStomp('UNSUBSCRIBE', unsubscribeHeaders(id, receipt), version),
    );
  }

  disconnect(receipt: string, version: StompVersion): Buffer {
    return this.#other(`DISCONNECT ${version} ${receipt}`, () =>
      encodeStomp('DISCONNECT', [['receipt', receipt]], version),
    );
  }

  #other(key: string, encode: () => Buffer): Buffer {
    const known = this.#others.get(key);
    if (known !== undefined) return known;
    const payload = encode();
    if (this.#others.size < MAX_KEPT_FRAMES) this.#others.set(key, payload);
    return payload;
  }
}

function optional(name: string, value: string | null): Headers {
  return value === null ? [] : [[name, value]];
}

/** Longer than any sample that is kept, so that a secret in it is taken out whole before the sample is cut. */
const MAX_ERROR_BODY_BYTES = 2000;

/** An ERROR frame for people: its message header, and the start of its body where it says more. */
export function describeError(frame: StompFrame): string {
  const message = frame.header('message') ?? '';
  const bodyEnd = Math.min(frame.bodyEnd, frame.bodyStart + MAX_ERROR_BODY_BYTES);
  const body = frame.bytes.toString('utf8', frame.bodyStart, bodyEnd).trim();
  if (message === '' || body === message) return body === '' ? 'ERROR without a message' : body;
  return body === '' ? message : `${message}: ${body}`;
}
