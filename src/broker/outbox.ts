/** Something with frames to write. */
export interface Flushable {
  flush(): void;
}

/**
 * Puts off writing to the end of the present round of the event loop, so that frames that came together for one
 * socket leave in one system call. Bounded: `relieve` writes at once when too much has come together.
 */
export class Outbox {
  readonly #mostFrames: number;
  #dirty: Flushable[] = [];
  #frames = 0;
  #scheduled = false;

  constructor(mostFrames: number) {
    this.#mostFrames = mostFrames;
  }

  /** One more frame waits somewhere. */
  count(): void {
    this.#frames++;
  }

  /** It is flushed once for each time it was added, so with the first frame is enough. */
  add(flushable: Flushable): void {
    this.#dirty.push(flushable);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#flush);
  }

  /** To be called between two frames of the clients. */
  relieve(): void {
    if (this.#frames >= this.#mostFrames) this.#flush();
  }

  readonly #flush = (): void => {
    const dirty = this.#dirty;
    this.#dirty = [];
    this.#frames = 0;
    this.#scheduled = false;
    for (const flushable of dirty) flushable.flush();
  };
}
