import fc from 'fast-check';
import { MAX_US } from '../hdr-layout.js';

/** Whole microseconds of every magnitude that is recorded. */
export const anyUs = fc.oneof(fc.nat(5000), fc.nat(5_000_000), fc.integer({ min: 0, max: MAX_US }));

/** Several lists as one, each kept in its own order: `picks` says whose turn it is. */
export function interleave<T>(lists: readonly (readonly T[])[], picks: readonly number[]): T[] {
  const rest = lists.map((list) => [...list]).filter((list) => list.length > 0);
  const merged: T[] = [];
  for (let turn = 0; rest.length > 0; turn++) {
    const which = (picks[turn % Math.max(1, picks.length)] ?? 0) % rest.length;
    const list = rest[which];
    const next = list?.shift();
    if (next !== undefined) merged.push(next);
    if (list?.length === 0) rest.splice(which, 1);
  }
  return merged;
}
