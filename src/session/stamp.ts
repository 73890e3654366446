import { STAMP_BYTES } from '../model/plan.js';

/**
 * The stamp that each published message carries: which run, which publisher, which of its messages, when it was
 * sent and how long after it was due. By default it stands in the body, since a server may drop headers
 * (Spring's /app handlers do). Fixed width, plain ASCII, so that it survives JSON and is read without parsing:
 *
 *     stompede:1:RRRRRRRR:PPPPPP:SSSSSSSSSS:UUUUUUUUUUUUUUU:LLLLLLLLL;
 *                run (hex) |      |          |               lag, µs
 *                  publisher     seq      sent, monotonic µs
 */
const MARKER = Buffer.from('stompede:1:', 'latin1');
const RUN = { at: 11, length: 8 };
const PUBLISHER = { at: 20, length: 6 };
const SEQ = { at: 27, length: 10 };
const SENT = { at: 38, length: 15 };
const LAG = { at: 54, length: 9 };
const MAX_LAG_US = 999_999_999;

/** The header that carries it where the plan says so. */
export const STAMP_HEADER = 'stompede-stamp';

const COLON = 0x3a;
const SEMICOLON = 0x3b;
const ZERO = 0x30;

export interface Stamp {
  /** The run's id as a number, from its eight hexadecimal digits. */
  run: number;
  /** The publisher's number, over all publish entries of the plan. */
  publisher: number;
  seq: number;
  sentUs: number;
  lagUs: number;
}

/** Writes STAMP_BYTES bytes. A lag above 999.999999 s is written as that. */
export function writeStamp(target: Buffer, offset: number, stamp: Stamp): void {
  MARKER.copy(target, offset);
  target.write(stamp.run.toString(16).padStart(RUN.length, '0'), offset + RUN.at, 'latin1');
  target[offset + PUBLISHER.at - 1] = COLON;
  writeDigits(target, offset + PUBLISHER.at, PUBLISHER.length, stamp.publisher);
  target[offset + SEQ.at - 1] = COLON;
  writeDigits(target, offset + SEQ.at, SEQ.length, stamp.seq);
  target[offset + SENT.at - 1] = COLON;
  writeDigits(target, offset + SENT.at, SENT.length, Math.round(stamp.sentUs));
  target[offset + LAG.at - 1] = COLON;
  writeDigits(
    target,
    offset + LAG.at,
    LAG.length,
    Math.min(MAX_LAG_US, Math.max(0, Math.round(stamp.lagUs))),
  );
  target[offset + STAMP_BYTES - 1] = SEMICOLON;
}

/**
 * Reads the first whole stamp within bytes[start, end) into `into`; false when there is none. It is looked for at the
 * start first, where our own bodies have it, then anywhere.
 */
export function readStamp(bytes: Buffer, start: number, end: number, into: Stamp): boolean {
  let at = start;
  while (end - at >= STAMP_BYTES) {
    if (isMarker(bytes, at) && readFields(bytes, at, into)) return true;
    const next = bytes.subarray(at + 1, end).indexOf(MARKER);
    if (next < 0) return false;
    at += 1 + next;
  }
  return false;
}

function isMarker(bytes: Buffer, at: number): boolean {
  for (let i = 0; i < MARKER.length; i++) if (bytes[at + i] !== MARKER[i]) return false;
  return true;
}

function readFields(bytes: Buffer, at: number, into: Stamp): boolean {
  if (bytes[at + STAMP_BYTES - 1] !== SEMICOLON) return false;
  const run = readNumber(bytes, at + RUN.at, RUN.length, 16);
  const publisher = readNumber(bytes, at + PUBLISHER.at, PUBLISHER.length, 10);
  const seq = readNumber(bytes, at + SEQ.at, SEQ.length, 10);
  const sentUs = readNumber(bytes, at + SENT.at, SENT.length, 10);
  const lagUs = readNumber(bytes, at + LAG.at, LAG.length, 10);
  if (run < 0 || publisher < 0 || seq < 0 || sentUs < 0 || lagUs < 0) return false;
  into.run = run;
  into.publisher = publisher;
  into.seq = seq;
  into.sentUs = sentUs;
  into.lagUs = lagUs;
  return true;
}

/** -1 when a byte is not a digit of the base. */
function readNumber(bytes: Buffer, at: number, length: number, base: 10 | 16): number {
  let value = 0;
  for (let i = at; i < at + length; i++) {
    const byte = bytes[i] ?? 0;
    let digit = byte - ZERO;
    if (digit > 9 && base === 16) digit = byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
    if (digit < 0 || digit >= base) return -1;
    value = value * base + digit;
  }
  return value;
}

function writeDigits(target: Buffer, at: number, length: number, value: number): void {
  let rest = value;
  for (let i = at + length - 1; i >= at; i--) {
    const next = Math.floor(rest / 10);
    target[i] = ZERO + (rest - next * 10);
    rest = next;
  }
}
