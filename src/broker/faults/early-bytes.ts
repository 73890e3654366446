import type { Duplex } from 'node:stream';

/** More than this before the answer to its upgrade, and the client is cut off. */
const MOST_BYTES = 64 * 1024;

/**
 * Reads a socket whose upgrade is put off, so that its end is noticed meanwhile, and keeps what comes for whoever goes
 * on with it.
 */
export class EarlyBytes {
  readonly #socket: Duplex;
  readonly #chunks: Buffer[];
  #bytes: number;

  /** `head`: what came together with the request. */
  constructor(socket: Duplex, head: Buffer) {
    this.#socket = socket;
    this.#chunks = [head];
    this.#bytes = head.length;
    socket.on('data', this.#keep);
    socket.on('end', this.#leave);
  }

  /** Leaves the socket as it was; answers with all that has come. */
  take(): Buffer {
    this.#socket.off('data', this.#keep);
    this.#socket.off('end', this.#leave);
    this.#socket.pause();
    return Buffer.concat(this.#chunks);
  }

  readonly #keep = (chunk: Buffer): void => {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > MOST_BYTES) this.#socket.destroy();
  };

  readonly #leave = (): void => {
    this.#socket.destroy();
  };
}
