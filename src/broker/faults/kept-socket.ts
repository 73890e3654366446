import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/**
 * A socket whose end is asked about: a WebSocket on it closes as on any other, and the socket below is then given back to
 * the system, or not. Not given back, its client sees the close frame and never the end of TCP, and its descriptor stays.
 */
export class KeptSocket extends Duplex {
  readonly inner: Duplex;
  readonly #isToBeKept: () => boolean;
  #isEnded = false;
  #isKept: boolean | undefined;

  /** `isToBeKept` is asked once, when the socket would be closed. */
  constructor(inner: Duplex, isToBeKept: () => boolean) {
    super();
    this.inner = inner;
    this.#isToBeKept = isToBeKept;
    // Otherwise a TLS socket would end by itself as soon as its client has.
    inner.allowHalfOpen = true;
    inner.on('data', this.#take);
    inner.on('end', this.#finish);
    inner.on('close', () => this.destroy());
    inner.on('error', () => undefined);
    // Nothing is read before somebody wants it: bytes that come at once would find nobody there.
    inner.pause();
  }

  setNoDelay(): void {
    if (isSocket(this.inner)) this.inner.setNoDelay();
  }

  setTimeout(ms: number): void {
    if (isSocket(this.inner)) this.inner.setTimeout(ms);
  }

  override _read(): void {
    this.inner.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.inner.write(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.inner.cork();
    for (const [i, { chunk }] of chunks.entries()) {
      if (i === chunks.length - 1) this.inner.write(chunk, done);
      else this.inner.write(chunk);
    }
    this.inner.uncork();
  }

  override _final(done: () => void): void {
    done();
    if (this.#keep()) this.#finish();
    else this.inner.end();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.inner.off('data', this.#take);
    this.inner.off('end', this.#finish);
    if (this.inner.destroyed || !this.#keep()) this.inner.destroy();
    // What comes still is read and forgotten, so that its client is not held up by a full socket.
    else this.inner.resume();
    done(error);
  }

  readonly #take = (chunk: Buffer): void => {
    if (!this.push(chunk)) this.inner.pause();
  };

  readonly #finish = (): void => {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.push(null);
  };

  #keep(): boolean {
    return (this.#isKept ??= this.#isToBeKept());
  }
}

function isSocket(stream: Duplex): stream is Socket {
  return 'setNoDelay' in stream;
}
