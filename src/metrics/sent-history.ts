/**
 * What was sent to one destination within the last drain time, in the order of time: until then it can turn out that a
 * delivery which was counted as owed is one of which nothing can be known.
 *
 * Such news is of all messages of a span, and thousands of connections can end at once: it is noted at the ends of its
 * span only, and added up for each message once, when that is forgotten.
 */
export class SentHistory {
  #atUs: number[] = [];
  /** Deliveries that each message was owed when it was sent. */
  #owed: number[] = [];
  /** Whose publisher sent it. */
  #workers: number[] = [];
  /** 1: it may never have come to the server. */
  #cut: number[] = [];
  /** By how many more than the message before it each message has deliveries that are taken back, or may be missing. */
  #takenSteps: number[] = [0];
  #doubtSteps: number[] = [0];
  /** What is before it is forgotten; and the sums of its steps. */
  #head = 0;
  #headTaken = 0;
  #headDoubt = 0;

  add(atUs: number, owed: number, worker: number): void {
    this.#atUs.push(atUs);
    this.#owed.push(owed);
    this.#workers.push(worker);
    this.#cut.push(0);
    this.#takenSteps.push(0);
    this.#doubtSteps.push(0);
  }

  /** When the first that it has was sent; Infinity: it has none. */
  get oldestUs(): number {
    return this.#atUs[this.#head] ?? Infinity;
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
    for (let i = this.#from(sentUs); this.#atUs[i] === sentUs; i++) {
      if (this.#cut[i] === 1) continue;
      this.#cut[i] = 1;
      return;
    }
  }

  /** As cut(), of all messages that this worker sent from then on. */
  cutWorker(worker: number, fromUs: number): void {
    for (let i = this.#from(fromUs); i < this.#atUs.length; i++)
      if (this.#workers[i] === worker) this.#cut[i] = 1;
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
    this.#settle(this.#atUs.length, tell);
  }

  /** What is before that moment can't change any more: it is told as by forEachDoubted(), and forgotten. */
  forget(beforeUs: number, tell: TellDoubt): void {
    const head = this.#from(beforeUs);
    const { taken, doubt } = this.#settle(head, tell);
    this.#head = head;
    this.#headTaken = taken;
    this.#headDoubt = doubt;
    if (head === 0 || head < this.#atUs.length / 2) return;
    for (const array of [
      this.#atUs,
      this.#owed,
      this.#workers,
      this.#cut,
      this.#takenSteps,
      this.#doubtSteps,
    ]) {
      array.splice(0, head);
    }
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

  #step(steps: number[], fromUs: number, untilUs: number, change: number): void {
    const from = this.#from(fromUs);
    const until = this.#from(untilUs);
    if (from >= until) return;
    steps[from] = (steps[from] ?? 0) + change;
    steps[until] = (steps[until] ?? 0) - change;
  }

  /** The first message that was sent at that moment or after it. */
  #from(us: number): number {
    let low = this.#head;
    let high = this.#atUs.length;
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
