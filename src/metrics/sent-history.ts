/**
 * What was sent to one destination within the last drain time, in the order of time: until then it can turn out that a
 * delivery which was counted as owed is one of which nothing can be known.
 */
export class SentHistory {
  #atUs: number[] = [];
  /** Deliveries that each message is owed. */
  #owed: number[] = [];
  /** Of these, how many may be missing without any fault; Infinity: all. */
  #doubted: number[] = [];
  /** Whose publisher sent it. */
  #workers: number[] = [];
  /** What is before it is forgotten. */
  #head = 0;

  add(atUs: number, owed: number, worker: number): void {
    this.#atUs.push(atUs);
    this.#owed.push(owed);
    this.#doubted.push(0);
    this.#workers.push(worker);
  }

  /** Takes one delivery back from each message of the span [fromUs, untilUs). Returns by how much doubt has changed. */
  takeBack(fromUs: number, untilUs: number, onTaken: (sentUs: number) => void): number {
    let change = 0;
    for (let i = this.#from(fromUs); (this.#atUs[i] ?? Infinity) < untilUs; i++) {
      const owed = this.#owed[i] ?? 0;
      if (owed === 0) continue;
      const before = this.#doubtOf(i);
      this.#owed[i] = owed - 1;
      change += this.#doubtOf(i) - before;
      onTaken(this.#atUs[i] ?? 0);
    }
    return change;
  }

  /** So many deliveries of each message of the span may be missing. Returns by how much doubt has grown. */
  doubt(fromUs: number, untilUs: number, deliveries: number): number {
    let change = 0;
    for (let i = this.#from(fromUs); (this.#atUs[i] ?? Infinity) < untilUs; i++) {
      change += this.#doubt(i, deliveries);
    }
    return change;
  }

  /** A message that was sent at this very moment may never have come to the server. Returns as doubt(). */
  doubtOne(sentUs: number): number {
    for (let i = this.#from(sentUs); this.#atUs[i] === sentUs; i++) {
      if (this.#doubted[i] !== Infinity) return this.#doubt(i, Infinity);
    }
    return 0;
  }

  /** As doubtOne(), of all messages that this worker sent from then on. */
  doubtWorker(worker: number, fromUs: number): { readonly messages: number; readonly change: number } {
    let messages = 0;
    let change = 0;
    for (let i = this.#from(fromUs); i < this.#atUs.length; i++) {
      if (this.#workers[i] !== worker) continue;
      messages++;
      change += this.#doubt(i, Infinity);
    }
    return { messages, change };
  }

  /** It has turned out to be a queue: each message is owed once. */
  oweOnce(): void {
    this.#owed.fill(1);
  }

  forget(beforeUs: number): void {
    this.#head = this.#from(beforeUs);
    if (this.#head === 0 || this.#head < this.#atUs.length / 2) return;
    for (const array of [this.#atUs, this.#owed, this.#doubted, this.#workers]) array.splice(0, this.#head);
    this.#head = 0;
  }

  #doubt(i: number, deliveries: number): number {
    const before = this.#doubtOf(i);
    this.#doubted[i] = (this.#doubted[i] ?? 0) + deliveries;
    return this.#doubtOf(i) - before;
  }

  #doubtOf(i: number): number {
    return Math.min(this.#owed[i] ?? 0, this.#doubted[i] ?? 0);
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
