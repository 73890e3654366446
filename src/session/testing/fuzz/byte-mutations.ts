import type { FuzzRandom } from './random.js';

type Mutation = (bytes: Buffer, random: FuzzRandom) => Buffer;

/** Damage that knows nothing of what it damages. */
const MUTATIONS: readonly Mutation[] = [
  (bytes, random) => {
    const flipped = Buffer.from(bytes);
    for (let n = 1 + random.below(8); n > 0; n--) {
      const at = random.below(flipped.length);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8));
    }
    return flipped;
  },
  (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  (bytes, random) => spliced(bytes, random, () => random.bytes(1 + random.below(30))),
  (bytes, random) => spliced(bytes, random, (cut) => Buffer.concat([cut, cut, cut])),
  (bytes, random) => spliced(bytes, random, () => Buffer.alloc(0)),
  (bytes, random) =>
    spliced(bytes, random, (cut) => Buffer.alloc(cut.length, random.pick([0, 0xff, 0x0a, 0x0d]))),
  (bytes, random) => spliced(bytes, random, (cut) => Buffer.from(cut).reverse()),
];

export function mutateBytes(bytes: Buffer, random: FuzzRandom): Buffer {
  return bytes.length === 0 ? bytes : random.pick(MUTATIONS)(bytes, random);
}

function spliced(bytes: Buffer, random: FuzzRandom, change: (cut: Buffer) => Buffer): Buffer {
  const from = random.below(bytes.length);
  const to = Math.min(bytes.length, from + 1 + random.below(200));
  return Buffer.concat([bytes.subarray(0, from), change(bytes.subarray(from, to)), bytes.subarray(to)]);
}
