import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { LimitAction } from '../../model/faults.js';
import { nowUs } from '../../shared/clock.js';
import type { ConnectionAccount } from '../ledger/connection-account.js';
import { ConnectRate } from './connect-rate.js';
import { EarlyBytes } from './early-bytes.js';
import type { FaultContext } from './fault-context.js';
import { HandshakeFaults } from './handshake-faults.js';
import { KeptSockets } from './kept-resources.js';
import { KeptSocket } from './kept-socket.js';

/** A connection from its accept to its upgrade. */
interface Guest {
  readonly account: ConnectionAccount;
  /** What it gets instead of an upgrade; null: the upgrade goes on. */
  turnedAway: 'hang' | { readonly status: number } | null;
  upgraded: boolean;
}

/**
 * Stands between the listener and the upgrade: numbers every connection, opens its account, and turns away whom a rule
 * concerns. Of several rules the one that strikes earlier in a connection's life wins: reset-on-accept,
 * connection-limit, connect-rate-limit, never-upgrade, upgrade-delay, upgrade-status, and of equal ones the first.
 */
export class Gate {
  readonly handshake: HandshakeFaults;
  readonly #faults: FaultContext;
  readonly #kept: KeptSockets;
  readonly #guests = new Map<Duplex, Guest>();
  readonly #limits;
  readonly #rateLimits;
  readonly #rules;
  #letIn = 0;

  constructor(faults: FaultContext) {
    const { engine } = faults;
    this.#faults = faults;
    this.handshake = new HandshakeFaults(faults);
    this.#kept = new KeptSockets(faults);
    this.#limits = engine.rulesOf('connection-limit');
    this.#rateLimits = engine
      .rulesOf('connect-rate-limit')
      .map((each) => ({ ...each, rate: new ConnectRate(each.rule.perSec) }));
    this.#rules = {
      reset: engine.rulesOf('reset-on-accept'),
      never: engine.rulesOf('never-upgrade'),
      delay: engine.rulesOf('upgrade-delay'),
      status: engine.rulesOf('upgrade-status'),
    };
  }

  /** A connection has been accepted. */
  accept(socket: Socket): void {
    const { engine, ledger } = this.#faults;
    engine.start();
    const account = ledger.accept();
    const guest: Guest = { account, turnedAway: null, upgraded: false };
    this.#guests.set(socket, guest);
    const reset = engine.first(this.#rules.reset, account.number);
    if (reset !== undefined) {
      ledger.struck(reset.index, account);
      this.#reset(socket, account);
    } else {
      const then = this.#limited(account);
      if (then !== null) this.#turnAway(socket, guest, then);
      else this.#open(socket);
      if (then === null) this.#perhapsNever(guest);
    }
    socket.once('close', () => {
      this.#guests.delete(socket);
      ledger.socketClosed();
      // Of a WebSocket its connection knows more, a moment later.
      if (!guest.upgraded) ledger.end(account, 'client', 'gone');
    });
  }

  /**
   * It asks for its upgrade. `goOn` is called once, perhaps later, with all bytes that came behind the request, unless
   * it is turned away or leaves before.
   */
  upgrade(socket: Duplex, head: Buffer, goOn: (head: Buffer) => void): void {
    const guest = this.#guestOf(socket);
    socket.on('error', () => undefined);
    if (guest.turnedAway === 'hang') this.#hold(socket);
    else if (guest.turnedAway !== null) this.#refuse(socket, guest.account, guest.turnedAway.status);
    else this.#perhapsLater(socket, head, guest.account, goOn);
  }

  /** It asks for something other than an upgrade. Answers whether it may be answered with that HTTP status. */
  request(socket: Duplex, status: number): boolean {
    const { account, turnedAway } = this.#guestOf(socket);
    if (turnedAway === 'hang') return false;
    if (turnedAway === null) this.refused(socket, status);
    else this.#refuse(socket, account, turnedAway.status);
    return turnedAway === null;
  }

  /** An HTTP status was answered in place of an upgrade, on the request's own merits. */
  refused(socket: Duplex, status: number): void {
    const { account } = this.#guestOf(socket);
    this.#faults.ledger.upgrade(account, 'refused', status);
    this.#faults.ledger.end(account, 'broker', 'dropped');
  }

  /** What the WebSocket is to run on. */
  streamOf(socket: Duplex): Duplex {
    return this.#kept.streamOf(socket, this.#guestOf(socket).account);
  }

  /** The upgrade has been answered with 101. */
  upgraded(socket: Duplex): ConnectionAccount {
    const guest = this.#guestOf(socket);
    const { account } = guest;
    guest.upgraded = true;
    this.#faults.ledger.upgrade(account, this.handshake.isKeyWrong(account) ? 'wrong-key' : 'answered');
    return account;
  }

  /** The upgrade has been dealt with: if it was not granted, it was no good request. */
  settled(socket: Duplex): void {
    if (this.#guestOf(socket).account.upgrade === 'none') this.refused(socket, 400);
  }

  accountOf(request: IncomingMessage): ConnectionAccount {
    return this.#guestOf(request.socket).account;
  }

  /** The broker stops: whoever is here has nobody else to end it. */
  destroyAll(): void {
    for (const socket of this.#guests.keys()) socket.destroy();
  }

  /** What a limit that is reached has for this one, or null where none is. */
  #limited(account: ConnectionAccount): LimitAction | null {
    const { engine, ledger } = this.#faults;
    const reached =
      this.#limits.find(
        (each) => this.#letIn >= each.rule.connections && engine.applies(each, account.number),
      ) ??
      this.#rateLimits.find(
        (each) => each.rate.isReached(engine.sinceStartMs) && engine.applies(each, account.number),
      );
    if (reached === undefined) return null;
    ledger.struck(reached.index, account);
    return reached.rule.then;
  }

  #open(socket: Socket): void {
    const nowMs = this.#faults.engine.sinceStartMs;
    this.#letIn++;
    for (const { rate } of this.#rateLimits) rate.letIn(nowMs);
    socket.once('close', () => this.#letIn--);
  }

  #perhapsNever(guest: Guest): void {
    const { engine, ledger } = this.#faults;
    const never = engine.first(this.#rules.never, guest.account.number);
    if (never === undefined) return;
    ledger.struck(never.index, guest.account);
    ledger.upgrade(guest.account, 'hung');
    guest.turnedAway = 'hang';
  }

  #turnAway(socket: Socket, guest: Guest, then: LimitAction): void {
    if (then === 'reset') {
      this.#reset(socket, guest.account);
    } else if (then === 'hang') {
      this.#faults.ledger.upgrade(guest.account, 'hung');
      guest.turnedAway = 'hang';
    } else {
      guest.turnedAway = { status: then === 'status-503' ? 503 : 429 };
    }
  }

  #perhapsLater(
    socket: Duplex,
    head: Buffer,
    account: ConnectionAccount,
    goOn: (head: Buffer) => void,
  ): void {
    const { engine, ledger, delays } = this.#faults;
    const each = engine.first(this.#rules.delay, account.number);
    if (each === undefined) {
      this.#answer(socket, head, account, goOn);
      return;
    }
    ledger.struck(each.index, account);
    const fromUs = nowUs();
    const early = new EarlyBytes(socket, head);
    delays.after(engine.delayMs(each, account.number), () => {
      const bytes = early.take();
      if (socket.destroyed) return;
      this.#answer(socket, bytes, account, goOn);
      // It was paused, and whoever reads it now does not know that.
      socket.resume();
      ledger.delayed('upgrade', nowUs() - fromUs);
    });
  }

  #answer(socket: Duplex, head: Buffer, account: ConnectionAccount, goOn: (head: Buffer) => void): void {
    const { engine, ledger } = this.#faults;
    const each = engine.first(this.#rules.status, account.number);
    if (each === undefined) {
      goOn(head);
      return;
    }
    ledger.struck(each.index, account);
    this.#refuse(socket, account, each.rule.status);
  }

  #refuse(socket: Duplex, account: ConnectionAccount, status: number): void {
    this.#faults.ledger.upgrade(account, 'refused', status);
    this.#faults.ledger.end(account, 'broker', 'dropped');
    refuse(socket, status);
  }

  /** Nobody answers it. It is read all the same: otherwise its end would never be seen, and its socket never closed. */
  #hold(socket: Duplex): void {
    socket.on('end', () => socket.destroy());
    socket.resume();
  }

  #reset(socket: Socket, account: ConnectionAccount): void {
    const { ledger } = this.#faults;
    ledger.upgrade(account, 'reset');
    ledger.end(account, 'broker', 'reset');
    reset(socket);
  }

  #guestOf(socket: Duplex): Guest {
    const guest = this.#guests.get(socket);
    if (guest === undefined) throw new Error('an upgrade on a socket that was never accepted');
    return guest;
  }
}

/** Answers an upgrade with an HTTP status, and closes. */
export function refuse(socket: Duplex, status: number): void {
  socket.on('error', () => undefined);
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${REASONS.get(status) ?? 'Refused'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}

const REASONS: ReadonlyMap<number, string> = new Map([
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [429, 'Too Many Requests'],
  [500, 'Internal Server Error'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
  [504, 'Gateway Timeout'],
]);

/** Ends a connection with an RST. TLS has no such end, and is cut off. */
export function reset(socket: Duplex): void {
  const below = socket instanceof KeptSocket ? socket.inner : socket;
  below.on('error', () => undefined);
  if (below instanceof Socket && !(below instanceof TLSSocket)) below.resetAndDestroy();
  else below.destroy();
}
