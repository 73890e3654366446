import type { WireFault } from '../fault.js';
import { StompReader, type StompFrame, type StompSink, type StompVersion } from '../stomp-reader.js';
import { WebSocketReader, type WebSocketSink } from '../websocket-reader.js';

/**
 * What a reader said, as plain values that a test can compare. Bytes are Latin-1 text, one character each.
 */
export type SocketEvent =
  | { readonly kind: 'message' | 'ping' | 'pong'; readonly bytes: string }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string }
  | { readonly kind: 'fault'; readonly code: string; readonly closeCode: number };

export type StompEvent =
  | {
      readonly kind: 'frame';
      readonly command: number;
      readonly headers: readonly (string | undefined)[];
      readonly body: string;
    }
  | { readonly kind: 'heart-beat' }
  | { readonly kind: 'fault'; readonly code: string };

export const LIMIT_BYTES = 70_000;

/** Everything that a reader says about these reads. */
export function readSocket(reads: readonly Buffer[], limitBytes = LIMIT_BYTES): SocketEvent[] {
  const reader = new WebSocketReader(limitBytes);
  const collected = new SocketCollector();
  throughSharedBuffer(reads, (bytes, start, end) => reader.push(bytes, start, end, collected));
  return collected.events;
}

/** Everything that a reader says about these messages, with the values of the headers that are asked for. */
export function readStomp(
  messages: readonly Buffer[],
  options: { version?: StompVersion; headers?: readonly string[]; limitBytes?: number } = {},
): StompEvent[] {
  const reader = new StompReader(options.limitBytes ?? LIMIT_BYTES);
  if (options.version !== undefined) reader.version = options.version;
  const collected = new StompCollector(options.headers ?? []);
  throughSharedBuffer(messages, (bytes, start, end) => reader.push(bytes, start, end, collected));
  return collected.events;
}

/** As sockets deliver: always in the same buffer, somewhere in it, which the next read overwrites. */
function throughSharedBuffer(
  reads: readonly Buffer[],
  push: (bytes: Buffer, start: number, end: number) => void,
): void {
  const longest = reads.reduce((most, { length }) => Math.max(most, length), 0);
  const shared = Buffer.alloc(longest + 16);
  reads.forEach((read, index) => {
    const start = index % 8;
    read.copy(shared, start);
    push(shared, start, start + read.length);
    // Both layers would notice it: a NUL ends a STOMP body, and 0x00 is a continuation frame.
    shared.fill(0);
  });
}

class SocketCollector implements WebSocketSink {
  readonly events: SocketEvent[] = [];

  onMessage(bytes: Buffer, start: number, end: number): void {
    this.events.push({ kind: 'message', bytes: bytes.toString('latin1', start, end) });
  }
  onPing(bytes: Buffer, start: number, end: number): void {
    this.events.push({ kind: 'ping', bytes: bytes.toString('latin1', start, end) });
  }
  onPong(bytes: Buffer, start: number, end: number): void {
    this.events.push({ kind: 'pong', bytes: bytes.toString('latin1', start, end) });
  }
  onClose(code: number, reason: string): void {
    this.events.push({ kind: 'close', code, reason });
  }
  onFault({ code, closeCode }: WireFault): void {
    this.events.push({ kind: 'fault', code, closeCode });
  }
}

class StompCollector implements StompSink {
  readonly events: StompEvent[] = [];
  private readonly names: readonly string[];

  constructor(names: readonly string[]) {
    this.names = names;
  }

  onFrame(frame: StompFrame): void {
    this.events.push({
      kind: 'frame',
      command: frame.command,
      headers: this.names.map((name) => frame.header(name)),
      body: frame.bytes.toString('latin1', frame.bodyStart, frame.bodyEnd),
    });
  }
  onHeartBeat(): void {
    this.events.push({ kind: 'heart-beat' });
  }
  /** Without the message: how much of the target it quotes depends on how much had come. */
  onStompFault({ code }: WireFault): void {
    this.events.push({ kind: 'fault', code });
  }
}
