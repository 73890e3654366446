import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeldBytes } from './held-bytes.js';
import { someBytes } from './testing/raw.js';

describe('HeldBytes', () => {
  it('holds what was appended, in memory of at most twice that and never beyond its limit', () => {
    fc.assert(
      fc.property(fc.array(someBytes(200), { maxLength: 20 }), (portions) => {
        const all = Buffer.concat(portions);
        const held = new HeldBytes(all.length);
        for (const portion of portions) {
          const padded = Buffer.concat([Buffer.of(1, 2, 3), portion, Buffer.of(4)]);
          held.append(padded, 3, 3 + portion.length);
          expect(held.bytes.length).toBeLessThanOrEqual(Math.min(Math.max(64, 2 * held.length), all.length));
        }
        expect(held.bytes.subarray(0, held.length)).toEqual(all);
      }),
    );
  });

  it('copies a long stream of single bytes a bounded number of times', () => {
    const held = new HeldBytes(1 << 20);
    const buffers = new Set<Buffer>();
    for (let i = 0; i < 1 << 16; i++) {
      held.append(Buffer.of(i & 0xff), 0, 1);
      buffers.add(held.bytes);
    }
    expect(buffers.size).toBe(11); // 64 bytes to 64 KiB
  });

  it('takes memory of its own, so that a short rest does not pin a pool', () => {
    const held = new HeldBytes(1000);
    held.append(Buffer.from('rest'), 0, 4);
    expect(held.bytes.buffer.byteLength).toBe(held.bytes.length);
  });
});
