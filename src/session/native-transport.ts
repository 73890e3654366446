import type { Recorder } from '../metrics/recorder.js';
import { messageOf } from '../shared/errors.js';
import { type TcpHandles, tcpHandles } from '../shared/tcp-handle.js';
import { addressText } from '../shared/ip-address.js';
import type { WireFault } from '../wire/fault.js';
import { HandshakeReader, checkUpgrade, newKey, upgradeEncoder } from '../wire/handshake.js';
import {
  COMMAND,
  type StompFrame,
  StompReader,
  type StompSink,
  type StompVersion,
} from '../wire/stomp-reader.js';
import { HEART_BEAT, encodeStomp } from '../wire/stomp-writer.js';
import { WebSocketReader, type WebSocketSink } from '../wire/websocket-reader.js';
import { OPCODE, encodeClose, encodeFrame, encodeText } from '../wire/websocket-writer.js';
import type { Endpoint } from './endpoint.js';
import type { Fact } from './fact.js';
import { Heartbeat, negotiateHeartbeat } from './heartbeat.js';
import { SharedFrames, ackHeaders, describeError, sendHeaders } from './native-frames.js';
import type { LoopClock } from './loop-clock.js';
import { NativeSocket, type SocketOwner, type SocketShared, socketShared } from './native-socket.js';
import { isOffered, notOffered } from './offered-version.js';
import { STAMP_HEADER, type StampRead, newStamp, readHeaderStamp, readStamp } from './stamp.js';
import { type TimerWheel, WheelEntry } from './timer-wheel.js';
import type {
  OutgoingMessage,
  ReceivedMessage,
  Subscription,
  Transport,
  TransportConfig,
  TransportListener,
} from './transport.js';

/** What may wait in a socket for a server that sends messages and does not read their ACKs. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/** What all native transports of a thread share. */
export interface NativeShared {
  readonly config: TransportConfig;
  readonly recorder: Recorder;
  readonly wheel: TimerWheel;
  readonly nowUs: () => number;
  readonly loopClock: LoopClock;
  readonly random: () => number;
  readonly socket: SocketShared;
  readonly frames: SharedFrames;
  /** By the endpoint: writes its upgrade requests. */
  readonly upgrades: WeakMap<Endpoint, (key: string) => Buffer>;
}

export function nativeShared(
  base: Omit<NativeShared, 'socket' | 'frames' | 'upgrades'> &
    Pick<SocketShared, 'resolver'> &
    Partial<Pick<SocketShared, 'sources'>>,
  anySecure: boolean,
  handles: TcpHandles | null = tcpHandles(),
): NativeShared {
  const { resolver, sources = null, recorder, nowUs, config } = base;
  return {
    ...base,
    socket: socketShared({ tls: config.tls, resolver, sources, recorder, nowUs }, anySecure, handles),
    frames: new SharedFrames(config),
    upgrades: new WeakMap(),
  };
}

/** The MESSAGE that is being told of. Most headers are never asked for, so that they are not read before. */
class CurrentMessage implements ReceivedMessage {
  stamp: StampRead = null;
  frame: StompFrame | null = null;
  /** Of the message before: mostly that of the next one, too. */
  #last = '';

  get subscription(): string {
    return (this.#last = this.frame?.headerOr(this.#last, 'subscription') ?? '');
  }

  get ackId(): string | null {
    return this.frame?.header('ack') ?? this.frame?.header('message-id') ?? null;
  }
}

// Read by one MESSAGE at a time, within one call: shared by the whole thread.
const stamp = newStamp();
const received = new CurrentMessage();

function stampIn(frame: StompFrame): StampRead {
  const found = readStamp(frame.bytes, frame.bodyStart, frame.bodyEnd, stamp);
  return found === 'good' ? stamp : readHeaderStamp(found, frame.header(STAMP_HEADER), stamp);
}

/** Our own wire path: a socket, the upgrade, RFC 6455 and STOMP, with next to nothing kept for each connection. */
export class NativeTransport extends WheelEntry implements Transport, SocketOwner, WebSocketSink, StompSink {
  readonly #shared: NativeShared;
  readonly #endpoint: Endpoint;
  readonly #listener: TransportListener;
  readonly #socket: NativeSocket;
  /** Of the upgrade that is under way. */
  #key = '';
  #handshake: HandshakeReader | null = null;
  #webSocket: WebSocketReader | null = null;
  #stomp: StompReader | null = null;
  #heartbeat: Heartbeat | null = null;
  #subprotocol: string | null = null;
  lastWriteUs = 0;
  #closeSent = false;
  #destroyed = false;

  constructor(shared: NativeShared, endpoint: Endpoint, listener: TransportListener) {
    super();
    this.#shared = shared;
    this.#endpoint = endpoint;
    this.#listener = listener;
    this.#socket = new NativeSocket(shared.socket, endpoint, this);
  }

  open(): void {
    this.#socket.open();
  }

  /** Of the read that is under way. */
  get #readUs(): number {
    return this.#shared.loopClock.stampUs;
  }

  onOpening(phase: 'dns' | 'tcp' | 'tls', atUs: number): void {
    this.#listener.onPhase(phase, atUs);
  }

  onAddress(host: string, source: string | null, instead: boolean): void {
    this.#listener.onAddress(addressText(host, this.#endpoint.port), source, instead);
  }

  onReady(): void {
    this.#upgrade();
  }

  #upgrade(): void {
    this.#listener.onPhase('upgrade', this.#shared.nowUs());
    if (this.#destroyed) return;
    this.#key = newKey();
    this.#handshake = new HandshakeReader();
    this.#write(this.#upgradeEncoder()(this.#key));
  }

  #upgradeEncoder(): (key: string) => Buffer {
    const { config, upgrades } = this.#shared;
    const known = upgrades.get(this.#endpoint);
    if (known !== undefined) return known;
    const { path, hostHeader, authorization } = this.#endpoint;
    const headers =
      authorization === null
        ? config.upgradeHeaders
        : { Authorization: authorization, ...config.upgradeHeaders };
    const encode = upgradeEncoder({ path, hostHeader, subprotocols: config.subprotocols, headers });
    upgrades.set(this.#endpoint, encode);
    return encode;
  }

  onBytes(bytes: Buffer, length: number): void {
    const atUs = this.#shared.nowUs();
    this.#shared.loopClock.stamped(atUs);
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
    if (check.subprotocol === null && config.subprotocols.length > 0) {
      // Browsers and ws fail such a connection (WHATWG WebSockets, "establish a WebSocket connection"): so would users.
      const message = 'the server chose none of the subprotocols; connect.subprotocols: [] offers none';
      this.#fact({ type: 'refusal', message }, this.#readUs);
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
    this.#writeStomp(() => this.#shared.frames.connect());
    // The server may have sent frames in the same packet.
    if (answer.consumed < length) this.#webSocket.push(bytes, answer.consumed, length, this);
  }

  onMessage(bytes: Buffer, start: number, end: number): void {
    this.#stomp?.push(bytes, start, end, this);
  }

  onPing(bytes: Buffer, start: number, end: number): void {
    // Who pings and doesn't read gets no Pong until it reads again: RFC 6455 section 5.5.3 asks for the last one only.
    if (this.#socket.waitingBytes < MAX_UNREAD_BYTES)
      this.#write(encodeFrame(OPCODE.pong, bytes.subarray(start, end)));
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
    received.stamp = stampIn(frame);
    received.frame = frame;
    this.#listener.onMessage(received, this.#readUs);
    received.frame = null;
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
      heartbeatOffered: frame.header('heart-beat') ?? null,
      heartbeatSendMs: agreed.sendMs,
      heartbeatReceiveMs: agreed.receiveMs,
    };
    this.#listener.onConnected(info, this.#readUs);
  }

  override onWheel(untilUs: number): void {
    if (this.#heartbeat === null || this.#destroyed) return;
    const forMs = this.#heartbeat.silentMs(untilUs);
    if (forMs > 0) {
      this.#fact({ type: 'silence', forMs }, this.#shared.nowUs());
      return;
    }
    if (this.#heartbeat.sendDue(untilUs)) this.#write(encodeText(HEART_BEAT));
    this.#shared.wheel.arm(this, this.#heartbeat.nextUs());
  }

  subscribe(subscription: Subscription): void {
    this.#writeStomp((version) => this.#shared.frames.subscribe(subscription, version));
  }

  unsubscribe(id: string, receipt: string | null): void {
    this.#writeStomp((version) => this.#shared.frames.unsubscribe(id, receipt, version));
  }

  ack(subscription: string, ackId: string): void {
    this.#writeStomp((version) => encodeStomp('ACK', ackHeaders(version, subscription, ackId), version));
    const { waitingBytes } = this.#socket;
    if (waitingBytes <= MAX_UNREAD_BYTES) return;
    const message = `${waitingBytes} bytes of ACK frames that the server does not read`;
    this.#fact({ type: 'fault', code: 'stomp-unread', message }, this.#readUs);
  }

  send(message: OutgoingMessage): boolean {
    return this.#writeStomp((version) => encodeStomp('SEND', sendHeaders(message), version, message.body));
  }

  disconnect(receipt: string): void {
    this.#writeStomp((version) => this.#shared.frames.disconnect(receipt, version));
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
    this.#socket.destroy();
  }

  onDrain(): void {
    this.#listener.onDrain();
  }

  onTcpEnd(atUs: number): void {
    if (this.#closeSent) {
      this.#ended(atUs);
      return;
    }
    this.#socket.askHowItEnded((reset) => {
      if (this.#destroyed) return;
      // Behind writes that wait, the answer comes turns later: the moment of the end may have been handed over by then.
      const toldUs = this.#shared.nowUs();
      if (reset === null) this.#ended(toldUs);
      else this.#fact(reset, toldUs);
    });
  }

  #ended(atUs: number): void {
    this.#listener.onEnd(atUs);
    this.destroy();
  }

  onSocketFact(fact: Fact, atUs: number): void {
    this.#fact(fact, atUs);
  }

  // No heart-beat may follow a Close frame (RFC 6455 section 5.5.1), and none is owed after it.
  #sendClose(code: number | null): void {
    this.#closeSent = true;
    this.#shared.wheel.disarm(this);
    this.#heartbeat = null;
    this.#write(encodeClose(code));
  }

  #writeStomp(encode: (version: StompVersion) => Buffer): boolean {
    if (this.#closeSent) return true;
    let frame: Buffer;
    try {
      frame = encodeFrame(OPCODE.text, encode(this.#stomp?.version ?? '1.2'));
    } catch (error) {
      // An id of the server's that no frame can carry, or a header of ours in the version that the server has chosen.
      this.#fact({ type: 'fault', code: 'stomp-header', message: messageOf(error) }, this.#shared.nowUs());
      return true;
    }
    return this.#write(frame);
  }

  #write(frame: Buffer): boolean {
    if (this.#destroyed) return true;
    // The answer to a Close frame says nothing of how idle we were before.
    if (!this.#closeSent) this.lastWriteUs = this.#shared.nowUs();
    if (this.#heartbeat !== null) this.#heartbeat.lastWriteUs = this.lastWriteUs;
    this.#shared.recorder.counts.bytesSent += frame.length;
    return this.#socket.write(frame);
  }

  #fact(fact: Fact, atUs: number): void {
    if (!this.#destroyed) this.#listener.onFact(fact, atUs);
    this.destroy();
  }
}
