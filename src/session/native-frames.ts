import type { StompFrame } from '../wire/stomp-reader.js';
import type { OutgoingMessage, Subscription, TransportConfig } from './transport.js';

/** Headers of the frames that a client sends, in their order; STOMP 1.2 "Client Frames". */
export type Headers = readonly (readonly [name: string, value: string])[];

export function connectHeaders(config: TransportConfig): Headers {
  return [
    ['accept-version', config.versions.join(',')],
    ['host', config.stompHost],
    ['heart-beat', `${config.heartbeatSendMs},${config.heartbeatReceiveMs}`],
    ...optional('login', config.login),
    ...optional('passcode', config.passcode),
    ...Object.entries(config.connectHeaders),
  ];
}

export function subscribeHeaders({ id, destination, ack, receipt, headers }: Subscription): Headers {
  return [
    ['id', id],
    ['destination', destination],
    ['ack', ack],
    ...optional('receipt', receipt),
    ...Object.entries(headers),
  ];
}

export function unsubscribeHeaders(id: string, receipt: string | null): Headers {
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
