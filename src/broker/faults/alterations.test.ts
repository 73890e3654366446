import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame } from '../wire-frame.js';
import { brokenFrame, corruptedBody, paddedBody } from './alterations.js';

describe('a corrupted body', () => {
  it('has every ASCII byte from its 17th to its 64th changed, is as long, and still a text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        const body = Buffer.from(text);
        const corrupted = corruptedBody({ body, binary: false });
        const from = body.length > 16 ? 16 : 0;
        const ascii = [...body.keys()].filter((at) => at >= from && at < 64 && body[at]! < 0x80);
        if (corrupted === undefined) {
          expect(ascii).toEqual([]);
          return;
        }
        expect(isUtf8(corrupted)).toBe(true);
        expect([...body.keys()].filter((at) => corrupted[at] !== body[at])).toEqual(ascii);
        expect(corrupted).toHaveLength(body.length);
      }),
    );
  });

  it('of binary data has every byte from its 17th to its 64th changed', () => {
    const body = Buffer.alloc(80, 0xf0);
    const corrupted = corruptedBody({ body, binary: true });
    expect(corrupted).toEqual(
      Buffer.concat([Buffer.alloc(16, 0xf0), Buffer.alloc(48, 0x0f), Buffer.alloc(16, 0xf0)]),
    );
  });

  it('is not to be had of an empty one', () => {
    expect(corruptedBody({ body: Buffer.alloc(0), binary: false })).toBeUndefined();
  });
});

describe('a padded body', () => {
  it('begins as it was', () => {
    expect(paddedBody({ body: Buffer.from('ab') }, 4)?.toString()).toBe('ab  ');
  });

  it('is not to be had where it is as long already', () => {
    expect(paddedBody({ body: Buffer.from('ab') }, 2)).toBeUndefined();
  });
});

describe('a broken frame', () => {
  it('leaves the one that others share as it is', () => {
    const frame = encodeFrame('MESSAGE', [], '1.2');
    const before = Buffer.from(frame.bytes);
    expect(brokenFrame(frame).bytes).not.toEqual(before);
    expect(frame.bytes).toEqual(before);
  });
});
