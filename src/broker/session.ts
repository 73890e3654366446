import { Acknowledgements } from './acknowledgements.js';
import { AnswersInTurn, type Brake } from './cluster/answers-in-turn.js';
import type { Relay } from './cluster/relay.js';
import type { Counters } from './counters.js';
import type { Exchange } from './exchange.js';
import type { FaultContext } from './faults/fault-context.js';
import { SessionFaults, type FaultySession } from './faults/session-faults.js';
import type { Dialect, Frame, StompVersion } from './frame.js';
import { negotiate, VERSIONS, type Agreement } from './negotiation.js';
import type { BrokerConfig } from './options.js';
import { required } from './required.js';
import { ACK_MODES, Subscription, type AckMode, type Outlet } from './subscription.js';
import { Transactions } from './transactions.js';
import { CLOSE, quoted, Violation } from './violation.js';
import { encodeFrame, type ServerCommand, type WireFrame } from './wire-frame.js';

/** What a session needs of its connection. */
export interface SessionLink extends Outlet, Brake {
  /** Ends the connection once everything sent so far is on its way. `ended` comes back, perhaps at once. */
  close(code: number, reason: string): void;
  /** The session is over, and its connection is left to the client. */
  stay(): void;
  /** CONNECT has come, and is answered later: no further frame is handled until `resume`. */
  hold(): void;
  /** The versions and intervals are agreed; called before CONNECTED is sent. */
  agreed(agreement: Agreement): void;
}

/** What all sessions of one broker share. */
export interface SessionContext {
  readonly config: BrokerConfig;
  readonly counters: Counters;
  readonly exchange: Exchange;
  readonly faults: FaultContext | null;
  /** To the other processes of this broker; null where there are none. */
  readonly relay: Relay | null;
  nextSessionId(): string;
}

/**
 * One STOMP session, from CONNECT to its end: frames in, frames out, no sockets and no clock.
 *
 *     connecting --CONNECT--> connected --DISCONNECT, violation, `ended`--> over
 */
export class Session {
  readonly #link: SessionLink;
  readonly #context: SessionContext;
  readonly #subscriptions = new Map<string, Subscription>();
  /** null in a broker without faults. */
  readonly #faults: SessionFaults | null;
  /** null in a broker of a single process. */
  readonly #inTurn: AnswersInTurn | null;
  #dialect: Dialect = 'connecting';
  #over = false;
  /** Made when first needed: most of ten thousand sessions never do. */
  #acknowledgements: Acknowledgements | undefined;
  #transactions: Transactions | undefined;

  constructor(link: SessionLink, context: SessionContext) {
    this.#link = link;
    this.#context = context;
    const { faults, relay } = context;
    this.#inTurn = relay === null ? null : new AnswersInTurn(relay, link);
    this.#faults =
      faults === null || link.account === null
        ? null
        : new SessionFaults(faults, link.account, this.#faulty());
  }

  get over(): boolean {
    return this.#over;
  }

  /** Carries out one frame of the client. What it may not do is answered with ERROR, and ends the session. */
  handle(frame: Frame): void {
    if (this.#over || this.#inTurn?.isLast === true) return;
    const connected = this.#dialect !== 'connecting';
    try {
      const receipt = connected ? this.#name(frame, 'receipt') : undefined;
      const after = this.#carryOut(frame);
      const answer = receipt === undefined ? undefined : this.#frame('RECEIPT', [['receipt-id', receipt]]);
      if (this.#faults !== null && connected) {
        this.#faults.answer(frame.command, answer, after);
        return;
      }
      if (this.#inTurn === null) this.#answer(answer, after);
      else this.#inTurn.answer(frame.command, answer !== undefined, () => this.#answer(answer, after));
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      if (this.#inTurn === null) this.fail(error, frame);
      else this.#inTurn.fail(() => this.fail(error, frame));
    }
  }

  #answer(answer: WireFrame | undefined, after: (() => void) | undefined): void {
    if (this.#over) return;
    if (answer !== undefined) this.#link.send(answer);
    after?.();
  }

  /** ERROR and the end, on account of `frame` if there was one. */
  fail(violation: Violation, frame?: Frame): void {
    if (this.#over) return;
    if (this.#dialect === 'connecting' && isConnect(frame)) this.#faults?.connectRefused();
    const stays = frame !== undefined && this.#faults?.errorStays() === true;
    this.#fail(violation.message, violation.closeCode, stays, frame);
  }

  /** `stays`: only the session ends. */
  #fail(message: string, closeCode: number, stays: boolean, frame?: Frame): void {
    const headers: [string, string][] = [['message', message]];
    const receipt = frame?.headers.get('receipt');
    if (receipt !== undefined && receipt.length <= this.#context.config.limits.nameLength) {
      headers.push(['receipt-id', receipt]);
    }
    if (this.#dialect === 'connecting') headers.push(['version', VERSIONS.join(',')]);
    headers.push(['content-type', 'text/plain']);
    this.#context.counters.errors++;
    this.#send('ERROR', headers, Buffer.from(`${message}\n`));
    if (stays) this.#leave();
    else this.#end(closeCode, message);
  }

  /** The connection is gone: nothing more is sent to it, and what it has not acknowledged goes to others. */
  ended(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#dialect !== 'connecting') this.#context.counters.sessions--;
    const { exchange } = this.#context;
    // All of them leave before anything is given back, so that nothing comes back to this session.
    for (const subscription of this.#subscriptions.values()) exchange.unsubscribe(subscription);
    for (const subscription of this.#subscriptions.values()) {
      exchange.giveBack(subscription, this.#acks.retire(subscription));
    }
    this.#subscriptions.clear();
    this.#acknowledgements = undefined;
    this.#transactions = undefined;
  }

  /** May answer with what is left to do once the RECEIPT is out. */
  #carryOut(frame: Frame): (() => void) | undefined {
    const { command } = frame;
    if (isConnect(frame)) {
      this.#connect(frame);
      return undefined;
    }
    const version = this.#dialect;
    if (version === 'connecting') throw new Violation(`${quoted(command)} before CONNECT`);
    if (command === 'SUBSCRIBE') return this.#subscribe(frame, version);
    if (command === 'DISCONNECT') return () => this.#end(CLOSE.normal, '');
    this.#dispatch(frame, version);
    return undefined;
  }

  #dispatch(frame: Frame, version: StompVersion): void {
    const { command } = frame;
    if (command === 'SEND') this.#sendMessage(frame);
    else if (command === 'UNSUBSCRIBE') this.#unsubscribe(frame, version);
    else if (command === 'ACK') this.#acknowledge(frame, version);
    else if (command === 'NACK' && version !== '1.0') this.#acknowledge(frame, version);
    else if (command === 'BEGIN') this.#held.begin(this.#requiredName(frame, 'transaction'));
    else if (command === 'COMMIT') this.#commit(this.#held.end(required(frame, 'transaction')), version);
    else if (command === 'ABORT') this.#held.end(required(frame, 'transaction'));
    else throw new Violation(`unknown command ${quoted(command)}`);
  }

  #connect(frame: Frame): void {
    if (this.#dialect !== 'connecting') throw new Violation('a second CONNECT');
    const { users, heartbeat: own } = this.#context.config;
    const heartbeat = this.#faults?.heartbeat() ?? own;
    const agreement = negotiate(frame, { users, heartbeat });
    const headers: [string, string][] = [
      ['version', agreement.version],
      ['server', 'stompede-broker/1'],
      ['session', this.#context.nextSessionId()],
    ];
    if (agreement.version !== '1.0') {
      headers.push(['heart-beat', `${heartbeat.sendMs},${heartbeat.receiveMs}`]);
    }
    const welcome = (connected: WireFrame, atOnce: boolean): void => {
      this.#context.counters.sessions++;
      this.#link.agreed(agreement);
      this.#dialect = agreement.version;
      if (atOnce) this.#link.sendAtOnce(connected);
      else this.#link.send(connected);
    };
    const connected = this.#frame('CONNECTED', headers);
    if (this.#faults === null) welcome(connected, false);
    else this.#faults.connect(connected, welcome);
  }

  #sendMessage(frame: Frame): void {
    const destination = this.#requiredName(frame, 'destination');
    this.#context.exchange.check(destination);
    const transaction = frame.headers.get('transaction');
    if (transaction !== undefined) this.#held.hold(transaction, frame);
    else this.#publish(destination, frame);
  }

  #publish(destination: string, frame: Frame): void {
    this.#context.exchange.publish(destination, frame, this.#link.account?.number ?? -1);
  }

  #subscribe(frame: Frame, version: StompVersion): () => void {
    const { exchange, config } = this.#context;
    const destination = this.#requiredName(frame, 'destination');
    const id = version === '1.0' ? this.#name(frame, 'id') : this.#requiredName(frame, 'id');
    const key = id ?? destination;
    if (this.#subscriptions.has(key)) throw new Violation(`subscription ${quoted(key)} exists already`);
    if (this.#subscriptions.size >= config.limits.subscriptionsPerConnection) {
      const most = config.limits.subscriptionsPerConnection;
      throw new Violation(`more than ${most} subscriptions`, CLOSE.policy);
    }
    const ack = ackMode(frame);
    const book = ack === 'auto' ? undefined : this.#acks;
    const subscription = new Subscription({ outlet: this.#link, version, id, destination, ack, book });
    exchange.subscribe(subscription);
    this.#subscriptions.set(key, subscription);
    this.#faults?.subscribed();
    return () => exchange.welcome(subscription);
  }

  #unsubscribe(frame: Frame, version: StompVersion): void {
    const { exchange } = this.#context;
    const key = frame.headers.get('id') ?? required(frame, version === '1.0' ? 'destination' : 'id');
    const subscription = this.#subscriptions.get(key);
    if (subscription === undefined) throw new Violation(`no subscription ${quoted(key)}`);
    this.#subscriptions.delete(key);
    exchange.unsubscribe(subscription);
    exchange.giveBack(subscription, this.#acks.retire(subscription));
  }

  #acknowledge(frame: Frame, version: StompVersion): void {
    const transaction = frame.headers.get('transaction');
    if (transaction !== undefined) this.#held.hold(transaction, frame);
    else this.#settle(frame, version);
  }

  #settle(frame: Frame, version: StompVersion): void {
    const { exchange } = this.#context;
    for (const { subscription, messages } of this.#acks.settle(frame, version, this.#subscriptions)) {
      if (frame.command === 'NACK') exchange.giveBack(subscription, messages);
      else exchange.acknowledged(subscription);
    }
  }

  #commit(held: readonly Frame[], version: StompVersion): void {
    for (const frame of held) {
      if (frame.command === 'SEND') this.#publish(required(frame, 'destination'), frame);
      else this.#settle(frame, version);
    }
  }

  /** What its faults may do with it. */
  #faulty(): FaultySession {
    const isOver = (): boolean => this.#over;
    return {
      get over() {
        return isOver();
      },
      refuse: (message, closeCode, stays) => this.#fail(message, closeCode, stays),
      leave: () => this.#leave(),
      close: (code, reason) => this.#end(code, reason),
      send: (frame, atOnce) => {
        if (atOnce) this.#link.sendAtOnce(frame);
        else this.#link.send(frame);
      },
      hold: () => this.#link.hold(),
      resume: () => this.#link.resume(),
    };
  }

  #leave(): void {
    this.#link.stay();
    this.ended();
  }

  #end(code: number, reason: string): void {
    this.#link.close(code, reason);
    this.ended();
  }

  #send(command: ServerCommand, headers: readonly (readonly [string, string])[], body?: Buffer): void {
    this.#link.send(this.#frame(command, headers, body));
  }

  #frame(command: ServerCommand, headers: readonly (readonly [string, string])[], body?: Buffer): WireFrame {
    return encodeFrame(command, headers, this.#dialect, body);
  }

  get #acks(): Acknowledgements {
    return (this.#acknowledgements ??= new Acknowledgements(this.#context.config.limits));
  }

  get #held(): Transactions {
    return (this.#transactions ??= new Transactions(this.#context.config.limits));
  }

  #requiredName(frame: Frame, header: string): string {
    required(frame, header);
    return this.#name(frame, header) ?? '';
  }

  /** A header that is kept or sent back, so it is bounded. */
  #name(frame: Frame, header: string): string | undefined {
    const value = frame.headers.get(header);
    if (value !== undefined && value.length > this.#context.config.limits.nameLength) {
      throw new Violation(
        `header ${header} longer than ${this.#context.config.limits.nameLength} characters`,
      );
    }
    return value;
  }
}

function isConnect(frame: Frame | undefined): boolean {
  return frame?.command === 'CONNECT' || frame?.command === 'STOMP';
}

function ackMode(frame: Frame): AckMode {
  const text = frame.headers.get('ack') ?? 'auto';
  const mode = ACK_MODES.find((known) => known === text);
  if (mode === undefined)
    throw new Violation(`ack mode ${quoted(text)} is not one of ${ACK_MODES.join(', ')}`);
  return mode;
}
