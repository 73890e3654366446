import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STAMP_BYTES } from '../model/plan.js';
import { type Stamp, readStamp, writeStamp } from './stamp.js';

const stamps = fc.record<Stamp>({
  run: fc.nat(0xffffffff),
  publisher: fc.nat(999_999),
  seq: fc.integer({ min: 0, max: 9_999_999_999 }),
  sentUs: fc.integer({ min: 0, max: 999_999_999_999_999 }),
  lagUs: fc.nat(999_999_999),
});

const SAMPLE: Stamp = { run: 0x1234abcd, publisher: 7, seq: 42, sentUs: 123_456_789, lagUs: 1500 };

function written(stamp: Stamp): Buffer {
  const bytes = Buffer.alloc(STAMP_BYTES, '!');
  writeStamp(bytes, 0, stamp);
  return bytes;
}

function read(bytes: Buffer, start = 0, end = bytes.length): Stamp | null {
  const stamp: Stamp = { run: -1, publisher: -1, seq: -1, sentUs: -1, lagUs: -1 };
  return readStamp(bytes, start, end, stamp) ? stamp : null;
}

describe('a stamp', () => {
  it('is 64 bytes of plain text', () => {
    expect(written(SAMPLE).toString('latin1')).toBe(
      'stompede:1:1234abcd:000007:0000000042:000000123456789:000001500;',
    );
  });

  it('is read as it was written, whatever stands around it', () => {
    fc.assert(
      fc.property(
        stamps,
        fc.uint8Array({ maxLength: 200 }),
        fc.uint8Array({ maxLength: 200 }),
        (stamp, a, b) => {
          expect(read(Buffer.concat([a, written(stamp), b]))).toEqual(stamp);
        },
      ),
    );
  });

  it('is found inside JSON', () => {
    const json = JSON.stringify({ user: 'é', text: `hello ${written(SAMPLE).toString('latin1')}` });
    expect(read(Buffer.from(json))).toEqual(SAMPLE);
  });

  it('is found after something that only begins like one', () => {
    const broken = written(SAMPLE);
    broken[STAMP_BYTES - 1] = 0x2c;
    expect(read(Buffer.concat([Buffer.from('stompede:1:'), broken, written(SAMPLE)]))).toEqual(SAMPLE);
  });

  it('is not read beyond the end of its range', () => {
    const bytes = Buffer.concat([Buffer.from('ab'), written(SAMPLE), Buffer.from('cd')]);
    expect(read(bytes, 2, 2 + STAMP_BYTES)).toEqual(SAMPLE);
    expect(read(bytes, 3, bytes.length)).toBeNull();
    expect(read(bytes, 0, 1 + STAMP_BYTES)).toBeNull();
  });

  it('is no stamp when it is cut short anywhere', () => {
    const bytes = written(SAMPLE);
    for (let length = 0; length < STAMP_BYTES; length++) expect(read(bytes.subarray(0, length))).toBeNull();
  });

  it('is no stamp when a digit is none', () => {
    const positions = [
      ...written(SAMPLE)
        .toString('latin1')
        .slice(11)
        .matchAll(/[0-9a-f]/g),
    ];
    for (const at of positions.map(({ index }) => 11 + index)) {
      for (const wrong of ['g', ' ', '/', ':', 'A']) {
        const bytes = written(SAMPLE);
        bytes.write(wrong, at, 'latin1');
        expect(read(bytes)).toBeNull();
      }
    }
  });

  it('never has a lag that does not fit: it stays at the largest, and at 0', () => {
    expect(read(written({ ...SAMPLE, lagUs: 5e12 }))?.lagUs).toBe(999_999_999);
    expect(read(written({ ...SAMPLE, lagUs: -3 }))?.lagUs).toBe(0);
  });

  it('is found in no bytes that have none, and reading them never throws', () => {
    const pieces = fc.constantFrom('stompede', ':1:', 'stompede:1:', '0', ':', ';', 'x', '0000000000');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        const expected = /stompede:1:[0-9a-f]{8}.\d{6}.\d{10}.\d{15}.\d{9};/.test(text);
        expect(read(Buffer.from(text)) !== null).toBe(expected);
      }),
    );
  });
});
