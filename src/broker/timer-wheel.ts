/** Something that a wheel calls once, at or shortly after its time. Made once, scheduled as often as wanted. */
export abstract class WheelTimer {
  /** The wheel's own fields: a ring of the timers of one slot. */
  previous: WheelTimer = this;
  following: WheelTimer = this;
  dueTick = 0;

  abstract expire(): void;
}

class SlotHead extends WheelTimer {
  expire(): void {
    throw new Error('the head of a slot is no timer');
  }
}

const SLOTS = 1024;

/**
 * Timers of thousands of connections on one interval of the event loop: schedule and cancel cost the same however
 * many there are, and each tick only looks at its own slot. It has no clock: `advance` is told the time.
 */
export class TimerWheel {
  readonly tickMs: number;
  readonly #slots: readonly SlotHead[];
  #tick: number;
  #nowMs: number;

  constructor(tickMs: number, nowMs: number) {
    this.tickMs = tickMs;
    this.#nowMs = nowMs;
    this.#tick = Math.floor(nowMs / tickMs);
    this.#slots = Array.from({ length: SLOTS }, () => new SlotHead());
  }

  /** Milliseconds, as of the latest tick: no more than a tick old, unless the event loop is blocked. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Replaces an earlier schedule of the same timer. It expires in the tick at or after its time. */
  schedule(timer: WheelTimer, delayMs: number): void {
    this.cancel(timer);
    timer.dueTick = Math.max(this.#tick + 1, Math.ceil((this.#nowMs + delayMs) / this.tickMs));
    const head = this.#slot(timer.dueTick);
    timer.previous = head.previous;
    timer.following = head;
    head.previous.following = timer;
    head.previous = timer;
  }

  cancel(timer: WheelTimer): void {
    timer.previous.following = timer.following;
    timer.following.previous = timer.previous;
    timer.previous = timer;
    timer.following = timer;
  }

  /** Expires everything that is due until then, earlier ticks first. */
  advance(nowMs: number): void {
    const lastTick = Math.floor(nowMs / this.tickMs);
    // After a long pause one round over all slots finds everything that is due.
    this.#tick = Math.max(this.#tick, lastTick - SLOTS);
    this.#nowMs = Math.max(this.#nowMs, nowMs);
    while (this.#tick < lastTick) {
      this.#tick++;
      this.#expireSlot(this.#slot(this.#tick), lastTick);
    }
  }

  #expireSlot(head: SlotHead, lastTick: number): void {
    const due: WheelTimer[] = [];
    for (let timer = head.following; timer !== head; timer = timer.following) {
      if (timer.dueTick <= lastTick) due.push(timer);
    }
    for (const timer of due) {
      // One that an earlier one of this tick has cancelled, or put off, is not due any more.
      if (timer.following === timer || timer.dueTick > lastTick) continue;
      this.cancel(timer);
      timer.expire();
    }
  }

  #slot(tick: number): SlotHead {
    const slot = this.#slots[tick % SLOTS];
    if (slot === undefined) throw new Error(`no slot for tick ${tick}`);
    return slot;
  }
}
