import { Buffer } from 'node:buffer';
import { deflateSync, inflateSync } from 'node:zlib';
import { COUNTS_LENGTH, MAX_US, SIGNIFICANT_DIGITS } from './hdr-layout.js';

// "HdrHistogram V2": AbstractHistogram.encodeIntoByteBuffer of the HdrHistogram project. Of the cookies the second digit from
// the right is the size of a word, 1: ZigZag LEB128 of variable length.
const COOKIE = 0x1c849313;
const COMPRESSED_COOKIE = 0x1c849314;
const HEADER_BYTES = 40;
const COMPRESSED_HEADER_BYTES = 8;
/** Of one number. */
const MOST_BYTES = 9;
const MOST_PAYLOAD_BYTES = COUNTS_LENGTH * MOST_BYTES;
/** Longer ones are no histogram of ours: what is inflated is bounded, too. */
const MOST_TEXT = 4 * MOST_PAYLOAD_BYTES;

/**
 * The counts of a histogram from its first bucket to its last occupied one, as HdrHistogram V2 writes them: ZigZag LEB128,
 * where -n stands for n empty buckets. Some three bytes for each occupied bucket.
 */
export function packCounts(counts: Float64Array, length: number): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(256);
  let at = 0;
  for (let i = 0; i < length;) {
    if (at + MOST_BYTES > bytes.length) {
      const larger = new Uint8Array(bytes.length * 2);
      larger.set(bytes);
      bytes = larger;
    }
    const from = i;
    while (i < length && counts[i] === 0) i++;
    const empty = i - from;
    if (empty > 1) at = putNumber(bytes, at, empty * 2 - 1);
    else if (empty === 1) at = putNumber(bytes, at, 0);
    else at = putNumber(bytes, at, (counts[i++] ?? 0) * 2);
  }
  return bytes.slice(0, at);
}

/** Calls with each occupied bucket and its count. Throws RangeError on what packCounts cannot have made. */
export function eachCount(packed: Uint8Array, visit: (index: number, count: number) => void): void {
  let index = 0;
  for (let at = 0; at < packed.length;) {
    let zigzag = 0;
    let factor = 1;
    for (let taken = 0; ; taken++) {
      const byte = packed[at++];
      if (byte === undefined || taken === MOST_BYTES) throw new RangeError('counts end within a number');
      zigzag += (byte & 0x7f) * factor;
      factor *= 128;
      if (byte < 0x80) break;
    }
    if (zigzag % 2 === 1) {
      index += (zigzag + 1) / 2;
    } else {
      if (zigzag > 0 && index < COUNTS_LENGTH) visit(index, zigzag / 2);
      index++;
    }
    if (index > COUNTS_LENGTH) throw new RangeError('counts of more buckets than there are');
  }
}

/** How many samples were counted. Throws RangeError as eachCount does. */
export function samplesIn(packed: Uint8Array): number {
  let samples = 0;
  eachCount(packed, (_, count) => {
    samples += count;
  });
  return samples;
}

/** HdrHistogram V2, compressed, base64, of packed counts: what any HdrHistogram library reads. */
export function encodePacked(packed: Uint8Array): string {
  const plain = Buffer.alloc(HEADER_BYTES + packed.length);
  plain.writeUInt32BE(COOKIE, 0);
  plain.writeUInt32BE(packed.length, 4);
  plain.writeUInt32BE(0, 8); // no offset of the indexes
  plain.writeUInt32BE(SIGNIFICANT_DIGITS, 12);
  plain.writeBigUInt64BE(1n, 16);
  plain.writeBigUInt64BE(BigInt(MAX_US), 24);
  plain.writeDoubleBE(1, 32); // a count is of as many units as it says
  plain.set(packed, HEADER_BYTES);
  const deflated = deflateSync(plain);
  const header = Buffer.alloc(COMPRESSED_HEADER_BYTES);
  header.writeUInt32BE(COMPRESSED_COOKIE, 0);
  header.writeUInt32BE(deflated.length, 4);
  return Buffer.concat([header, deflated]).toString('base64');
}

/** The packed counts of an encoded histogram of our layout. Throws RangeError where it is none. */
export function decodePacked(text: string): Uint8Array {
  if (text.length > MOST_TEXT) throw new RangeError('too long for a histogram');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length < COMPRESSED_HEADER_BYTES || bytes.readUInt32BE(0) !== COMPRESSED_COOKIE) {
    throw new RangeError('not a compressed HdrHistogram V2');
  }
  const plain = inflated(
    bytes.subarray(COMPRESSED_HEADER_BYTES, COMPRESSED_HEADER_BYTES + bytes.readUInt32BE(4)),
  );
  if (plain.length < HEADER_BYTES || plain.readUInt32BE(0) !== COOKIE) {
    throw new RangeError('not an HdrHistogram V2');
  }
  const ours =
    plain.readUInt32BE(12) === SIGNIFICANT_DIGITS &&
    plain.readBigUInt64BE(16) === 1n &&
    plain.readBigUInt64BE(24) === BigInt(MAX_US);
  if (!ours) throw new RangeError('an HdrHistogram of another range or precision');
  const packed = plain.subarray(HEADER_BYTES);
  if (packed.length !== plain.readUInt32BE(4)) throw new RangeError('an HdrHistogram that was cut short');
  return packed;
}

function inflated(bytes: Buffer): Buffer {
  try {
    return inflateSync(bytes, { maxOutputLength: HEADER_BYTES + MOST_PAYLOAD_BYTES });
  } catch (error) {
    throw new RangeError('an HdrHistogram that cannot be decompressed', { cause: error });
  }
}

// Numbers of up to 53 bits: bit operations would cut them to 32.
function putNumber(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  let end = at;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes[end++] = (rest % 128) + 128;
  bytes[end++] = rest;
  return end;
}
