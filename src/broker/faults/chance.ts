/**
 * Chance that is the same in every run: a number from 0 up to, not including, 1 that depends on nothing but the seed
 * and what it is asked for. Not on timing, and not on what was asked before.
 */
export function chance(seed: number, purpose: number, rule: number, connection: number, nth = 0): number {
  const high = mixed(0x9e3779b9, seed, purpose, rule, connection, nth);
  const low = mixed(0x85ebca6b, seed, purpose, rule, connection, nth);
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

function mixed(
  start: number,
  seed: number,
  purpose: number,
  rule: number,
  connection: number,
  nth: number,
): number {
  let state = absorb(start, seed);
  state = absorb(state, purpose);
  state = absorb(state, rule);
  state = absorb(state, connection);
  return finish(absorb(state, nth));
}

/** MurmurHash3 (Austin Appleby, x86_32): its step for each 32 bits, and its end. */
function absorb(state: number, value: number): number {
  const scrambled = Math.imul(rotated(Math.imul(value, 0xcc9e2d51), 15), 0x1b873593);
  return (Math.imul(rotated(state ^ scrambled, 13), 5) + 0xe6546b64) | 0;
}

function finish(state: number): number {
  let hash = state ^ 20;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
