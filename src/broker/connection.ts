import type { Duplex } from 'node:stream';
import { WebSocket, type RawData } from 'ws';
import { shortReason } from './close-reason.js';
import { holdingTimers, type Holding } from './faults/holding-faults.js';
import { reset } from './faults/gate.js';
import { FrameReader } from './frame-reader.js';
import { ConnectDeadline, ExpectBeat, SendBeat, type Beating } from './heartbeats.js';
import type { ConnectionAccount, Side } from './ledger/connection-account.js';
import type { Agreement } from './negotiation.js';
import type { Flushable, Outbox } from './outbox.js';
import { Session, type SessionContext, type SessionLink } from './session.js';
import type { TimerWheel, WheelTimer } from './timer-wheel.js';
import { CLOSE, Violation, type CloseCode } from './violation.js';
import { HEARTBEAT, type FrameEnd, type WireFrame } from './wire-frame.js';

/** What all connections of one broker share. */
export interface ConnectionContext extends SessionContext {
  readonly wheel: TimerWheel;
  readonly outbox: Outbox;
}

/**
 * One WebSocket connection and the session on it. Everything goes through here: each frame that comes in through
 * `#receive`, each that goes out through `send`, and the end through `close` and `#ended`.
 */
export class Connection implements SessionLink, Flushable, Beating, Holding {
  lastSentMs: number;
  readonly account: ConnectionAccount | null;
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  readonly #context: ConnectionContext;
  readonly #reader: FrameReader;
  readonly #session: Session;
  readonly #compressed: boolean;
  #lastReceivedMs: number;
  #timers: WheelTimer[];
  /** Sent and not yet written; the first apart, because it is mostly the only one. */
  #first: WireFrame | undefined;
  #more: WireFrame[] | undefined;
  #waitingBytes = 0;
  #cutOff: string | undefined;
  #closed = false;
  /** What comes while CONNECT is not answered yet, or while it is held back; undefined at all other times. */
  #held: Buffer[] | undefined;
  #heldBack = false;
  #heldBytes = 0;
  /** Fallen silent, on purpose: nothing is sent any more, and nothing read. */
  #silent = false;

  /**
   * `socket` is the one below `webSocket`; `account` null in a broker that keeps none; `onEnded` is called once, when
   * the WebSocket is closed.
   */
  constructor(
    webSocket: WebSocket,
    socket: Duplex,
    context: ConnectionContext,
    account: ConnectionAccount | null,
    onEnded: () => void,
  ) {
    const { wheel, config } = context;
    this.account = account;
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#context = context;
    this.#compressed = webSocket.extensions.includes('permessage-deflate');
    this.#reader = new FrameReader(config.limits);
    this.#session = new Session(this, context);
    this.#lastReceivedMs = wheel.nowMs;
    this.lastSentMs = wheel.nowMs;
    this.#timers = [
      new ConnectDeadline(wheel, config.limits.connectMs, () => this.#fail('no CONNECT in time')),
    ];
    webSocket.on('message', (data) => this.#receive(data));
    webSocket.on('close', (code) => {
      this.#noteEnd('client', code);
      this.#ended();
      onEnded();
    });
    // ws has answered with a close frame of the right code, and 'close' follows.
    webSocket.on('error', () => undefined);
  }

  /** One that is not read cannot be blamed for its silence. */
  get lastReceivedMs(): number {
    return this.#heldBack ? this.#context.wheel.nowMs : this.#lastReceivedMs;
  }

  get bufferedBytes(): number {
    const below = this.#compressed ? this.#webSocket.bufferedAmount : this.#socket.writableLength;
    return this.#waitingBytes + below;
  }

  send(frame: WireFrame): void {
    if (this.#closed || this.#silent) {
      frame.fate?.settle(this.#silent ? 'withheld' : 'undelivered');
      return;
    }
    if (this.#first === undefined) {
      this.#first = frame;
      this.#context.outbox.add(this);
    } else {
      (this.#more ??= []).push(frame);
    }
    this.#waitingBytes += frame.bytes.length;
    this.#context.outbox.count();
  }

  sendAtOnce(frame: WireFrame): boolean {
    const canSend = !this.#closed && !this.#silent && this.#webSocket.readyState === WebSocket.OPEN;
    this.send(frame);
    this.flush();
    return canSend;
  }

  cutOff(reason: string): void {
    if (this.#cutOff !== undefined) return;
    this.#cutOff = reason;
    this.#context.outbox.add(this);
  }

  /** Writes what was sent, in one system call as far as possible. */
  flush(): void {
    this.#write();
    if (this.#closed || this.#silent) return;
    if (this.bufferedBytes > this.#context.config.limits.bufferedBytes) this.cutOffSlowConsumer();
    else if (this.#cutOff !== undefined) this.#fail(this.#cutOff);
  }

  /** The ERROR waits behind all the rest: it may never arrive, the end of the connection does. */
  cutOffSlowConsumer(): void {
    this.#context.counters.slowConsumers++;
    this.#fail('slow consumer: too much is waiting to be read');
  }

  /** RFC 6455 §7.1.2. A client that does not answer is dropped by ws after its close timeout. */
  close(code: number, reason: string): void {
    if (this.#closed) return;
    this.#write();
    this.#noteEnd('broker', code);
    this.#webSocket.close(code, shortReason(reason));
    this.#ended();
  }

  /** The session is over, and the connection is left to the client. */
  stay(): void {
    this.#cancelTimers();
  }

  /** The answer to CONNECT is put off: whatever comes before it waits. */
  hold(): void {
    this.#cancelTimers();
    this.#held = [];
    this.#webSocket.pause();
  }

  /** No more than what ws has read already comes now: a part of one read. Heart-beats go on. */
  holdBack(): void {
    if (this.#closed || this.#held !== undefined) return;
    this.#heldBack = true;
    this.#held = [];
    this.#webSocket.pause();
  }

  resume(): void {
    const held = this.#held;
    if (held === undefined || this.#closed) return;
    if (this.#heldBack) this.#lastReceivedMs = this.#context.wheel.nowMs;
    this.#heldBack = false;
    this.#held = undefined;
    this.#heldBytes = 0;
    // The rest of the WebSocket message in which CONNECT came is still in the reader.
    this.#readFrames();
    for (const data of held) this.#take(data);
    if (!this.#isHeld) this.#webSocket.resume();
  }

  /** Ends it with an RST. */
  reset(): void {
    if (this.#closed) return;
    if (this.account !== null) this.#context.faults?.ledger.end(this.account, 'broker', 'reset');
    this.#ended();
    reset(this.#socket);
  }

  /** From now on it is half open: it looks alive, and nothing goes out or comes in. */
  silence(): void {
    if (this.#closed || this.#silent) return;
    this.#write();
    this.#silent = true;
    this.#cancelTimers();
    this.#webSocket.pause();
    // Node reads the client's FIN all the same, and ws would answer it.
    this.#socket.removeAllListeners('end');
    if (this.account !== null) this.#context.faults?.ledger.silence(this.account);
  }

  stopBeating(): void {
    this.#cancelTimers((timer) => timer instanceof SendBeat);
  }

  terminate(): void {
    this.#ended();
    this.#webSocket.terminate();
  }

  agreed(agreement: Agreement): void {
    const { wheel } = this.#context;
    this.#cancelTimers();
    this.#reader.dialect = agreement.version;
    if (agreement.sendMs > 0) this.#timers.push(new SendBeat(wheel, this, agreement.sendMs));
    if (agreement.receiveMs > 0) this.#timers.push(new ExpectBeat(wheel, this, agreement.receiveMs));
    const { faults } = this.#context;
    if (faults === null || this.account === null) return;
    this.#timers.push(...holdingTimers(faults, wheel, this.account, this));
  }

  beat(): void {
    this.send(HEARTBEAT);
  }

  silent(): void {
    this.#context.counters.silentClients++;
    this.#fail('no heart-beat in time', CLOSE.protocol);
  }

  get #isHeld(): boolean {
    return this.#held !== undefined;
  }

  #receive(data: RawData): void {
    if (this.#closed || this.#silent) return;
    // With binaryType nodebuffer, the default, ws hands over nothing else.
    if (!Buffer.isBuffer(data)) throw new Error('a WebSocket message that is not a Buffer');
    this.#lastReceivedMs = this.#context.wheel.nowMs;
    this.#context.counters.bytesIn += data.length;
    this.#take(data);
  }

  #take(data: Buffer): void {
    // A session that is over while its connection stays has no use for it.
    if (this.#closed || this.#session.over) return;
    if (this.#held === undefined) {
      this.#reader.push(data);
      this.#readFrames();
    } else {
      // What ws had already taken from the socket when that was paused.
      this.#held.push(data);
      this.#heldBytes += data.length;
      if (!this.#heldBack && this.#heldBytes > this.#context.config.limits.frameBytes)
        this.#fail('too much before CONNECTED');
    }
  }

  #readFrames(): void {
    try {
      for (let frame = this.#reader.next(); frame !== undefined; frame = this.#reader.next()) {
        this.#session.handle(frame);
        this.#context.outbox.relieve();
        if (this.#session.over || this.#held !== undefined) return;
      }
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.#session.fail(error);
    }
  }

  #write(): void {
    const first = this.#first;
    if (first === undefined) return;
    const more = this.#more;
    this.#context.counters.bytesOut += this.#waitingBytes;
    this.#first = undefined;
    this.#more = undefined;
    this.#waitingBytes = 0;
    this.lastSentMs = this.#context.wheel.nowMs;
    if (this.#webSocket.readyState !== WebSocket.OPEN) {
      settleAll('undelivered', first, more);
      return;
    }
    if (this.#compressed) {
      this.#compress(first);
      for (const frame of more ?? []) this.#compress(frame);
    } else if (more === undefined) {
      // Whole frames, straight to the socket: ws writes its own frames, control frames, in whole as well.
      this.#socket.write(first.bytes);
    } else {
      this.#socket.cork();
      this.#socket.write(first.bytes);
      for (const frame of more) this.#socket.write(frame.bytes);
      this.#socket.uncork();
    }
    settleAll('written', first, more);
  }

  #compress(frame: WireFrame): void {
    this.#webSocket.send(frame.bytes.subarray(frame.payloadStart), { binary: frame.binary });
  }

  /** RFC 6455 §7.1.5: 1006 stands for no close frame at all. */
  #noteEnd(by: Side, code: number): void {
    if (this.account === null) return;
    const isGone = by === 'client' && code === 1006;
    this.#context.faults?.ledger.end(this.account, by, isGone ? 'gone' : 'close', isGone ? 0 : code);
  }

  #fail(message: string, code: CloseCode = CLOSE.policy): void {
    this.#session.fail(new Violation(message, code));
  }

  #ended(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelTimers();
    if (this.#first !== undefined) settleAll('undelivered', this.#first, this.#more);
    this.#first = undefined;
    this.#more = undefined;
    this.#waitingBytes = 0;
    this.#held = undefined;
    this.#session.ended();
  }

  #cancelTimers(which: (timer: WheelTimer) => boolean = () => true): void {
    for (const timer of this.#timers) if (which(timer)) this.#context.wheel.cancel(timer);
    this.#timers = this.#timers.filter((timer) => !which(timer));
  }
}

function settleAll(end: FrameEnd, first: WireFrame, more: readonly WireFrame[] | undefined): void {
  first.fate?.settle(end);
  if (more !== undefined) for (const frame of more) frame.fate?.settle(end);
}
