import type { IncomingMessage } from 'node:http';
import net from 'node:net';
import tls from 'node:tls';
import { WebSocket } from 'ws';
import { systemCode } from '../shared/errors.js';
import { isUnseen } from './connect-failure.js';
import type { Endpoint } from './endpoint.js';
import { tlsOptions } from './native-socket.js';
import type { TransportConfig } from './transport.js';

/** What there is to hear of a WebSocket of `ws` and of the socket under it. */
export interface WebSocketEvents {
  onSocket(socket: net.Socket): void;
  /** It is, or was, connecting to that address. */
  onAddress(host: string, instead: boolean): void;
  /** Bytes have come, which nobody has looked at yet; told from the upgrade on. */
  onRead(): void;
  /** A phase of the opening begins, and the one before it has ended well. */
  onPhase(phase: 'tcp' | 'tls' | 'upgrade'): void;
  onOpen(): void;
  onStatus(status: number, reason: string): void;
  onCloseFrame(code: number, reason: string): void;
  /** Bytes of ours go to the socket: a frame of the library's, or the Pong that `ws` sends by itself. */
  onWrite(): void;
  onDrain(): void;
  onError(error: Error): void;
  /** TCP has ended, whatever was before. */
  onEnd(): void;
}

export function openWebSocket(
  config: TransportConfig,
  endpoint: Endpoint,
  secureContext: tls.SecureContext | null,
  events: WebSocketEvents,
): WebSocket {
  const { authorization } = endpoint;
  const headers = {
    ...(authorization === null ? {} : { Authorization: authorization }),
    ...config.upgradeHeaders,
  };
  let socket: net.Socket | null = null;
  const webSocket = new WebSocket(withoutCredentials(endpoint.url), [...config.subprotocols], {
    headers,
    perMessageDeflate: config.permessageDeflate,
    maxPayload: config.maxMessageBytes,
    createConnection: () => (socket = openSocket(config, endpoint, secureContext, events)),
  });
  webSocket.on('open', () => {
    // Before `ws` hears of it. Until here a listener of data would have taken the upgrade's answer from `ws`.
    socket?.prependListener('data', () => {
      events.onRead();
    });
    events.onOpen();
  });
  webSocket.on('unexpected-response', (_request, response: IncomingMessage) => {
    const { statusCode = 0, statusMessage = '' } = response;
    events.onStatus(statusCode, statusMessage);
  });
  webSocket.on('error', (error) => {
    events.onError(error);
  });
  webSocket.on('close', () => {
    events.onEnd();
  });
  hearCloseFrames(webSocket, events);
  hearWrites(webSocket, events);
  return webSocket;
}

function hearWrites(webSocket: WebSocket, events: WebSocketEvents): void {
  const send = webSocket.send.bind(webSocket);
  webSocket.send = ((...args: Parameters<typeof send>) => {
    events.onWrite();
    send(...args);
  }) as typeof send;
  webSocket.on('ping', () => {
    events.onWrite();
  });
}

// `ws` tells of a Close frame only when TCP has ended too, but it answers one by its own public close().
function hearCloseFrames(webSocket: WebSocket, events: WebSocketEvents): void {
  const close = webSocket.close.bind(webSocket);
  webSocket.close = (code?: number, reason?: string | Buffer) => {
    close(code, reason);
    // With a code alone `ws` refuses what it has read, and an error that says why follows: nobody has closed.
    if (code !== undefined && reason === undefined) return;
    events.onCloseFrame(code ?? 1005, reason?.toString() ?? '');
  };
}

function openSocket(
  config: TransportConfig,
  endpoint: Endpoint,
  secureContext: tls.SecureContext | null,
  events: WebSocketEvents,
): net.Socket {
  const { port, secure, addresses } = endpoint;
  const host = addresses === null ? endpoint.host : addresses[0];
  const socket = secure
    ? tls.connect({ host, port, ...tlsOptions(config.tls, endpoint, secureContext) })
    : net.connect({ host, port });
  events.onSocket(socket);
  let told = host;
  let isToldUnseen = false;
  socket.on('lookup', (error: Error | null, address: string) => {
    // With several addresses there is one event for each.
    if (error !== null || addresses !== null || told !== host) return;
    told = address;
    events.onAddress(address, true);
    events.onPhase('tcp');
  });
  socket.on('connectionAttemptFailed', (address: string, _port: number, _family: number, error: Error) => {
    if (address === told) isToldUnseen = isUnseen(systemCode(error) ?? '');
  });
  socket.on('connect', () => {
    const { remoteAddress = told } = socket;
    if (remoteAddress !== told) events.onAddress(remoteAddress, isToldUnseen);
    events.onPhase(secure ? 'tls' : 'upgrade');
  });
  if (secure) {
    socket.on('secureConnect', () => {
      events.onPhase('upgrade');
    });
  }
  socket.on('drain', () => {
    events.onDrain();
  });
  // Once the WebSocket is open, `ws` keeps a reset to itself and tells of a close 1006.
  socket.on('error', (error: Error) => {
    events.onError(error);
  });
  return socket;
}

/** They are sent as a header of ours, as the native client does it. */
function withoutCredentials(url: string): string {
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}
