const MORE = 0x80;
const SEVEN_BITS = 0x7f;
/** Of a number of 32 bits. */
const MOST_BYTES = 5;

/**
 * (index, count) pairs of 32-bit numbers in as few bytes as they need, in their order: of each index the distance to the
 * one before it, zigzag, then the count, both as LEB128 (the variable-length integers of DWARF and of Protocol Buffers).
 * Of eight bytes a pair three remain: an interval file is made of little else.
 */
export function packPairs(pairs: Uint32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pairs.length * MOST_BYTES);
  let at = 0;
  let before = 0;
  const put = (value: number): void => {
    let rest = value;
    for (; rest > SEVEN_BITS; rest >>>= 7) bytes[at++] = (rest & SEVEN_BITS) | MORE;
    bytes[at++] = rest;
  };
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const index = pairs[i] ?? 0;
    const distance = (index - before) | 0;
    put(((distance << 1) ^ (distance >> 31)) >>> 0);
    put(pairs[i + 1] ?? 0);
    before = index;
  }
  return bytes.slice(0, at);
}

/** The inverse. Throws RangeError on what packPairs cannot have made. */
export function unpackPairs(bytes: Uint8Array): Uint32Array<ArrayBuffer> {
  const pairs: number[] = [];
  let at = 0;
  let before = 0;
  const take = (): number => {
    let value = 0;
    for (let taken = 0; taken < MOST_BYTES; taken++) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value |= (byte & SEVEN_BITS) << (7 * taken);
      if (byte < MORE) return value >>> 0;
    }
    throw new RangeError('packed pairs end within a number');
  };
  while (at < bytes.length) {
    const zigzag = take();
    before = (before + ((zigzag >>> 1) ^ -(zigzag & 1))) >>> 0;
    pairs.push(before, take());
  }
  return Uint32Array.from(pairs);
}
