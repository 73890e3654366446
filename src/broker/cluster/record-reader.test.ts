import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordReader } from './record-reader.js';
import { newRecord, RECORD, RECORD_HEAD_BYTES } from './record.js';

const content = fc.uint8Array({ maxLength: 300 });

function recordOf(bytes: Uint8Array): Buffer {
  const record = newRecord(RECORD.topic, bytes.length);
  record.set(bytes, RECORD_HEAD_BYTES);
  return record;
}

describe('a record reader', () => {
  it('reads the same records however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(content), fc.array(fc.nat(2000)), (contents, cuts) => {
        const read: { kind: number; content: number[] }[] = [];
        const reader = new RecordReader((kind, bytes) => read.push({ kind, content: [...bytes] }));
        const all = Buffer.concat(contents.map(recordOf));
        const at = [0, ...cuts.filter((cut) => cut < all.length), all.length].sort((a, b) => a - b);
        for (const [index, from] of at.entries()) reader.push(all.subarray(from, at[index + 1]));
        expect(read).toEqual(contents.map((bytes) => ({ kind: RECORD.topic, content: [...bytes] })));
      }),
    );
  });
});
