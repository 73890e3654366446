/** First in, first out, and a way back to the front; each in constant time, amortised. */
export class Deque<T> {
  /** Given back, the next one to take last. */
  #front: T[] = [];
  #items: (T | undefined)[] = [];
  #taken = 0;

  get length(): number {
    return this.#front.length + this.#items.length - this.#taken;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  unshift(item: T): void {
    this.#front.push(item);
  }

  peek(): T | undefined {
    return this.#front.at(-1) ?? this.#items[this.#taken];
  }

  shift(): T | undefined {
    if (this.#front.length > 0) return this.#front.pop();
    if (this.#taken === this.#items.length) return undefined;
    const item = this.#items[this.#taken];
    this.#items[this.#taken] = undefined;
    this.#taken++;
    if (this.#taken > 32 && this.#taken * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#taken);
      this.#taken = 0;
    }
    return item;
  }
}
