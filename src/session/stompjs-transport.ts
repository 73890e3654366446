import net from 'node:net';
import tls from 'node:tls';
import type { IncomingMessage } from 'node:http';
import { Client, type IMessage, type IStompSocket, type StompHeaders, Versions } from '@stomp/stompjs';
import { WebSocket } from 'ws';
import type { Recorder } from '../metrics/recorder.js';
import { messageOf, systemCode } from '../shared/errors.js';
import type { Endpoint } from './endpoint.js';
import type { Fact } from './fact.js';
import { negotiateHeartbeat } from './heartbeat.js';
import { STAMP_HEADER, type Stamp, readStamp } from './stamp.js';
import type {
  OutgoingMessage,
  Subscription,
  Transport,
  TransportConfig,
  TransportListener,
} from './transport.js';

/** Above this many bytes in the socket's buffer, a publisher waits. */
const FULL_BYTES = 64 * 1024;

export interface StompjsShared {
  readonly config: TransportConfig;
  readonly recorder: Recorder;
  readonly nowUs: () => number;
  readonly secureContext: tls.SecureContext | null;
}

/**
 * `@stomp/stompjs` over `ws`: what a browser's user really runs. It is slower than the native client and keeps more
 * for each connection; what it measures, and how that is counted, is the same.
 */
export class StompjsTransport implements Transport {
  readonly #shared: StompjsShared;
  readonly #endpoint: Endpoint;
  readonly #listener: TransportListener;
  readonly #unsubscribe = new Map<string, (headers: StompHeaders) => void>();
  #client: Client | null = null;
  #webSocket: WebSocket | null = null;
  #socket: net.Socket | null = null;
  #resolved = false;
  /** The close handshake has begun, from either side. */
  #closing = false;
  #destroyed = false;

  constructor(shared: StompjsShared, endpoint: Endpoint, listener: TransportListener) {
    this.#shared = shared;
    this.#endpoint = endpoint;
    this.#listener = listener;
  }

  open(): void {
    const { config } = this.#shared;
    this.#listener.onPhase(this.#endpoint.named ? 'dns' : 'tcp', this.#shared.nowUs());
    const client = new Client({
      webSocketFactory: () => this.#newWebSocket() as unknown as IStompSocket,
      stompVersions: new Versions([...config.versions]),
      reconnectDelay: 0,
      connectionTimeout: 0,
      heartbeatOutgoing: config.heartbeatSendMs,
      heartbeatIncoming: config.heartbeatReceiveMs,
      connectHeaders: connectHeaders(config),
      // The worker's loop has its own time-outs; the library must not wait beside them.
      discardWebsocketOnCommFailure: true,
      onConnect: ({ headers }) => {
        this.#connected(headers);
      },
      onStompError: ({ headers, body }) => {
        const texts = new Set([headers['message'] ?? '', body.trim()].filter((text) => text !== ''));
        const message = [...texts].join(': ') || 'ERROR without a message';
        this.#fact({ type: 'error-frame', message });
      },
      onHeartbeatLost: () => {
        const forMs = config.heartbeatReceiveMs * client.heartbeatToleranceMultiplier;
        this.#fact({ type: 'silence', forMs });
      },
      onUnhandledReceipt: ({ headers }) => {
        this.#heard((atUs) => this.#listener.onReceipt(headers['receipt-id'] ?? '', atUs));
      },
      onUnhandledMessage: (message) => {
        this.#message(message);
      },
    });
    this.#client = client;
    client.activate();
  }

  #newWebSocket(): WebSocket {
    const { config } = this.#shared;
    const { url, authorization } = this.#endpoint;
    const headers = {
      ...(authorization === null ? {} : { Authorization: authorization }),
      ...config.upgradeHeaders,
    };
    const webSocket = new WebSocket(withoutCredentials(url), [...config.subprotocols], {
      headers,
      perMessageDeflate: config.permessageDeflate,
      maxPayload: config.maxMessageBytes,
      createConnection: () => this.#newSocket(),
    });
    this.#webSocket = webSocket;
    webSocket.on('open', () => {
      this.#heard((atUs) => {
        this.#listener.onOpened(atUs);
        this.#listener.onPhase('connect', atUs);
      });
    });
    webSocket.on('unexpected-response', (_request, response: IncomingMessage) => {
      const { statusCode = 0, statusMessage = '' } = response;
      this.#fact({ type: 'status', status: statusCode, reason: statusMessage });
    });
    webSocket.on('error', (error) => {
      this.#failed(error);
    });
    webSocket.on('close', () => {
      this.#heard((atUs) => this.#listener.onEnd(atUs));
    });
    this.#hearCloseFrames(webSocket);
    return webSocket;
  }

  // `ws` tells of a Close frame only when TCP has ended too, but it answers one by its own public close().
  #hearCloseFrames(webSocket: WebSocket): void {
    const close = webSocket.close.bind(webSocket);
    webSocket.close = (code?: number, reason?: string | Buffer) => {
      close(code, reason);
      // With a code alone `ws` refuses what it has read, and an error that says why follows: nobody has closed.
      if (code !== undefined && reason === undefined) return;
      if (this.#closing) return;
      this.#closing = true;
      this.#heard((atUs) => this.#listener.onCloseFrame(code ?? 1005, reason?.toString() ?? '', atUs));
    };
  }

  #newSocket(): net.Socket {
    const { host, port, secure, named } = this.#endpoint;
    const { tls: plan } = this.#shared.config;
    const servername = plan.servername ?? (named ? host : undefined);
    const socket = secure
      ? tls.connect({
          host,
          port,
          rejectUnauthorized: !plan.insecure,
          ALPNProtocols: ['http/1.1'],
          ...(this.#shared.secureContext === null ? {} : { secureContext: this.#shared.secureContext }),
          ...(servername === undefined ? {} : { servername }),
        })
      : net.connect({ host, port });
    this.#socket = socket;
    socket.on('lookup', (error: Error | null) => {
      // With several addresses there is one event for each.
      if (error !== null || !named || this.#resolved) return;
      this.#resolved = true;
      this.#phase('tcp');
    });
    socket.on('connect', () => {
      this.#phase(secure ? 'tls' : 'upgrade');
    });
    if (secure) {
      socket.on('secureConnect', () => {
        this.#phase('upgrade');
      });
    }
    socket.on('drain', () => {
      this.#heard(() => this.#listener.onDrain());
    });
    // Once the WebSocket is open, `ws` keeps a reset to itself and tells of a close 1006.
    socket.on('error', (error: Error) => {
      this.#failed(error);
    });
    return socket;
  }

  #phase(phase: 'tcp' | 'tls' | 'upgrade'): void {
    this.#heard((atUs) => this.#listener.onPhase(phase, atUs));
  }

  #connected(headers: StompHeaders): void {
    const { config } = this.#shared;
    const own = { sendMs: config.heartbeatSendMs, receiveMs: config.heartbeatReceiveMs };
    const agreed = negotiateHeartbeat(own, headers['heart-beat']);
    const info = {
      version: headers['version'] ?? '1.0',
      software: headers['server'] ?? null,
      subprotocol: this.#webSocket?.protocol === '' ? null : (this.#webSocket?.protocol ?? null),
      heartbeatSendMs: agreed.sendMs,
      heartbeatReceiveMs: agreed.receiveMs,
    };
    this.#heard((atUs) => this.#listener.onConnected(info, atUs));
  }

  #message(message: IMessage): void {
    const bytes = Buffer.from(message.body);
    const stamp: Stamp = { run: 0, publisher: 0, seq: 0, sentUs: 0, lagUs: 0 };
    const header = Buffer.from(message.headers[STAMP_HEADER] ?? '', 'latin1');
    const stamped = readStamp(bytes, 0, bytes.length, stamp) || readStamp(header, 0, header.length, stamp);
    const received = {
      subscription: message.headers['subscription'] ?? '',
      stamp: stamped ? stamp : null,
      ackId: message.headers['ack'] ?? message.headers['message-id'] ?? null,
    };
    this.#heard((atUs) => this.#listener.onMessage(received, atUs));
  }

  subscribe({ id, destination, ack, receipt, headers }: Subscription): void {
    const subscription = this.#client?.subscribe(
      destination,
      (message) => {
        this.#message(message);
      },
      { ...headers, id, ack, ...(receipt === null ? {} : { receipt }) },
    );
    if (subscription !== undefined) {
      this.#unsubscribe.set(id, (unsubscribeHeaders) => {
        subscription.unsubscribe(unsubscribeHeaders);
      });
    }
  }

  unsubscribe(id: string, receipt: string | null): void {
    this.#unsubscribe.get(id)?.(receipt === null ? {} : { receipt });
  }

  ack(subscription: string, ackId: string): void {
    this.#client?.ack(ackId, subscription);
  }

  send({ destination, headers, contentType, receipt, body }: OutgoingMessage): boolean {
    this.#client?.publish({
      destination,
      headers: { ...headers, 'content-type': contentType, ...(receipt === null ? {} : { receipt }) },
      body: body.toString('utf8'),
    });
    return (this.#webSocket?.bufferedAmount ?? 0) < FULL_BYTES;
  }

  disconnect(receipt: string): void {
    const client = this.#client;
    if (client?.connected !== true) return;
    client.disconnectHeaders = { receipt };
    void client.deactivate();
    // The library would close the WebSocket in the same breath as it hears the RECEIPT; the end of `disconnect` and
    // the start of `close` have to be told apart.
    client.watchForReceipt(receipt, () => {
      this.#heard((atUs) => this.#listener.onReceipt(receipt, atUs));
    });
  }

  close(): void {
    this.#closing = true;
    this.#webSocket?.close(1000);
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    const { counts } = this.#shared.recorder;
    counts.bytesReceived += this.#socket?.bytesRead ?? 0;
    counts.bytesSent += this.#socket?.bytesWritten ?? 0;
    void this.#client?.deactivate({ force: true });
    this.#webSocket?.terminate();
  }

  #failed(error: Error): void {
    const code = systemCode(error);
    const message = messageOf(error);
    if (code === undefined) this.#fact({ type: 'refusal', message });
    else if (/^(HPE_|WS_ERR_)/.test(code)) this.#fact({ type: 'fault', code, message });
    else this.#fact({ type: 'system', code, message });
  }

  #fact(fact: Fact): void {
    this.#heard((atUs) => this.#listener.onFact(fact, atUs));
  }

  #heard(tell: (atUs: number) => void): void {
    if (!this.#destroyed) tell(this.#shared.nowUs());
  }
}

function connectHeaders(config: TransportConfig): StompHeaders {
  return {
    host: config.stompHost,
    ...(config.login === null ? {} : { login: config.login }),
    ...(config.passcode === null ? {} : { passcode: config.passcode }),
    ...config.connectHeaders,
  };
}

/** They are sent as a header of ours, as the native client does it. */
function withoutCredentials(url: string): string {
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}
