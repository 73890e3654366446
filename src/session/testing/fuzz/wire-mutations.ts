import { rawFrame, type RawFrame } from '../../../wire/testing/raw.js';
import type { FuzzRandom } from './random.js';

/** A WebSocket frame, or bytes that are none. */
export type Piece = RawFrame | Buffer;

type Mutation = (frame: RawFrame, random: FuzzRandom) => readonly Piece[];

/** What RFC 6455 forbids, and what it allows and nobody does. */
const MUTATIONS: readonly Mutation[] = [
  // Bits of extensions that nobody agreed to: 4 is permessage-deflate's.
  (frame, random) => [{ ...frame, reserved: random.pick([4, 4, 1, 2, 7]) }],
  (frame, random) => [{ ...frame, mask: random.bytes(4) }],
  (frame, random) => [{ ...frame, opcode: random.pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) }],
  (frame, random) => [{ ...frame, opcode: random.pick([0, 1, 2, 8, 9, 10]) }],
  (frame) => [{ ...frame, isFinal: false }],
  (frame, random) => [{ opcode: random.pick([8, 9, 10]), payload: frame.payload, isFinal: false }],
  (_frame, random) => [{ opcode: random.pick([8, 9, 10]), payload: random.bytes(126 + random.below(200)) }],
  (frame, random) => {
    // A whole message between the fragments of another one; or a ping, which is allowed.
    const [first, second] = halves(frame, random);
    return [first, random.chance(0.5) ? { opcode: 9, payload: Buffer.from('p') } : frame, second];
  },
  (frame, random) => {
    const [first, second] = halves(frame, random);
    const empty = Array.from({ length: random.below(50) }, () => ({
      ...second,
      payload: NONE,
      isFinal: false,
    }));
    return [first, ...empty, second];
  },
  (frame, random) => [announcing(frame.opcode, random.pick(LENGTHS)), frame],
  (frame, random) => [{ ...frame, lengthBytes: frame.payload.length < 65_536 ? random.pick([2, 8]) : 8 }],
  (_frame, random) => [{ opcode: 8, payload: random.pick(CLOSES) }],
  (frame) => [frame, { opcode: 0, payload: frame.payload }],
  (frame) => [frame, ...Array.from({ length: 100 }, () => ({ opcode: 9, payload: Buffer.alloc(125, 'p') }))],
  (frame, random) => [{ ...frame, payload: withBadUtf8(frame.payload, random) }],
  (frame) => [{ ...frame, payload: Buffer.concat(Array.from({ length: 60 }, () => frame.payload)) }],
  (frame) => [{ ...frame, opcode: 2 }],
  (_frame, random) => [random.bytes(1 + random.below(40))],
];

const NONE = Buffer.alloc(0);

const LENGTHS = [2n ** 64n - 1n, 2n ** 63n, 2n ** 53n, 2n ** 53n - 1n, 2n ** 32n, 2n ** 31n, 70_000n, 4097n];

const CLOSES = [
  NONE,
  Buffer.of(3),
  Buffer.of(0x03, 0xe8),
  Buffer.of(0x03, 0xe9),
  Buffer.of(0x03, 0xed),
  Buffer.of(0x03, 0xee),
  Buffer.of(0, 0),
  Buffer.of(0xff, 0xff),
  Buffer.from('\x03\xe8STOMP died', 'latin1'),
  Buffer.from('\x03\xf1\xff\xfe', 'latin1'),
  Buffer.concat([Buffer.of(0x03, 0xe8), Buffer.alloc(123, 'r')]),
];

const BAD_UTF8 = ['\xff', '\xc0\x80', '\xed\xa0\x80', '\xf4\x90\x80\x80', '\xe2\x82', '\x80'];

export function mutatePieces(pieces: readonly Piece[], random: FuzzRandom): readonly Piece[] {
  const mutated = [...pieces];
  for (let n = 1 + random.below(2); n > 0; n--) {
    const at = random.below(mutated.length);
    const piece = mutated[at];
    if (piece === undefined || Buffer.isBuffer(piece)) continue;
    mutated.splice(at, 1, ...random.pick(MUTATIONS)(piece, random));
  }
  return mutated;
}

export function encodePiece(piece: Piece): Buffer {
  return Buffer.isBuffer(piece) ? piece : rawFrame(piece);
}

/** The head of a frame with that length, as 64 bits, of which no payload follows. */
function announcing(opcode: number, length: bigint): Buffer {
  const head = Buffer.alloc(10);
  head[0] = 0x80 | opcode;
  head[1] = 127;
  head.writeBigUInt64BE(length, 2);
  return head;
}

export function halves(frame: RawFrame, random: FuzzRandom): readonly [RawFrame, RawFrame] {
  const at = random.below(frame.payload.length + 1);
  return [
    { ...frame, payload: frame.payload.subarray(0, at), isFinal: false },
    { ...frame, opcode: 0, payload: frame.payload.subarray(at) },
  ];
}

function withBadUtf8(payload: Buffer, random: FuzzRandom): Buffer {
  const at = random.below(payload.length + 1);
  const bad = Buffer.from(random.pick(BAD_UTF8), 'latin1');
  return Buffer.concat([payload.subarray(0, at), bad, payload.subarray(at)]);
}
