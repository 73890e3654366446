/** A sleep of the loop that is shorter than this may have been none: the system call alone takes some of it. */
const SLEPT_US = 20;

export interface LoopClockParts {
  readonly nowUs: () => number;
  /** How long the thread's event loop has slept waiting for events, since it began; microseconds. */
  readonly sleptUs: () => number;
  /** Calls back in the check phase of the turn that is under way. */
  readonly atTurnEnd: (callback: () => void) => void;
  /** Takes the read delay of one time stamp, microseconds. */
  readonly record: (delayUs: number) => void;
}

/**
 * The instrument's own error: an upper bound of the time from the moment at which a socket became readable to the time
 * stamp of what was read from it.
 *
 * Node does not tell when a socket became readable. Its loop asks the kernel once a turn (libuv's poll phase), then
 * calls back for everything that was there, then runs immediates (the check phase). What becomes readable while
 * callbacks run waits for the next turn. So much can be told:
 *
 * - If the loop slept in this turn, nothing was readable when it fell asleep: what it woke up for became readable
 *   after that, at the earliest when the sleep ended, which is at the end of the turn before plus the time slept.
 * - If it did not sleep, the socket may have been readable since just after the turn before asked the kernel.
 *
 * The delay of a stamp is the time from that moment. Time that a callback or a timer took before counts as delay; a
 * loop blocked for 300 ms shows as 300 ms. What can't be seen from here: a thread that the kernel has woken, but that
 * waits for a CPU, is still asleep to libuv. That is in no read delay, but in the CPU wait of the thread (health/).
 *
 * Costs a subtraction and a histogram's increment for each read, and one immediate a turn.
 */
export class LoopClock {
  readonly #parts: LoopClockParts;
  readonly #endTurn = (): void => {
    this.checking(this.#endingTurn);
    this.#endingTurn = -1;
  };
  #turn = 0;
  /** The turn at whose end #endTurn is called; -1: none. */
  #endingTurn = -1;
  /** A turn is under way, and what its stamps are measured from. */
  #inTurn = false;
  #baseUs = 0;
  /** The earliest moment at which the last known turn can have asked the kernel. */
  #askedUs: number;
  #endedUs: number;
  #sleptUs: number;
  /** The latest time stamp: that of the read that is under way, as long as one is. */
  stampUs = 0;
  #stamps = 0;
  #delayMaxUs = 0;

  constructor(parts: LoopClockParts) {
    this.#parts = parts;
    this.#endedUs = parts.nowUs();
    this.#askedUs = this.#endedUs;
    this.#sleptUs = parts.sleptUs();
  }

  /** How many stamps there were. */
  get stamps(): number {
    return this.#stamps;
  }

  /** The longest read delay since the last time that it was asked for. */
  takeDelayMaxUs(): number {
    const maxUs = this.#delayMaxUs;
    this.#delayMaxUs = 0;
    return maxUs;
  }

  /** Something was read from a socket, and this is its time stamp. */
  stamped(atUs: number): void {
    if (!this.#inTurn) this.touch(atUs);
    this.stampUs = atUs;
    const delayUs = atUs - this.#baseUs;
    this.#stamps++;
    if (delayUs > this.#delayMaxUs) this.#delayMaxUs = delayUs;
    this.#parts.record(delayUs);
  }

  /** A callback of this turn runs, of which no stamp is taken yet. */
  touch(atUs: number): void {
    if (this.#inTurn) return;
    this.#begin(atUs);
    if (this.#endingTurn === this.#turn) return;
    this.#endingTurn = this.#turn;
    this.#parts.atTurnEnd(this.#endTurn);
  }

  /** The number of the turn that is under way, for who wants to say later which one it was. */
  get turn(): number {
    return this.#turn;
  }

  /**
   * To be called by an immediate, with what `turn` was when it was asked for: all that the turn has found in the kernel
   * is called back. The first immediate of a turn ends it; the others of the same check phase only end it later.
   */
  checking(turn: number): void {
    const nowUs = this.#parts.nowUs();
    if (turn === this.#turn) {
      if (!this.#inTurn) this.#begin(nowUs);
      this.#inTurn = false;
      this.#turn++;
    }
    this.#endedUs = nowUs;
  }

  /** To be called at the end of an immediate that took its time. */
  checked(): void {
    this.#endedUs = this.#parts.nowUs();
  }

  #begin(atUs: number): void {
    const sleptUs = this.#parts.sleptUs();
    const asleepUs = sleptUs - this.#sleptUs;
    this.#sleptUs = sleptUs;
    this.#inTurn = true;
    const askedUs = Math.min(atUs, this.#endedUs + asleepUs);
    this.#baseUs = asleepUs >= SLEPT_US ? askedUs : this.#askedUs;
    this.#askedUs = askedUs;
  }
}
