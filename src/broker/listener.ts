import { randomInt } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { messageOf, StompedeError, systemCode } from '../shared/errors.js';
import { refuse, type Gate } from './faults/gate.js';
import type { ConnectionAccount } from './ledger/connection-account.js';
import { chooseSubprotocol } from './negotiation.js';
import type { BrokerConfig } from './options.js';

/** Connections that wait to be accepted; the system has a limit of its own (net.core.somaxconn). */
export const BACKLOG = 16_384;

/** Below what Linux uses as local ports, and above most services. */
const OTHER_PORTS = [16_000, 32_000] as const;
const MOST_OTHER_PORTS = 100;

/** How long a closed WebSocket may take to answer the close frame. */
const CLOSE_TIMEOUT_MS = 5000;

export interface ListenerEvents {
  /** Its account, in a broker that keeps any. */
  onWebSocket(webSocket: WebSocket, socket: Duplex, account: ConnectionAccount | null): void;
  /** The system would not accept a connection. */
  onAcceptError(): void;
}

/** HTTP up to the upgrade: any other path is a 404, anything but an upgrade a 426. `gate` null: nobody is turned away. */
export function createHttpServer(config: BrokerConfig, events: ListenerEvents, gate: Gate | null): Server {
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
    if (gate?.request(request.socket, status) === false) return;
    response.writeHead(status, { 'content-type': 'text/plain', connection: 'close', upgrade: 'websocket' });
    response.end(`This is a STOMP broker: connect a WebSocket to ${config.path}\n`);
  });
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (pathOf(request) !== config.path) {
      gate?.refused(socket, 404);
      refuse(socket, 404);
      return;
    }
    const stream = gate?.streamOf(socket) ?? socket;
    webSockets.handleUpgrade(request, stream, head, (webSocket) => {
      events.onWebSocket(webSocket, stream, gate?.upgraded(socket) ?? null);
    });
    gate?.settled(socket);
  };
  if (gate === null) server.on('upgrade', upgrade);
  else standGuard(server, webSockets, gate, upgrade);
  return server;
}

function standGuard(
  server: Server,
  webSockets: WebSocketServer,
  gate: Gate,
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): void {
  // The socket that the upgrade comes on: with TLS that is not the one which was accepted first.
  const accepted = server instanceof TlsServer ? 'secureConnection' : 'connection';
  server.on(accepted, (socket: Socket) => gate.accept(socket));
  server.on('upgrade', (request, socket, head) => {
    gate.upgrade(socket, head, (bytes) => upgrade(request, socket, bytes));
  });
  webSockets.on('headers', (headers, request) => gate.handshake.spoil(headers, gate.accountOf(request)));
}

/** Resolves with the port. Rejects with `broker-failed`. */
export async function listen(server: Server, config: BrokerConfig, events: ListenerEvents): Promise<number> {
  try {
    await listenOnAny(server, config);
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

/** Of port 0 the kernel looks among the local ports only, which tens of thousands of connections may have taken. */
async function listenOnAny(server: Server, { host, port }: BrokerConfig): Promise<void> {
  for (let others = MOST_OTHER_PORTS, tried = port; ; others--, tried = randomInt(...OTHER_PORTS)) {
    try {
      await listenOn(server, host, tried);
      return;
    } catch (error) {
      if (port !== 0 || others === 0 || systemCode(error) !== 'EADDRINUSE') throw error;
    }
  }
}

function listenOn(server: Server, host: string, port: number): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: BACKLOG }, () => {
      server.off('error', reject);
      resolve();
    });
  });
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

function listenError(error: unknown, config: BrokerConfig): StompedeError {
  const where = config.port === 0 ? `any port of ${config.host}` : `port ${config.port} of ${config.host}`;
  const hints: Readonly<Record<string, [message: string, hint: string]>> = {
    EADDRINUSE:
      config.port === 0
        ? [
            `no port of ${config.host} was free`,
            'Many connections may be in TIME_WAIT: try again in a minute.',
          ]
        : [`${where} is in use`, 'Choose another port, or 0 for any free one.'],
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
