import type { Message } from '../message.js';
import type { WireFrame } from '../wire-frame.js';

/** Where a message may carry what identifies it. */
const STAMP_AREA_BYTES = 64;

/** Its beginning, by which a receiver can still tell what was damaged. A body without more than that loses it too. */
const SPARED_BYTES = 16;

const HASH = 0x23;
const TILDE = 0x7e;
const BLANK = 0x20;

/** RFC 6455 §5.2: FIN, and 3, a data opcode that is reserved. */
const RESERVED_OPCODE = 0x83;

/**
 * The body with bytes 16 to 64 changed (all of a shorter one), so that of what stood there nothing can be told any more. A
 * text stays a valid one of the same length: there only ASCII is changed. undefined: there was nothing to change.
 */
export function corruptedBody({ body, binary }: Pick<Message, 'body' | 'binary'>): Buffer | undefined {
  const corrupted = Buffer.from(body);
  const end = Math.min(STAMP_AREA_BYTES, body.length);
  let changed = 0;
  for (let at = body.length > SPARED_BYTES ? SPARED_BYTES : 0; at < end; at++) {
    const byte = body[at] ?? 0;
    if (!binary && byte >= 0x80) continue;
    corrupted[at] = binary ? byte ^ 0xff : byte === HASH ? TILDE : HASH;
    changed++;
  }
  return changed === 0 ? undefined : corrupted;
}

/** The body filled up with blanks to that many bytes; undefined: it is as long already. */
export function paddedBody({ body }: Pick<Message, 'body'>, bytes: number): Buffer | undefined {
  if (body.length >= bytes) return undefined;
  const padded = Buffer.alloc(bytes, BLANK);
  body.copy(padded);
  return padded;
}

/**
 * A frame that no client may accept: its opcode is a reserved one. On a connection that compresses, where the WebSocket
 * frame is made anew, the STOMP frame in it shows the fault: it has no command that there is.
 */
export function brokenFrame(frame: WireFrame): WireFrame {
  const bytes = Buffer.from(frame.bytes);
  bytes[0] = RESERVED_OPCODE;
  bytes.fill('?', frame.payloadStart, frame.payloadStart + frame.command.length);
  return { ...frame, bytes };
}
