import { isCloseCode, OPCODE } from './opcode.js';
import { randomBytesPool, takeRandom } from './random-pool.js';

export { OPCODE };

const FINAL = 0x80;
const MASKED = 0x80;
const MASK_BYTES = 4;
const MAX_CLOSE_REASON_BYTES = 123;

/**
 * One whole frame as a client sends it (RFC 6455 section 5.2): final, masked, head and payload in one Buffer.
 */
export function encodeFrame(opcode: number, payload: Buffer): Buffer {
  const frame = frameFor(opcode, payload.length);
  payload.copy(frame, frame.length - payload.length);
  mask(frame, frame.length - payload.length);
  return frame;
}

/** A text frame straight from a string. */
export function encodeText(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const frame = frameFor(OPCODE.text, length);
  frame.write(text, frame.length - length);
  mask(frame, frame.length - length);
  return frame;
}

/**
 * A close frame. `null`, or the 1005 with which a reader says that there was no code, gives one without
 * payload; any other code that may not be sent is an Error. A reason beyond 123 bytes is cut between two
 * characters.
 */
export function encodeClose(code: number | null, reason = ''): Buffer {
  if (code === null || code === 1005) return encodeFrame(OPCODE.close, Buffer.alloc(0));
  if (!isCloseCode(code))
    throw new RangeError(`The close code ${code} may not be sent (RFC 6455 section 7.4).`);
  const payload = Buffer.alloc(2 + MAX_CLOSE_REASON_BYTES);
  payload.writeUInt16BE(code, 0);
  // Buffer.write stops before a character that does not fit.
  const written = payload.write(reason, 2);
  return encodeFrame(OPCODE.close, payload.subarray(0, 2 + written));
}

/** A frame whose head and mask are written and whose payload is not. */
function frameFor(opcode: number, length: number): Buffer {
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const headBytes = 2 + extended;
  const frame = Buffer.allocUnsafe(headBytes + MASK_BYTES + length);
  frame[0] = FINAL | opcode;
  if (extended === 0) {
    frame[1] = MASKED | length;
  } else if (extended === 2) {
    frame[1] = MASKED | 126;
    frame[2] = length >>> 8;
    frame[3] = length & 0xff;
  } else {
    frame[1] = MASKED | 127;
    frame.writeUIntBE(0, 2, 2);
    frame.writeUIntBE(length, 4, 6);
  }
  const key = takeRandom(MASK_BYTES);
  for (let i = 0; i < MASK_BYTES; i++) frame[headBytes + i] = randomBytesPool[key + i] ?? 0;
  return frame;
}

/** XORs everything from `payload` on with the four bytes before it (RFC 6455 section 5.3). */
function mask(frame: Buffer, payload: number): void {
  const m0 = frame[payload - 4] ?? 0;
  const m1 = frame[payload - 3] ?? 0;
  const m2 = frame[payload - 2] ?? 0;
  const m3 = frame[payload - 1] ?? 0;
  const end = frame.length;
  let at = payload;
  for (; at + 3 < end; at += 4) {
    frame[at] = (frame[at] ?? 0) ^ m0;
    frame[at + 1] = (frame[at + 1] ?? 0) ^ m1;
    frame[at + 2] = (frame[at + 2] ?? 0) ^ m2;
    frame[at + 3] = (frame[at + 3] ?? 0) ^ m3;
  }
  for (; at < end; at++) frame[at] = (frame[at] ?? 0) ^ (frame[payload - 4 + ((at - payload) & 3)] ?? 0);
}
