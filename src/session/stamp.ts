import { STAMP_BYTES } from '../model/plan.js';

/**
 * The stamp that each published message carries: which run, which publisher, which of its messages to this destination,
 * when it was sent, how long after it was due, and which destination it is for. By default it stands in the body, since
 * a server may drop headers (Spring's /app handlers do). Fixed width, plain ASCII, so that it survives JSON; digits of
 * base 36; the checksum is of everything between the marker and itself, so that no damage passes for a message:
 *
 *     stompede:2:RRRRRRR:PPPP:SSSSSSS:UUUUUUUUUU:LLLLLL:DDDDDD:CCCCCCC
 *                run     |    |       |          lag, µs|      checksum
 *                  publisher  seq     sent, monotonic µs       destination
 */
const MARKER = Buffer.from('stompede:2:', 'latin1');
const CHECKSUM_DIGITS = 7;
const CHECKSUM_AT = STAMP_BYTES - CHECKSUM_DIGITS;
/** Digits of run, publisher, seq, sent, lag and destination. */
const FIELD_DIGITS = [7, 4, 7, 10, 6, 6] as const;
const BASE = 36;
const MAX_LAG_US = BASE ** 6 - 1;
/** Hashes of destinations are below it. */
export const DESTINATION_HASHES = BASE ** 6;

/** The header that carries it where the plan says so. */
export const STAMP_HEADER = 'stompede-stamp';

const COLON = 0x3a;
/** The value of each digit, by its byte; -1: it is none. */
const DIGITS = Int8Array.from({ length: 256 }, (_, byte) =>
  /[0-9a-z]/.test(String.fromCharCode(byte)) ? Number.parseInt(String.fromCharCode(byte), BASE) : -1,
);

// FNV-1a: each step is a bijection, so that two texts which differ in one byte never have the same sum.
const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

export interface Stamp {
  /** The run's id as a number, from its eight hexadecimal digits. */
  run: number;
  /** The publisher's number, over all publish entries of the plan. */
  publisher: number;
  /** Of this publisher's messages to this destination, from 0: so a gap is a message that has not come. */
  seq: number;
  sentUs: number;
  lagUs: number;
  /** The hash of the destination at which subscribers get it. */
  destination: number;
}

/** What a MESSAGE has: a stamp, one that was damaged on the way, or none. */
export type StampRead = Readonly<Stamp> | 'damaged' | null;

/** What was found: a stamp, one that was damaged on the way, or none at all. */
export type StampFound = 'good' | 'damaged' | 'none';

/** By which a stamp names its destination: two names have the same hash once in two thousand million pairs. */
export function destinationHash(name: string): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), FNV_PRIME);
  return (hash >>> 0) % DESTINATION_HASHES;
}

export function newStamp(): Stamp {
  return { run: 0, publisher: 0, seq: 0, sentUs: 0, lagUs: 0, destination: 0 };
}

/** Writes STAMP_BYTES bytes. A lag above 36 minutes is written as that. */
export function writeStamp(target: Buffer, offset: number, stamp: Stamp): void {
  const { run, publisher, seq, destination } = stamp;
  const lagUs = Math.min(MAX_LAG_US, Math.max(0, Math.round(stamp.lagUs)));
  const values = [run, publisher, seq, Math.round(stamp.sentUs), lagUs, destination];
  MARKER.copy(target, offset);
  let at = offset + MARKER.length;
  FIELD_DIGITS.forEach((digits, field) => {
    writeDigits(target, at, digits, values[field] ?? 0);
    target[at + digits] = COLON;
    at += digits + 1;
  });
  writeDigits(target, at, CHECKSUM_DIGITS, checksum(target, offset + MARKER.length, at));
}

/**
 * Reads the first good stamp within bytes[start, end) into `into`. It is looked for at the start first, where our own
 * bodies have it, then anywhere.
 */
export function readStamp(bytes: Buffer, start: number, end: number, into: Stamp): StampFound {
  let found: StampFound = 'none';
  let at = isMarker(bytes, start, end) ? start : nextMarker(bytes, start, end);
  while (at >= 0) {
    if (end - at >= STAMP_BYTES && readFields(bytes, at, into)) return 'good';
    found = 'damaged';
    at = nextMarker(bytes, at, end);
  }
  return found;
}

/** What a MESSAGE has in whose body no good stamp was: the header may have one. */
export function readHeaderStamp(
  inBody: Exclude<StampFound, 'good'>,
  text: string | undefined,
  into: Stamp,
): StampRead {
  const inHeader = text === undefined ? 'none' : readStamp(Buffer.from(text, 'latin1'), 0, text.length, into);
  if (inHeader === 'good') return into;
  return inBody === 'damaged' || inHeader === 'damaged' ? 'damaged' : null;
}

function isMarker(bytes: Buffer, at: number, end: number): boolean {
  if (end - at < MARKER.length) return false;
  for (let i = 0; i < MARKER.length; i++) if (bytes[at + i] !== MARKER[i]) return false;
  return true;
}

function nextMarker(bytes: Buffer, after: number, end: number): number {
  if (end - after <= MARKER.length) return -1;
  const next = bytes.subarray(after + 1, end).indexOf(MARKER);
  return next < 0 ? -1 : after + 1 + next;
}

// Only read within one call: nothing is allocated for a MESSAGE.
const fields = new Float64Array(FIELD_DIGITS.length);

// In one pass: the checksum decides, so that the fields need no check of their own but that all of them are there.
function readFields(bytes: Buffer, at: number, into: Stamp): boolean {
  const end = at + CHECKSUM_AT;
  let sum = FNV_OFFSET;
  let value = 0;
  let field = 0;
  for (let i = at + MARKER.length; i < end; i++) {
    const byte = bytes[i] ?? 0;
    sum = Math.imul(sum ^ byte, FNV_PRIME);
    const digit = DIGITS[byte] ?? -1;
    if (digit >= 0) {
      value = value * BASE + digit;
    } else {
      if (byte !== COLON) return false;
      fields[field++] = value;
      value = 0;
    }
  }
  if (field !== FIELD_DIGITS.length || readChecksum(bytes, end) !== sum >>> 0) return false;
  into.run = fields[0] ?? 0;
  into.publisher = fields[1] ?? 0;
  into.seq = fields[2] ?? 0;
  into.sentUs = fields[3] ?? 0;
  into.lagUs = fields[4] ?? 0;
  into.destination = fields[5] ?? 0;
  return true;
}

/** -1 when a byte is not a digit. */
function readChecksum(bytes: Buffer, at: number): number {
  let value = 0;
  for (let i = at; i < at + CHECKSUM_DIGITS; i++) {
    const digit = DIGITS[bytes[i] ?? 0] ?? -1;
    if (digit < 0) return -1;
    value = value * BASE + digit;
  }
  return value;
}

function checksum(bytes: Buffer, start: number, end: number): number {
  let sum = FNV_OFFSET;
  for (let i = start; i < end; i++) sum = Math.imul(sum ^ (bytes[i] ?? 0), FNV_PRIME);
  return sum >>> 0;
}

function writeDigits(target: Buffer, at: number, length: number, value: number): void {
  target.write(value.toString(BASE).padStart(length, '0'), at, length, 'latin1');
}
