import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 16 * 1024;

/** Crypto-random bytes bought wholesale: one system call for each 16 KiB instead of one for each mask. */
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/** The offset of `count` fresh bytes in `randomBytesPool`; they are good until the next call. */
export function takeRandom(count: number): number {
  if (used + count > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const at = used;
  used += count;
  return at;
}

export { pool as randomBytesPool };
