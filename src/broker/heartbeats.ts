import { WheelTimer, type TimerWheel } from './timer-wheel.js';

/** A connection, as its heart-beats see it. Times are of the wheel. */
export interface Beating {
  readonly lastReceivedMs: number;
  readonly lastSentMs: number;
  beat(): void;
  silent(): void;
}

/** Sends a heart-beat whenever nothing else has been sent for `intervalMs`. STOMP 1.2, "Heart-beating". */
export class SendBeat extends WheelTimer {
  readonly #wheel: TimerWheel;
  readonly #peer: Beating;
  readonly #intervalMs: number;

  constructor(wheel: TimerWheel, peer: Beating, intervalMs: number) {
    super();
    this.#wheel = wheel;
    this.#peer = peer;
    // Two ticks early: the client is promised the interval, and both its end and the last sending are rounded.
    this.#intervalMs = Math.max(wheel.tickMs, intervalMs - 2 * wheel.tickMs);
    wheel.schedule(this, this.#intervalMs);
  }

  override expire(): void {
    const idleMs = this.#wheel.nowMs - this.#peer.lastSentMs;
    const due = idleMs >= this.#intervalMs;
    this.#wheel.schedule(this, due ? this.#intervalMs : this.#intervalMs - idleMs);
    if (due) this.#peer.beat();
  }
}

/** Between two and a half and three intervals, as RabbitMQ: a client may be late by as much as the error margin. */
const PATIENCE = 2.5;

/** Notices when a client that promised heart-beats has gone silent. */
export class ExpectBeat extends WheelTimer {
  readonly #wheel: TimerWheel;
  readonly #peer: Beating;
  readonly #patienceMs: number;
  #suspected = false;

  constructor(wheel: TimerWheel, peer: Beating, intervalMs: number) {
    super();
    this.#wheel = wheel;
    this.#peer = peer;
    this.#patienceMs = PATIENCE * intervalMs;
    wheel.schedule(this, this.#patienceMs);
  }

  override expire(): void {
    const silentMs = this.#wheel.nowMs - this.#peer.lastReceivedMs;
    if (silentMs < this.#patienceMs) {
      this.#suspected = false;
      this.#wheel.schedule(this, this.#patienceMs - silentMs);
    } else if (!this.#suspected) {
      // If this process was held up, what the client sent meanwhile is still unread: it is read before the next tick.
      this.#suspected = true;
      this.#wheel.schedule(this, this.#wheel.tickMs);
    } else {
      this.#peer.silent();
    }
  }
}

/** Ends a connection that never says CONNECT. */
export class ConnectDeadline extends WheelTimer {
  readonly #late: () => void;

  constructor(wheel: TimerWheel, connectMs: number, late: () => void) {
    super();
    this.#late = late;
    wheel.schedule(this, connectMs);
  }

  override expire(): void {
    this.#late();
  }
}
