import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { messageOf, StompedeError, systemCode } from '../shared/errors.js';
import { chooseSubprotocol } from './negotiation.js';
import type { BrokerConfig } from './options.js';

/** Connections that wait to be accepted; the system has a limit of its own (net.core.somaxconn). */
const BACKLOG = 16_384;

/** How long a closed WebSocket may take to answer the close frame. */
const CLOSE_TIMEOUT_MS = 5000;

export interface ListenerEvents {
  onWebSocket(webSocket: WebSocket, socket: Duplex): void;
  /** The system would not accept a connection. */
  onAcceptError(): void;
}

/** HTTP up to the upgrade: any other path is a 404, anything but an upgrade a 426. */
export function createHttpServer(config: BrokerConfig, events: ListenerEvents): Server {
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: config.permessageDeflate,
    maxPayload: config.limits.frameBytes,
    handleProtocols: chooseSubprotocol,
    closeTimeout: CLOSE_TIMEOUT_MS,
  };
  const webSockets = new WebSocketServer(options);
  const server = config.tls === undefined ? createServer() : tlsServer(config.tls);
  server.on('request', (request, response) => {
    const status = pathOf(request) === config.path ? 426 : 404;
    response.writeHead(status, { 'content-type': 'text/plain', connection: 'close', upgrade: 'websocket' });
    response.end(`This is a STOMP broker: connect a WebSocket to ${config.path}\n`);
  });
  server.on('upgrade', (request, socket, head) => {
    if (pathOf(request) !== config.path) refuse(socket);
    else
      webSockets.handleUpgrade(request, socket, head, (webSocket) => events.onWebSocket(webSocket, socket));
  });
  return server;
}

/** Resolves with the port. Rejects with `broker-failed`. */
export async function listen(server: Server, config: BrokerConfig, events: ListenerEvents): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port: config.port, host: config.host, backlog: BACKLOG }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    throw listenError(error, config);
  }
  server.on('error', () => events.onAcceptError());
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new StompedeError('broker-failed', 'the broker listens on something that has no port');
  }
  return address.port;
}

/** Where clients of this machine connect to. */
export function urlOf(config: BrokerConfig, port: number): string {
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[config.host] ?? config.host;
  const scheme = config.tls === undefined ? 'ws' : 'wss';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${config.path}`;
}

function tlsServer(tls: { readonly key: string; readonly cert: string }): Server {
  try {
    return createTlsServer({ key: tls.key, cert: tls.cert });
  } catch (error) {
    const message = `the broker's key and certificate cannot be used: ${messageOf(error)}`;
    throw new StompedeError('broker-failed', message, { hint: 'Give both as PEM text.', cause: error });
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}

function refuse(socket: Duplex): void {
  socket.on('error', () => undefined);
  socket.once('finish', () => socket.destroy());
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

function listenError(error: unknown, config: BrokerConfig): StompedeError {
  const where = `port ${config.port} of ${config.host}`;
  const hints: Readonly<Record<string, [message: string, hint: string]>> = {
    EADDRINUSE: [`${where} is in use`, 'Choose another port, or 0 for any free one.'],
    EACCES: [`this user may not listen on ${where}`, 'Choose a port from 1024 on, or 0 for any free one.'],
    EADDRNOTAVAIL: [`${config.host} is no address of this machine`, 'Use 127.0.0.1, or 0.0.0.0 for all.'],
    ENOTFOUND: [`the name ${config.host} did not resolve`, 'Use 127.0.0.1, or 0.0.0.0 for all.'],
    ERR_SOCKET_BAD_PORT: [`${config.port} is no port`, 'Ports go from 0, any free one, to 65535.'],
  };
  const known = hints[systemCode(error) ?? ''];
  const message = known?.[0] ?? `the broker cannot listen on ${where}: ${messageOf(error)}`;
  const hint = known === undefined ? {} : { hint: known[1] };
  return new StompedeError('broker-failed', message, { ...hint, cause: error });
}
