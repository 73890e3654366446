import fc from 'fast-check';

/** A frame of RFC 6455 by hand, sharing nothing with the encoders. */
export interface RawFrame {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly isFinal?: boolean;
  /** The three reserved bits as a number. */
  readonly reserved?: number;
  readonly mask?: Buffer;
  /** How many bytes the length takes; by default the fewest. */
  readonly lengthBytes?: 1 | 2 | 8;
}

export function rawFrame(frame: RawFrame): Buffer {
  const { payload, mask } = frame;
  const lengthBytes = frame.lengthBytes ?? (payload.length < 126 ? 1 : payload.length < 65_536 ? 2 : 8);
  const head = Buffer.alloc(lengthBytes === 1 ? 2 : 2 + lengthBytes);
  head[0] = (frame.isFinal === false ? 0 : 0x80) | ((frame.reserved ?? 0) << 4) | frame.opcode;
  if (lengthBytes === 1) head[1] = payload.length;
  else if (lengthBytes === 2) {
    head[1] = 126;
    head.writeUInt16BE(payload.length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  if (mask === undefined) return Buffer.concat([head, payload]);
  head[1] |= 0x80;
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0))]);
}

export function text(content: string): Buffer {
  return rawFrame({ opcode: 1, payload: Buffer.from(content) });
}

export function bytesOf(content: string): Buffer {
  return Buffer.from(content, 'latin1');
}

/** One byte a read. */
export function byteByByte(stream: Buffer): Buffer[] {
  return Array.from(stream, (byte) => Buffer.of(byte));
}

/** A stream cut at these fractions of its length. */
export function cut(stream: Buffer, fractions: readonly number[]): Buffer[] {
  const cuts = fractions.map((fraction) => Math.floor(fraction * stream.length)).sort((a, b) => a - b);
  return [0, ...cuts].map((from, index) => stream.subarray(from, cuts[index] ?? stream.length));
}

export const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

export const someBytes = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));

/**
 * Text with ASCII, two-, three- and four-byte characters, and now and then enough of it for a longer length
 * form.
 */
export const someText = fc
  .tuple(
    fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀', '\0', '\n'), maxLength: 40 }),
    fc.constantFrom(1, 1, 1, 10),
  )
  .map(([unit, times]) => unit.repeat(times));
