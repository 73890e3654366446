import type net from 'node:net';
import type tls from 'node:tls';
import { Client, type IMessage, StompConfig, StompHeaders, Versions } from '@stomp/stompjs';
import type { WebSocket } from 'ws';
import type { Recorder } from '../metrics/recorder.js';
import { messageOf, systemCode } from '../shared/errors.js';
import { addressText } from '../shared/ip-address.js';
import type { Endpoint } from './endpoint.js';
import type { Fact } from './fact.js';
import { negotiateHeartbeat } from './heartbeat.js';
import type { LoopClock } from './loop-clock.js';
import { isOffered, notOffered } from './offered-version.js';
import { STAMP_HEADER, newStamp, readHeaderStamp, readStamp } from './stamp.js';
import { StompjsGuard } from './stompjs-guard.js';
import { openWebSocket, type WebSocketEvents } from './stompjs-web-socket.js';
import type {
  OutgoingMessage,
  Subscription,
  Transport,
  TransportConfig,
  TransportListener,
} from './transport.js';

/** Longer than any sample that is kept, so that a secret in it is taken out whole before the sample is cut. */
const MAX_COMMAND_LENGTH = 2000;

/** Above this many bytes in the socket's buffer, a publisher waits. */
const FULL_BYTES = 64 * 1024;
/** How soon a full buffer is looked at again: with permessage-deflate it may be full before the socket is. */
const DRAIN_POLL_MS = 5;

/** What may wait in a socket for a server that sends messages and does not read their ACKs. */
const MAX_UNREAD_BYTES = 1024 * 1024;

export interface StompjsShared {
  readonly config: TransportConfig;
  readonly recorder: Recorder;
  readonly nowUs: () => number;
  readonly loopClock: LoopClock;
  readonly secureContext: tls.SecureContext | null;
}

/**
 * `@stomp/stompjs` over `ws`: what a browser's user really runs. It is slower than the native client and keeps more
 * for each connection; what it measures, and how that is counted, is the same.
 */
export class StompjsTransport implements Transport, WebSocketEvents {
  readonly #shared: StompjsShared;
  readonly #endpoint: Endpoint;
  readonly #listener: TransportListener;
  #client: Client | null = null;
  #webSocket: WebSocket | null = null;
  #socket: net.Socket | null = null;
  #agreedReceiveMs = 0;
  lastWriteUs = 0;
  #drainPoll: NodeJS.Timeout | null = null;
  readonly #guard: StompjsGuard;
  /** The close handshake has begun, from either side. */
  #closing = false;
  #destroyed = false;

  constructor(shared: StompjsShared, endpoint: Endpoint, listener: TransportListener) {
    this.#shared = shared;
    this.#guard = new StompjsGuard(shared.config.maxMessageBytes);
    this.#endpoint = endpoint;
    this.#listener = listener;
  }

  open(): void {
    const { config } = this.#shared;
    const { host, addresses } = this.#endpoint;
    this.onAddress(addresses === null ? host : addresses[0], true);
    this.#listener.onPhase(addresses === null ? 'dns' : 'tcp', this.#shared.nowUs());
    if (this.#destroyed) return;
    const client = new Client();
    this.#client = client;
    const settings: Partial<StompConfig> = {
      webSocketFactory: () => this.#newWebSocket(),
      stompVersions: new Versions([...config.versions]),
      reconnectDelay: 0,
      connectionTimeout: 0,
      heartbeatOutgoing: config.heartbeatSendMs,
      heartbeatIncoming: config.heartbeatReceiveMs,
      connectHeaders: connectHeaders(config),
      // The worker's loop has its own time-outs; the library must not wait beside them.
      discardWebsocketOnCommFailure: true,
      onConnect: ({ headers }) => {
        this.#guard.heard();
        this.#connected(headers);
      },
      onStompError: ({ headers, body }) => {
        this.#guard.heard();
        const texts = new Set([headers['message'] ?? '', body.trim()].filter((text) => text !== ''));
        const message = [...texts].join(': ') || 'ERROR without a message';
        this.#fact({ type: 'error-frame', message });
      },
      onHeartbeatLost: () => {
        this.#fact({ type: 'silence', forMs: this.#agreedReceiveMs * client.heartbeatToleranceMultiplier });
      },
      onHeartbeatReceived: () => {
        this.#guard.heard();
      },
      onUnhandledFrame: ({ command }) => {
        const message = `${JSON.stringify(command.slice(0, MAX_COMMAND_LENGTH))} is not a frame that a server sends`;
        this.#fault('stomp-command', message);
      },
      onUnhandledReceipt: ({ headers }) => {
        this.#guard.heard();
        this.#heard((atUs) => this.#listener.onReceipt(headers['receipt-id'] ?? '', atUs));
      },
      onUnhandledMessage: (message) => {
        this.#message(message);
      },
    };
    client.configure(Object.assign(new StompConfig(), settings));
    client.activate();
  }

  #newWebSocket(): WebSocket {
    const { config, secureContext } = this.#shared;
    const webSocket = openWebSocket(config, this.#endpoint, secureContext, this);
    this.#webSocket = webSocket;
    this.#guard.watch(webSocket, (message) => {
      this.#fault('stomp-too-large', message);
    });
    return webSocket;
  }

  onSocket(socket: net.Socket): void {
    this.#socket = socket;
  }

  onAddress(host: string, instead: boolean): void {
    this.#heard(() => this.#listener.onAddress(addressText(host, this.#endpoint.port), null, instead));
  }

  onRead(): void {
    this.#shared.loopClock.touch(this.#shared.nowUs());
  }

  onPhase(phase: 'tcp' | 'tls' | 'upgrade'): void {
    this.#heard((atUs) => this.#listener.onPhase(phase, atUs));
  }

  onOpen(): void {
    if (this.#client !== null) StompjsGuard.harden(this.#client);
    this.#heard((atUs) => {
      this.#listener.onOpened(atUs);
      this.#heard(() => this.#listener.onPhase('connect', atUs));
    });
  }

  onStatus(status: number, reason: string): void {
    this.#fact({ type: 'status', status, reason });
  }

  // `ws` also closes just before it tells of a broken rule, which is the better news of the two: this one waits a
  // microtask.
  onCloseFrame(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    const atUs = this.#shared.nowUs();
    queueMicrotask(() => {
      this.#heard(() => this.#listener.onCloseFrame(code, reason, atUs));
    });
  }

  onWrite(): void {
    this.lastWriteUs = this.#shared.nowUs();
  }

  onDrain(): void {
    this.#checkDrained();
  }

  // The answer to a Close frame may find the connection gone; the Close frame itself is told a microtask later, and first.
  onError(error: Error): void {
    if (!this.#closing) {
      this.#failed(error);
      return;
    }
    queueMicrotask(() => {
      this.#failed(error);
    });
  }

  onEnd(): void {
    this.#ended();
  }

  #connected(headers: StompHeaders): void {
    const { config } = this.#shared;
    const version = headers['version'] ?? '1.0';
    if (!isOffered(version, config.versions)) {
      this.#fault('stomp-version', notOffered(version));
      return;
    }
    if (/\d{10}/.test(headers['heart-beat'] ?? '')) {
      // Node's timers take no more than 2^31 - 1 ms, and make one millisecond of what is above.
      this.#fault('stomp-header', 'heart-beat asks for more than @stomp/stompjs can wait');
      return;
    }
    const own = { sendMs: config.heartbeatSendMs, receiveMs: config.heartbeatReceiveMs };
    const agreed = negotiateHeartbeat(own, headers['heart-beat']);
    this.#agreedReceiveMs = agreed.receiveMs;
    const info = {
      version,
      software: headers['server'] ?? null,
      subprotocol: this.#webSocket?.protocol === '' ? null : (this.#webSocket?.protocol ?? null),
      heartbeatOffered: headers['heart-beat'] ?? null,
      heartbeatSendMs: agreed.sendMs,
      heartbeatReceiveMs: agreed.receiveMs,
    };
    this.#heard((atUs) => this.#listener.onConnected(info, atUs));
  }

  #message(message: IMessage): void {
    this.#guard.heard();
    const bytes = Buffer.from(message.body);
    const stamp = newStamp();
    const found = readStamp(bytes, 0, bytes.length, stamp);
    const received = {
      subscription: message.headers['subscription'] ?? '',
      stamp: found === 'good' ? stamp : readHeaderStamp(found, message.headers[STAMP_HEADER], stamp),
      ackId: message.headers['ack'] ?? message.headers['message-id'] ?? null,
    };
    this.#heard((atUs) => this.#listener.onMessage(received, atUs));
  }

  subscribe({ id, destination, ack, receipt, headers }: Subscription): void {
    this.#client?.subscribe(
      destination,
      (message) => {
        this.#message(message);
      },
      stompHeaders({ ...headers, id, ack }, receipt),
    );
  }

  unsubscribe(id: string, receipt: string | null): void {
    this.#client?.unsubscribe(id, stompHeaders({}, receipt));
  }

  ack(subscription: string, ackId: string): void {
    this.#client?.ack(ackId, subscription);
    const unreadBytes = this.#webSocket?.bufferedAmount ?? 0;
    if (unreadBytes <= MAX_UNREAD_BYTES) return;
    this.#fault('stomp-unread', `${unreadBytes} bytes of ACK frames that the server does not read`);
  }

  send({ destination, headers, contentType, receipt, body }: OutgoingMessage): boolean {
    this.#client?.publish({
      destination,
      headers: stompHeaders({ ...headers, 'content-type': contentType }, receipt),
      body: body.toString('utf8'),
    });
    if (!this.#isFull()) return true;
    this.#drainPoll ??= setInterval(() => {
      this.#checkDrained();
    }, DRAIN_POLL_MS);
    return false;
  }

  #isFull(): boolean {
    return (this.#webSocket?.bufferedAmount ?? 0) >= FULL_BYTES;
  }

  #checkDrained(): void {
    if (this.#drainPoll === null || this.#isFull()) return;
    this.#stopPolling();
    this.#heard(() => this.#listener.onDrain());
  }

  #stopPolling(): void {
    if (this.#drainPoll !== null) clearInterval(this.#drainPoll);
    this.#drainPoll = null;
  }

  disconnect(receipt: string): void {
    const client = this.#client;
    if (client?.connected !== true) return;
    client.disconnectHeaders = stompHeaders({}, receipt);
    void client.deactivate();
    // The library would close the WebSocket in the same breath as it hears the RECEIPT; the end of `disconnect` and
    // the start of `close` have to be told apart.
    client.watchForReceipt(receipt, () => {
      this.#guard.heard();
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
    this.#stopPolling();
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
    else if (code === 'ECONNRESET' && !('syscall' in error)) {
      // Node's own word for a FIN that came too early; of a real reset the system call is known.
      this.#ended();
    } else if (/^(HPE_|WS_ERR_)/.test(code)) this.#fact({ type: 'fault', code, message });
    else this.#fact({ type: 'system', code, message });
  }

  #ended(): void {
    this.#heard((atUs) => this.#listener.onEnd(atUs));
    this.destroy();
  }

  #fault(code: string, message: string): void {
    this.#fact({ type: 'fault', code, message });
  }

  #fact(fact: Fact): void {
    this.#heard((atUs) => this.#listener.onFact(fact, atUs));
    this.destroy();
  }

  #heard(tell: (atUs: number) => void): void {
    if (this.#destroyed) return;
    const atUs = this.#shared.nowUs();
    this.#shared.loopClock.stamped(atUs);
    tell(atUs);
  }
}

function connectHeaders(config: TransportConfig): StompHeaders {
  const headers = {
    host: config.stompHost,
    ...(config.login === null ? {} : { login: config.login }),
    ...(config.passcode === null ? {} : { passcode: config.passcode }),
    ...config.connectHeaders,
  };
  return stompHeaders(headers, null);
}

function stompHeaders(headers: Readonly<Record<string, string>>, receipt: string | null): StompHeaders {
  return Object.assign(new StompHeaders(), headers, receipt === null ? {} : { receipt });
}
