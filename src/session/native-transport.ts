import net from 'node:net';
import tls from 'node:tls';
import type { Recorder } from '../metrics/recorder.js';
import { messageOf, systemCode } from '../shared/errors.js';
import type { WireFault } from '../wire/fault.js';
import { HandshakeReader, checkUpgrade, encodeUpgrade, newKey } from '../wire/handshake.js';
import { COMMAND, type StompFrame, StompReader, type StompSink } from '../wire/stomp-reader.js';
import { HEART_BEAT, encodeStomp } from '../wire/stomp-writer.js';
import { WebSocketReader, type WebSocketSink } from '../wire/websocket-reader.js';
import { OPCODE, encodeClose, encodeFrame, encodeText } from '../wire/websocket-writer.js';
import type { Endpoint } from './endpoint.js';
import type { Fact } from './fact.js';
import { Heartbeat, negotiateHeartbeat } from './heartbeat.js';
import { isOffered, notOffered } from './offered-version.js';
import type { Resolver } from './resolver.js';
import { STAMP_HEADER, type Stamp, readStamp } from './stamp.js';
import { type TimerWheel, WheelEntry } from './timer-wheel.js';
import type {
  OutgoingMessage,
  ReceivedMessage,
  Subscription,
  Transport,
  TransportConfig,
  TransportListener,
} from './transport.js';

const READ_BUFFER_BYTES = 64 * 1024;

/** What may wait in a socket for a server that sends messages and does not read their ACKs. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/** What all native transports of a thread share. */
export interface NativeShared {
  readonly config: TransportConfig;
  readonly recorder: Recorder;
  readonly wheel: TimerWheel;
  readonly resolver: Resolver;
  readonly nowUs: () => number;
  readonly random: () => number;
  readonly secureContext: tls.SecureContext | null;
  /** One buffer for the reads of all sockets: what is in it is taken before the next read. */
  readonly onread: net.OnReadOpts;
}

export function nativeShared(
  base: Pick<NativeShared, 'config' | 'recorder' | 'wheel' | 'resolver' | 'nowUs' | 'random'>,
  anySecure: boolean,
): NativeShared {
  const { caPem } = base.config.tls;
  return {
    ...base,
    secureContext: anySecure ? tls.createSecureContext(caPem === null ? {} : { ca: caPem }) : null,
    onread: { buffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES), callback: onRead },
  };
}

/** The socket's callbacks find their transport on the socket itself: no closure for any connection. */
interface BoundSocket extends net.Socket {
  stompede?: NativeTransport | null;
}

function onRead(this: unknown, length: number, bytes: Uint8Array): boolean {
  (this as BoundSocket).stompede?.read(bytes as Buffer, length);
  return true;
}

function onConnect(this: BoundSocket): void {
  this.stompede?.tcpConnected();
}

function onSecureConnect(this: BoundSocket): void {
  this.stompede?.tlsConnected();
}

function onDrain(this: BoundSocket): void {
  this.stompede?.drained();
}

function onEnd(this: BoundSocket): void {
  this.stompede?.tcpEnded();
}

function onError(this: BoundSocket, error: Error): void {
  this.stompede?.socketFailed(error);
}

/** The MESSAGE that is being told of. Most headers are never asked for, so that they are not read before. */
class CurrentMessage implements ReceivedMessage {
  subscription = '';
  stamp: Stamp | null = null;
  frame: StompFrame | null = null;

  get ackId(): string | null {
    return this.frame?.header('ack') ?? this.frame?.header('message-id') ?? null;
  }
}

// Read by one MESSAGE at a time, within one call: shared by the whole thread.
const stamp: Stamp = { run: 0, publisher: 0, seq: 0, sentUs: 0, lagUs: 0 };
const received = new CurrentMessage();

/** Our own wire path: a socket, the upgrade, RFC 6455 and STOMP, with next to nothing kept for each connection. */
export class NativeTransport extends WheelEntry implements Transport, WebSocketSink, StompSink {
  readonly #shared: NativeShared;
  readonly #endpoint: Endpoint;
  readonly #listener: TransportListener;
  #socket: BoundSocket | null = null;
  #addresses: readonly string[] = [];
  #tried = 0;
  /** Of the upgrade that is under way. */
  #key = '';
  #tcpConnected = false;
  #handshake: HandshakeReader | null = null;
  #webSocket: WebSocketReader | null = null;
  #stomp: StompReader | null = null;
  #heartbeat: Heartbeat | null = null;
  #subprotocol: string | null = null;
  #readUs = 0;
  #closeSent = false;
  #destroyed = false;

  constructor(shared: NativeShared, endpoint: Endpoint, listener: TransportListener) {
    super();
    this.#shared = shared;
    this.#endpoint = endpoint;
    this.#listener = listener;
  }

  open(): void {
    const { named, host } = this.#endpoint;
    const known = named ? this.#shared.resolver.cached(host) : [host];
    if (known !== undefined) {
      this.#addresses = known;
      this.#listener.onPhase('tcp', this.#shared.nowUs());
      this.#connect();
      return;
    }
    this.#listener.onPhase('dns', this.#shared.nowUs());
    this.#shared.resolver.resolve(host, (resolution) => {
      if (this.#destroyed) return;
      const atUs = this.#shared.nowUs();
      if (!resolution.ok) {
        this.#fact({ type: 'system', code: resolution.code, message: resolution.message }, atUs);
        return;
      }
      this.#addresses = resolution.addresses;
      this.#listener.onPhase('tcp', atUs);
      this.#connect();
    });
  }

  #connect(): void {
    if (this.#destroyed) return;
    const host = this.#addresses[this.#tried] ?? this.#endpoint.host;
    const { port, secure } = this.#endpoint;
    const { onread } = this.#shared;
    const options = { host, port, onread };
    const socket: BoundSocket = secure
      ? tls.connect({ ...options, ...this.#tlsOptions() })
      : net.connect(options);
    this.#socket = socket;
    socket.stompede = this;
    socket.setNoDelay(true);
    socket.on('connect', onConnect);
    if (secure) socket.on('secureConnect', onSecureConnect);
    socket.on('drain', onDrain);
    socket.on('end', onEnd);
    socket.on('error', onError);
  }

  #tlsOptions(): tls.ConnectionOptions {
    const { tls: plan } = this.#shared.config;
    const servername = plan.servername ?? (this.#endpoint.named ? this.#endpoint.host : undefined);
    return {
      rejectUnauthorized: !plan.insecure,
      ALPNProtocols: ['http/1.1'],
      ...(this.#shared.secureContext === null ? {} : { secureContext: this.#shared.secureContext }),
      ...(servername === undefined ? {} : { servername }),
    };
  }

  tcpConnected(): void {
    this.#tcpConnected = true;
    const { named, host, secure } = this.#endpoint;
    if (named && this.#tried > 0) this.#shared.resolver.prefer(host, this.#addresses[this.#tried] ?? '');
    if (secure) this.#listener.onPhase('tls', this.#shared.nowUs());
    else this.#upgrade();
  }

  tlsConnected(): void {
    this.#upgrade();
  }

  #upgrade(): void {
    const { config, nowUs } = this.#shared;
    const { path, hostHeader, authorization } = this.#endpoint;
    this.#listener.onPhase('upgrade', nowUs());
    if (this.#destroyed) return;
    this.#key = newKey();
    this.#handshake = new HandshakeReader();
    const headers =
      authorization === null
        ? config.upgradeHeaders
        : { Authorization: authorization, ...config.upgradeHeaders };
    this.#write(encodeUpgrade({ path, hostHeader, subprotocols: config.subprotocols, headers }, this.#key));
  }

  read(bytes: Buffer, length: number): void {
    const atUs = this.#shared.nowUs();
    this.#readUs = atUs;
    this.#shared.recorder.counts.bytesReceived += length;
    if (this.#heartbeat !== null) this.#heartbeat.lastReadUs = atUs;
    if (this.#webSocket !== null) this.#webSocket.push(bytes, 0, length, this);
    else if (this.#handshake !== null) this.#readHandshake(this.#handshake, bytes, length);
  }

  #readHandshake(handshake: HandshakeReader, bytes: Buffer, length: number): void {
    const { config } = this.#shared;
    const answer = handshake.push(bytes, 0, length);
    if (answer === undefined) return;
    if (!('status' in answer)) {
      this.onFault(answer);
      return;
    }
    if (answer.status !== 101) {
      this.#fact({ type: 'status', status: answer.status, reason: answer.reason }, this.#readUs);
      return;
    }
    const check = checkUpgrade(answer, this.#key, config.subprotocols);
    if (!check.ok) {
      this.#fact({ type: 'refusal', message: check.message }, this.#readUs);
      return;
    }
    this.#subprotocol = check.subprotocol;
    this.#handshake = null;
    this.#key = '';
    this.#webSocket = new WebSocketReader(config.maxMessageBytes);
    this.#stomp = new StompReader(config.maxMessageBytes);
    this.#listener.onOpened(this.#readUs);
    if (this.#destroyed) return;
    this.#listener.onPhase('connect', this.#readUs);
    this.#sendConnect();
    // The server may have sent frames in the same packet.
    if (answer.consumed < length) this.#webSocket.push(bytes, answer.consumed, length, this);
  }

  #sendConnect(): void {
    const { config } = this.#shared;
    const headers: [string, string][] = [
      ['accept-version', config.versions.join(',')],
      ['host', config.stompHost],
      ['heart-beat', `${config.heartbeatSendMs},${config.heartbeatReceiveMs}`],
    ];
    if (config.login !== null) headers.push(['login', config.login]);
    if (config.passcode !== null) headers.push(['passcode', config.passcode]);
    headers.push(...Object.entries(config.connectHeaders));
    this.#writeStomp('CONNECT', headers);
  }

  onMessage(bytes: Buffer, start: number, end: number): void {
    this.#stomp?.push(bytes, start, end, this);
  }

  onPing(bytes: Buffer, start: number, end: number): void {
    // Who pings and doesn't read gets no Pong until it reads again: RFC 6455 section 5.5.3 asks for the last one only.
    const unreadBytes = this.#socket?.writableLength ?? 0;
    if (unreadBytes < MAX_UNREAD_BYTES) this.#write(encodeFrame(OPCODE.pong, bytes.subarray(start, end)));
  }

  onPong(): void {
    // We send no Ping: the heart-beats of STOMP say the same.
  }

  onClose(code: number, reason: string): void {
    if (!this.#closeSent) this.#sendClose(code === 1005 ? null : code);
    this.#listener.onCloseFrame(code, reason, this.#readUs);
  }

  onFault(fault: WireFault): void {
    this.#fact({ type: 'fault', code: fault.code, message: fault.message }, this.#readUs);
  }

  onStompFault(fault: WireFault): void {
    this.onFault(fault);
  }

  onHeartBeat(): void {
    // That bytes came is all it says, and read() has noted it.
  }

  onFrame(frame: StompFrame): void {
    switch (frame.command) {
      case COMMAND.MESSAGE:
        this.#message(frame);
        return;
      case COMMAND.RECEIPT:
        this.#listener.onReceipt(frame.header('receipt-id') ?? '', this.#readUs);
        return;
      case COMMAND.CONNECTED:
        this.#connected(frame);
        return;
      default:
        this.#fact({ type: 'error-frame', message: describeError(frame) }, this.#readUs);
    }
  }

  #message(frame: StompFrame): void {
    received.subscription = frame.header('subscription') ?? '';
    received.stamp = this.#stampOf(frame) ? stamp : null;
    received.frame = frame;
    this.#listener.onMessage(received, this.#readUs);
    received.frame = null;
  }

  #stampOf(frame: StompFrame): boolean {
    if (readStamp(frame.bytes, frame.bodyStart, frame.bodyEnd, stamp)) return true;
    const header = frame.header(STAMP_HEADER);
    return header !== undefined && readStamp(Buffer.from(header, 'latin1'), 0, header.length, stamp);
  }

  #connected(frame: StompFrame): void {
    const { config, random, wheel } = this.#shared;
    const version = frame.header('version') ?? '1.0';
    if (!isOffered(version, config.versions)) {
      this.#fact({ type: 'fault', code: 'stomp-version', message: notOffered(version) }, this.#readUs);
      return;
    }
    if (this.#stomp !== null) this.#stomp.version = version;
    const own = { sendMs: config.heartbeatSendMs, receiveMs: config.heartbeatReceiveMs };
    const agreed = negotiateHeartbeat(own, frame.header('heart-beat'));
    if (agreed.sendMs > 0 || agreed.receiveMs > 0) {
      this.#heartbeat = new Heartbeat(agreed, this.#readUs, random());
      wheel.arm(this, this.#heartbeat.nextUs());
    }
    const info = {
      version,
      software: frame.header('server') ?? null,
      subprotocol: this.#subprotocol,
      heartbeatSendMs: agreed.sendMs,
      heartbeatReceiveMs: agreed.receiveMs,
    };
    this.#listener.onConnected(info, this.#readUs);
  }

  override onWheel(nowUs: number): void {
    if (this.#heartbeat === null || this.#destroyed) return;
    const forMs = this.#heartbeat.silentMs(nowUs);
    if (forMs > 0) {
      this.#fact({ type: 'silence', forMs }, nowUs);
      return;
    }
    if (this.#heartbeat.sendDue(nowUs)) this.#write(encodeText(HEART_BEAT));
    this.#shared.wheel.arm(this, this.#heartbeat.nextUs());
  }

  subscribe({ id, destination, ack, receipt, headers }: Subscription): void {
    const lines: [string, string][] = [
      ['id', id],
      ['destination', destination],
      ['ack', ack],
    ];
    if (receipt !== null) lines.push(['receipt', receipt]);
    this.#writeStomp('SUBSCRIBE', [...lines, ...Object.entries(headers)]);
  }

  unsubscribe(id: string, receipt: string | null): void {
    const lines: [string, string][] = [['id', id]];
    if (receipt !== null) lines.push(['receipt', receipt]);
    this.#writeStomp('UNSUBSCRIBE', lines);
  }

  ack(subscription: string, ackId: string): void {
    const lines: [string, string][] =
      this.#stomp?.version === '1.2'
        ? [['id', ackId]]
        : [
            ['message-id', ackId],
            ['subscription', subscription],
          ];
    this.#writeStomp('ACK', lines);
    const unreadBytes = this.#socket?.writableLength ?? 0;
    if (unreadBytes <= MAX_UNREAD_BYTES) return;
    const message = `${unreadBytes} bytes of ACK frames that the server does not read`;
    this.#fact({ type: 'fault', code: 'stomp-unread', message }, this.#readUs);
  }

  send({ destination, headers, contentType, receipt, body }: OutgoingMessage): boolean {
    const lines: [string, string][] = [
      ['destination', destination],
      ['content-type', contentType],
    ];
    if (receipt !== null) lines.push(['receipt', receipt]);
    return this.#writeStomp('SEND', [...lines, ...Object.entries(headers)], body);
  }

  disconnect(receipt: string): void {
    this.#writeStomp('DISCONNECT', [['receipt', receipt]]);
  }

  close(): void {
    if (!this.#closeSent) this.#sendClose(1000);
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#shared.wheel.disarm(this);
    this.#webSocket?.stop();
    this.#stomp?.stop();
    this.#handshake = null;
    const socket = this.#socket;
    if (socket === null) return;
    socket.stompede = null;
    socket.destroy();
  }

  drained(): void {
    this.#listener.onDrain();
  }

  tcpEnded(): void {
    this.#listener.onEnd(this.#shared.nowUs());
    this.destroy();
  }

  socketFailed(error: Error): void {
    const code = systemCode(error) ?? 'UNKNOWN';
    // A name with several addresses counts as refused only when all of them refuse.
    if (!this.#tcpConnected && this.#tried + 1 < this.#addresses.length && isAddressError(code)) {
      this.#tried++;
      if (this.#socket !== null) this.#socket.stompede = null;
      this.#connect();
      return;
    }
    this.#fact({ type: 'system', code, message: messageOf(error) }, this.#shared.nowUs());
  }

  // No heart-beat may follow a Close frame (RFC 6455 section 5.5.1), and none is owed after it.
  #sendClose(code: number | null): void {
    this.#closeSent = true;
    this.#shared.wheel.disarm(this);
    this.#heartbeat = null;
    this.#write(encodeClose(code));
  }

  #writeStomp(command: string, headers: readonly (readonly [string, string])[], body?: Buffer): boolean {
    if (this.#closeSent) return true;
    const version = this.#stomp?.version ?? '1.2';
    let frame: Buffer;
    try {
      frame = encodeFrame(OPCODE.text, encodeStomp(command, headers, version, body));
    } catch (error) {
      // An id of the server's that no frame can carry, or a header of ours in the version that the server has chosen.
      this.#fact({ type: 'fault', code: 'stomp-header', message: messageOf(error) }, this.#shared.nowUs());
      return true;
    }
    return this.#write(frame);
  }

  #write(frame: Buffer): boolean {
    const socket = this.#socket;
    if (socket === null || this.#destroyed) return true;
    if (this.#heartbeat !== null) this.#heartbeat.lastWriteUs = this.#shared.nowUs();
    this.#shared.recorder.counts.bytesSent += frame.length;
    return socket.write(frame);
  }

  #fact(fact: Fact, atUs: number): void {
    if (!this.#destroyed) this.#listener.onFact(fact, atUs);
    this.destroy();
  }
}

/** Errors after which another address of the same name may still answer. */
function isAddressError(code: string): boolean {
  return (
    code === 'ECONNREFUSED' || code.endsWith('UNREACH') || code === 'ETIMEDOUT' || code === 'EADDRNOTAVAIL'
  );
}

const MAX_ERROR_BODY_BYTES = 300;

/** An ERROR frame for people: its message header, and the start of its body where it says more. */
function describeError(frame: StompFrame): string {
  const message = frame.header('message') ?? '';
  const bodyEnd = Math.min(frame.bodyEnd, frame.bodyStart + MAX_ERROR_BODY_BYTES);
  const body = frame.bytes.toString('utf8', frame.bodyStart, bodyEnd).trim();
  if (message === '' || body === message) return body === '' ? 'ERROR without a message' : body;
  return body === '' ? message : `${message}: ${body}`;
}
