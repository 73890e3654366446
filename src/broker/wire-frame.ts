import { isUtf8 } from 'node:buffer';
import { EMPTY_BODY, type Dialect } from './frame.js';
import { escapeHeaderName, escapeHeaderValue } from './header-text.js';

export type ServerCommand = 'CONNECTED' | 'MESSAGE' | 'RECEIPT' | 'ERROR' | 'HEARTBEAT';

/** withheld: the connection had fallen silent, on purpose. undelivered: it had ended. */
export type FrameEnd = 'written' | 'withheld' | 'undelivered';

/** Is told once, by the connection, what became of a frame. */
export interface FrameFate {
  settle(end: FrameEnd): void;
}

/** One STOMP frame within one whole, unmasked WebSocket frame: written as it is to any number of sockets. */
export interface WireFrame {
  readonly command: ServerCommand;
  readonly bytes: Buffer;
  /** Where in `bytes` the WebSocket payload, the STOMP frame, begins. */
  readonly payloadStart: number;
  /** A body that is not UTF-8 must not travel as text (RFC 6455 §8.1). */
  readonly binary: boolean;
  /** Of one delivery, where the broker keeps account of it; null otherwise, and where many share the frame. */
  readonly fate: FrameFate | null;
}

/** A frame with its header lines in order. A body comes with its content-length. */
export function encodeFrame(
  command: ServerCommand,
  headers: Iterable<readonly [string, string]>,
  dialect: Dialect,
  body: Buffer = EMPTY_BODY,
): WireFrame {
  const lines = `${command}\n${headerLines(headers, dialect)}`;
  const length = body.length === 0 ? '' : `content-length:${body.length}\n`;
  return frameParts(command, Buffer.from(`${lines}${length}\n`), endOf(body), !isUtf8(body));
}

/** STOMP 1.2, "Heart-beating": a line end. */
export const HEARTBEAT = frameParts('HEARTBEAT', Buffer.from('\n'), EMPTY_BODY, false);

export function headerLines(headers: Iterable<readonly [string, string]>, dialect: Dialect): string {
  let lines = '';
  for (const [name, value] of headers) lines += headerLine(name, value, dialect);
  return lines;
}

export function headerLine(name: string, value: string, dialect: Dialect): string {
  return `${escapeHeaderName(name, dialect)}:${escapeHeaderValue(value, dialect)}\n`;
}

/** A body and the NUL that ends its frame. */
export function endOf(body: Buffer): Buffer {
  const end = Buffer.allocUnsafe(body.length + 1);
  body.copy(end);
  end[body.length] = 0;
  return end;
}

/** RFC 6455 §5.2: FIN set, no mask, the shortest of the three length forms. */
export function frameParts(command: ServerCommand, first: Buffer, rest: Buffer, binary: boolean): WireFrame {
  const length = first.length + rest.length;
  const payloadStart = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafe(payloadStart + length);
  bytes[0] = binary ? 0x82 : 0x81;
  if (payloadStart === 2) {
    bytes[1] = length;
  } else if (payloadStart === 4) {
    bytes[1] = 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 127;
    bytes.writeUIntBE(0, 2, 2);
    bytes.writeUIntBE(length, 4, 6);
  }
  first.copy(bytes, payloadStart);
  rest.copy(bytes, payloadStart + first.length);
  return { command, bytes, payloadStart, binary, fate: null };
}
