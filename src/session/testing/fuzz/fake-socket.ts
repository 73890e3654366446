import { EventEmitter } from 'node:events';
import type net from 'node:net';
import { upgradeAccept } from './upgrade-answers.js';

/** How the native client asks Node to be given what is read. */
interface OnRead {
  readonly buffer: Buffer;
  readonly callback: (this: unknown, length: number, bytes: Buffer) => boolean;
}

/** A TCP connection without TCP: of net.Socket it has what the native client uses, in the order in which Node does it. */
export class FakeSocket extends EventEmitter {
  readonly #onRead: OnRead;
  #request = '';
  readonly #writes: ((error: Error | null) => void)[] = [];
  destroyed = false;
  writableLength = 0;

  constructor(onRead: OnRead) {
    super();
    this.#onRead = onRead;
  }

  setNoDelay(): void {
    // There are no packets.
  }

  write(bytes: Buffer, written?: (error: Error | null) => void): boolean {
    if (written !== undefined) this.#writes.push(written);
    if (this.#request === '') this.#request = bytes.toString('latin1');
    return true;
  }

  destroy(): void {
    this.destroyed = true;
  }

  /** What the upgrade's answer has to say. */
  get accept(): string {
    return upgradeAccept(this.#request);
  }

  /** What was written has gone out. */
  flush(): void {
    for (const written of this.#writes.splice(0)) written(null);
  }

  /** Bytes arrive in the buffer that all sockets share. What is kept of it by mistake is garbage afterwards. */
  read(chunk: Buffer): void {
    const { buffer, callback } = this.#onRead;
    chunk.copy(buffer);
    callback.call(this, chunk.length, buffer);
    buffer.fill(0xee, 0, chunk.length);
  }
}

/** Takes the place of net.connect; the sockets that were made, in order. */
export function fakeConnect(sockets: FakeSocket[]): typeof net.connect {
  const connect = ({ onread }: { onread: OnRead }): FakeSocket => {
    const socket = new FakeSocket(onread);
    sockets.push(socket);
    return socket;
  };
  return connect as unknown as typeof net.connect;
}
