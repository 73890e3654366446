import type { Fact } from './fact.js';

export type SystemFact = Extract<Fact, { type: 'system' }>;

/** Where a stream goes to, and where it starts from. */
export interface Route {
  /** An address, not a name. */
  readonly host: string;
  readonly port: number;
  /** null: the kernel chooses. */
  readonly source: { readonly address: string; readonly port: number } | null;
}

/** TCP, or TLS over it, to one address: made connecting. Two kinds stand behind this: TcpStream and NetStream. */
export interface ByteStream {
  /** Bytes that wait for the other side to read. */
  readonly waitingBytes: number;
  /** False once the buffer is full: the owner hears onDrain when it is empty again. */
  write(bytes: Buffer): boolean;
  /**
   * After the end of TCP: the RST that it was, or null. libuv tells of an RST as of an ordinary end where bytes came right
   * before it; the kernel keeps the error for whoever writes next, be it nothing.
   */
  askHowItEnded(then: (reset: SystemFact | null) => void): void;
  /** At once and silently. */
  destroy(): void;
}

/** Who hears from a stream: never from within one of its calls, and nothing after `destroy()`. */
export interface StreamOwner {
  onTcpConnected(): void;
  /** TLS stands; only where there is one. */
  onSecured(): void;
  /** The bytes are valid during the call only. */
  onBytes(bytes: Buffer, length: number): void;
  onDrain(): void;
  /** The other side has ended TCP. */
  onTcpEnd(): void;
  /**
   * Of the connecting, or of the connection: nothing comes after it. `atBind`: before the first packet, for the local
   * address or port.
   */
  onStreamFailed(failure: SystemFact, atBind: boolean): void;
}

/** What an empty write after the end of TCP came to, as a fact. */
export function resetFact(code: string | undefined): SystemFact | null {
  if (code !== 'ECONNRESET' && code !== 'EPIPE') return null;
  return { type: 'system', code: 'ECONNRESET', message: 'read ECONNRESET' };
}

export const NOTHING = Buffer.alloc(0);

/** One for the reads of all streams of a thread: what is in it is taken before the next read. */
export function newReadBuffer(): Buffer {
  return Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
}

const READ_BUFFER_BYTES = 64 * 1024;
