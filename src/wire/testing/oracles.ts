import { FrameImpl, Parser } from '@stomp/stompjs';
import { createRequire } from 'node:module';
import { setImmediate as afterIo } from 'node:timers/promises';
import type { Writable } from 'node:stream';
import type { SocketEvent } from './collect.js';

interface ReceiverOptions {
  readonly isServer?: boolean;
  readonly maxPayload?: number;
}

/** The typings of `ws` leave its Receiver out. */
const { Receiver } = createRequire(import.meta.url)('ws') as {
  Receiver: new (options: ReceiverOptions) => Writable;
};

/** What the receiver of `ws` makes of these reads; its faults have no code that compares with ours. */
export async function readByWs(reads: readonly Buffer[], options: ReceiverOptions): Promise<SocketEvent[]> {
  const events: SocketEvent[] = [];
  const receiver = new Receiver(options);
  for (const kind of ['message', 'ping', 'pong'] as const) {
    receiver.on(kind, (data: Buffer) => events.push({ kind, bytes: data.toString('latin1') }));
  }
  receiver.on('conclude', (code: number, reason: Buffer) =>
    events.push({ kind: 'close', code, reason: reason.toString() }),
  );
  receiver.on('error', (error) => events.push({ kind: 'fault', code: 'ws', closeCode: statusCodeOf(error) }));
  for (const read of reads) {
    // It unmasks in place and keeps views: each read is its own, as with a socket without a shared buffer.
    if (receiver.writable) receiver.write(Buffer.from(read));
  }
  await afterIo();
  return events;
}

/** `ws` keeps the close code that answers an error under a symbol of its own. */
function statusCodeOf(error: Error): number {
  const symbol = Object.getOwnPropertySymbols(error).find(({ description }) => description === 'status-code');
  return symbol === undefined ? 0 : Number(Reflect.get(error, symbol));
}

interface ParsedFrame {
  readonly command: string;
  /** Raw: neither unescaped nor made unique. */
  readonly rawHeaders: readonly (readonly [string, string])[];
  /** Trimmed, the first of each name, unescaped if asked for: what a user of stompjs sees. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the parser of `@stomp/stompjs` makes of these messages; `null` is a heart-beat. */
export function readByStompjs(messages: readonly Buffer[], isEscaped: boolean): (ParsedFrame | null)[] {
  const events: (ParsedFrame | null)[] = [];
  const parser = new Parser(
    (raw) => {
      const rawHeaders = raw.headers.map(([name, value]) => [name, value] as const);
      const { headers } = FrameImpl.fromRawFrame(raw, isEscaped);
      const body = Buffer.from(raw.binaryBody ?? []).toString('latin1');
      events.push({ command: raw.command ?? '', rawHeaders, headers, body });
    },
    () => events.push(null),
  );
  for (const message of messages) parser.parseChunk(Uint8Array.from(message).buffer);
  return events;
}
