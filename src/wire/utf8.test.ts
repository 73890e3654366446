import fc from 'fast-check';
import { expect, it } from 'vitest';
import { someBytes, someText } from './testing/raw.js';
import { isUtf8Range } from './utf8.js';

/** The WHATWG decoder, another implementation of RFC 3629. */
function decodes(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const broken = fc
  .tuple(someText, someBytes(3), someText)
  .map(([before, middle, after]) => Buffer.concat([Buffer.from(before), middle, Buffer.from(after)]));

it('agrees with the decoder of the platform, wherever in the buffer the range lies', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        someText.map((given) => Buffer.from(given)),
        broken,
        someBytes(200),
      ),
      fc.nat(5),
      (bytes, offset) => {
        const padded = Buffer.concat([Buffer.alloc(offset, 0xff), bytes, Buffer.of(0xff)]);
        expect(isUtf8Range(padded, offset, offset + bytes.length)).toBe(decodes(bytes));
      },
    ),
    { numRuns: 500 },
  );
});
