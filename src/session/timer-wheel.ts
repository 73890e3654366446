const TICK_US = 20_000;
const SLOTS = 1024;

/**
 * Something that can wait in a TimerWheel. An entry waits for one moment at a time; arming it again moves it. The
 * links are inside the entry, so that waiting allocates nothing.
 */
export abstract class WheelEntry {
  wheelPrevious: WheelEntry | null = null;
  wheelNext: WheelEntry | null = null;
  wheelTick = 0;

  /** `untilUs` is the moment to which the wheel has been advanced, and may lie before now. */
  abstract onWheel(untilUs: number): void;
}

class Slot extends WheelEntry {
  constructor() {
    super();
    this.wheelPrevious = this;
    this.wheelNext = this;
  }

  override onWheel(): void {
    throw new Error('a slot never waits');
  }
}

/**
 * A hashed timing wheel (Varghese and Lauck, 1987, scheme 6): the time-outs and heart-beats of all sessions of a
 * thread, with no timer for any one of them. It wakes an entry never before its moment and within a tick after it.
 * It owns no timer itself: the thread's loop advances it.
 */
export class TimerWheel {
  readonly #slots: Slot[] = Array.from({ length: SLOTS }, () => new Slot());
  #tick: number;

  constructor(nowUs: number) {
    this.#tick = Math.floor(nowUs / TICK_US);
  }

  arm(entry: WheelEntry, dueUs: number): void {
    unlink(entry);
    entry.wheelTick = Math.max(Math.ceil(dueUs / TICK_US), this.#tick + 1);
    this.#link(entry);
  }

  disarm(entry: WheelEntry): void {
    unlink(entry);
  }

  /** When the next tick is, monotonic microseconds. */
  get nextUs(): number {
    return (this.#tick + 1) * TICK_US;
  }

  /** Wakes what is due at that moment. After a stall every slot is visited once, however long it was. */
  advance(untilUs: number): void {
    const until = Math.floor(untilUs / TICK_US);
    const from = Math.max(this.#tick + 1, until - SLOTS + 1);
    for (let tick = from; tick <= until; tick++) {
      this.#tick = tick;
      this.#wakeSlot(tick, until, untilUs);
    }
  }

  #wakeSlot(tick: number, until: number, untilUs: number): void {
    const slot = this.#slotOf(tick);
    if (slot.wheelNext === slot) return;
    // Moved aside first: a woken entry may arm or disarm any other, also within this slot.
    const waiting = new Slot();
    splice(slot, waiting);
    for (let entry = waiting.wheelNext; entry !== null && entry !== waiting; entry = waiting.wheelNext) {
      unlink(entry);
      if (entry.wheelTick <= until) entry.onWheel(untilUs);
      else this.#link(entry);
    }
  }

  #slotOf(tick: number): Slot {
    const slot = this.#slots[tick % SLOTS];
    if (slot === undefined) throw new Error(`no slot for tick ${tick}`);
    return slot;
  }

  #link(entry: WheelEntry): void {
    const slot = this.#slotOf(entry.wheelTick);
    const last = slot.wheelPrevious ?? slot;
    entry.wheelPrevious = last;
    entry.wheelNext = slot;
    last.wheelNext = entry;
    slot.wheelPrevious = entry;
  }
}

function unlink(entry: WheelEntry): void {
  const { wheelPrevious, wheelNext } = entry;
  if (wheelPrevious === null || wheelNext === null) return;
  wheelPrevious.wheelNext = wheelNext;
  wheelNext.wheelPrevious = wheelPrevious;
  entry.wheelPrevious = null;
  entry.wheelNext = null;
}

function splice(from: Slot, to: Slot): void {
  const { wheelNext: first, wheelPrevious: last } = from;
  if (first === null || last === null || first === from) return;
  to.wheelNext = first;
  to.wheelPrevious = last;
  first.wheelPrevious = to;
  last.wheelNext = to;
  from.wheelNext = from;
  from.wheelPrevious = from;
}
