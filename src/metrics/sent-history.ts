/** Messages that a history has room for once it has one. */
const SMALLEST = 16;
const NO_MOMENTS = new Float64Array();
const NO_COUNTS = new Int32Array();

/**
 * What was sent to one destination within the last drain time, in the order of time: until then it can turn out that a
 * delivery which was counted as owed is one of which nothing can be known.
 *
 * Such news is of all messages of a span, and thousands of connections can end at once: it is noted at the ends of its
 * span only, and added up for each message once, when that is forgotten.
 */
export class SentHistory {
  // Columns of equal length, grown together; a run can have a destination for each of its connections, and most of those
  // have nothing: an empty history has no memory of its own.
  #atUs: Float64Array = NO_MOMENTS;
  /** Deliveries that each message was owed when it was sent. */
  #owed: Int32Array = NO_COUNTS;
  /** Whose publisher sent it. */
  #workers: Int32Array = NO_COUNTS;
  /** 1: it may never have come to the server. */
  #cut: Int32Array = NO_COUNTS;
  /** By how many more than the message before it each message has deliveries that are taken back, or may be missing. */
  #takenSteps: Int32Array = NO_COUNTS;
  #doubtSteps: Int32Array = NO_COUNTS;
  #length = 0;
  /** What is before it is forgotten; and the sums of its steps. */
  #head = 0;
  #headTaken = 0;
  #headDoubt = 0;

  add(atUs: number, owed: number, worker: number): void {
    // Steps need one place more: that at which a span up to the last message ends.
    if (this.#length + 1 >= this.#atUs.length) this.#resize(Math.max(SMALLEST, this.#atUs.length * 2));
    const i = this.#length;
    this.#atUs[i] = atUs;
    this.#owed[i] = owed;
    this.#workers[i] = worker;
    this.#cut[i] = 0;
    this.#length = i + 1;
    this.#takenSteps[i + 1] = 0;
    this.#doubtSteps[i + 1] = 0;
  }

  /** When the first that it has was sent; Infinity: it has none. */
  get oldestUs(): number {
    return this.#head < this.#length ? (this.#atUs[this.#head] ?? Infinity) : Infinity;
  }

  /** How many messages of the span [fromUs, untilUs) there are. */
  count(fromUs: number, untilUs: number): number {
    return Math.max(0, this.#from(untilUs) - this.#from(fromUs));
  }

  /** One delivery of each message of the span is not owed. */
  takeBack(fromUs: number, untilUs: number): void {
    this.#step(this.#takenSteps, fromUs, untilUs, 1);
  }

  /** So many deliveries of each message of the span may be missing without any fault. */
  doubt(fromUs: number, untilUs: number, deliveries: number): void {
    this.#step(this.#doubtSteps, fromUs, untilUs, deliveries);
  }

  /** A message that was sent at this very moment may never have come to the server. */
  cut(sentUs: number): void {
    for (let i = this.#from(sentUs); i < this.#length && this.#atUs[i] === sentUs; i++) {
      if (this.#cut[i] === 1) continue;
      this.#cut[i] = 1;
      return;
    }
  }

  /** As cut(), of all messages that this worker sent from then on. */
  cutWorker(worker: number, fromUs: number): void {
    for (let i = this.#from(fromUs); i < this.#length; i++) if (this.#workers[i] === worker) this.#cut[i] = 1;
  }

  /** It has turned out to be a queue: each message is owed once, and none is taken back. */
  oweOnce(): void {
    this.#owed.fill(1);
    this.#takenSteps.fill(0);
    this.#doubtSteps.fill(0);
    this.#headTaken = 0;
    this.#headDoubt = 0;
  }

  /** Tells how much of each message that it has may be missing, where that is anything. */
  forEachDoubted(tell: TellDoubt): void {
    this.#settle(this.#length, tell);
  }

  /** What is before that moment can't change any more: it is told as by forEachDoubted(), and forgotten. */
  forget(beforeUs: number, tell: TellDoubt): void {
    const head = this.#from(beforeUs);
    const { taken, doubt } = this.#settle(head, tell);
    this.#head = head;
    this.#headTaken = taken;
    this.#headDoubt = doubt;
    if (head < this.#length) this.#dropForgotten();
    else this.#clear();
  }

  #dropForgotten(): void {
    const capacity = this.#atUs.length;
    const length = this.#length - this.#head;
    if (this.#head < length) return;
    // What a burst has made large becomes small again.
    this.#resize(capacity > SMALLEST && length < capacity / 4 ? capacity / 2 : capacity);
  }

  // All spans have ended by now: their steps add up to nothing.
  #clear(): void {
    this.#atUs = NO_MOMENTS;
    this.#owed = this.#workers = this.#cut = this.#takenSteps = this.#doubtSteps = NO_COUNTS;
    this.#length = this.#head = this.#headTaken = this.#headDoubt = 0;
  }

  /** Gives all columns this capacity, without what is forgotten. */
  #resize(capacity: number): void {
    const from = this.#head;
    const until = this.#length + 1;
    this.#atUs = moved(this.#atUs, from, until, (length) => new Float64Array(length), capacity);
    const counts = (column: Int32Array): Int32Array =>
      moved(column, from, until, (length) => new Int32Array(length), capacity);
    this.#owed = counts(this.#owed);
    this.#workers = counts(this.#workers);
    this.#cut = counts(this.#cut);
    this.#takenSteps = counts(this.#takenSteps);
    this.#doubtSteps = counts(this.#doubtSteps);
    this.#length -= from;
    this.#head = 0;
  }

  #settle(end: number, tell: TellDoubt): { readonly taken: number; readonly doubt: number } {
    let taken = this.#headTaken;
    let doubt = this.#headDoubt;
    for (let i = this.#head; i < end; i++) {
      taken += this.#takenSteps[i] ?? 0;
      doubt += this.#doubtSteps[i] ?? 0;
      const isCut = this.#cut[i] === 1;
      if (!isCut && doubt === 0) continue;
      const owed = Math.max(0, (this.#owed[i] ?? 0) - taken);
      tell(this.#atUs[i] ?? 0, isCut ? owed : Math.min(owed, doubt), isCut);
    }
    return { taken, doubt };
  }

  #step(steps: Int32Array, fromUs: number, untilUs: number, change: number): void {
    const from = this.#from(fromUs);
    const until = this.#from(untilUs);
    if (from >= until) return;
    steps[from] = (steps[from] ?? 0) + change;
    steps[until] = (steps[until] ?? 0) - change;
  }

  /** The first message that was sent at that moment or after it. */
  #from(us: number): number {
    let low = this.#head;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#atUs[middle] ?? 0) < us) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** @param deliveries of the message sent at that moment that may be missing; all of it, where it is cut */
export type TellDoubt = (sentUs: number, deliveries: number, isCut: boolean) => void;

/** The part [from, until) at the beginning of a column of that capacity: the same one where it has it. */
function moved<T extends Float64Array | Int32Array>(
  column: T,
  from: number,
  until: number,
  newColumn: (length: number) => T,
  capacity: number,
): T {
  if (column.length === capacity) {
    column.copyWithin(0, from, until);
    return column;
  }
  const larger = newColumn(capacity);
  larger.set(column.subarray(from, until));
  return larger;
}
