import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STAMP_BYTES } from '../model/plan.js';
import { type Stamp, type StampFound, destinationHash, newStamp, readStamp, writeStamp } from './stamp.js';

const stamps = fc.record<Stamp>({
  run: fc.nat(0xffffffff),
  publisher: fc.nat(999_999),
  seq: fc.integer({ min: 0, max: 9_999_999_999 }),
  sentUs: fc.integer({ min: 0, max: 999_999_999_999_999 }),
  lagUs: fc.nat(999_999_999),
  destination: fc.string().map(destinationHash),
});

const SAMPLE: Stamp = {
  run: 0x1234abcd,
  publisher: 7,
  seq: 42,
  sentUs: 123_456_789,
  lagUs: 1500,
  destination: destinationHash('/topic/a'),
};

function written(stamp: Stamp): Buffer {
  const bytes = Buffer.alloc(STAMP_BYTES, '!');
  writeStamp(bytes, 0, stamp);
  return bytes;
}

function read(bytes: Buffer, start = 0, end = bytes.length): Stamp | Exclude<StampFound, 'good'> {
  const stamp = newStamp();
  const found = readStamp(bytes, start, end, stamp);
  return found === 'good' ? stamp : found;
}

describe('a stamp', () => {
  it('is 64 bytes of plain text', () => {
    const text = written(SAMPLE).toString('latin1');
    expect(text).toMatch(/^stompede:2:051uoct:0007:0000016:000021i3v9:00015o:[0-9a-z]{6}:[0-9a-z]{7}$/);
    expect(text).toHaveLength(STAMP_BYTES);
  });

  it('is read as it was written, whatever stands around it', () => {
    const around = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(stamps, around, around, (stamp, a, b) => {
        expect(read(Buffer.concat([a, written(stamp), b]))).toEqual(stamp);
      }),
    );
  });

  it('is found inside JSON', () => {
    const json = JSON.stringify({ user: 'é', text: `hello ${written(SAMPLE).toString('latin1')}` });
    expect(read(Buffer.from(json))).toEqual(SAMPLE);
  });

  it('is found after something that only begins like one', () => {
    const broken = written(SAMPLE);
    broken[STAMP_BYTES - 1] = 0x2c;
    expect(read(Buffer.concat([Buffer.from('stompede:2:'), broken, written(SAMPLE)]))).toEqual(SAMPLE);
  });

  it('is not read beyond the end of its range', () => {
    const bytes = Buffer.concat([Buffer.from('ab'), written(SAMPLE), Buffer.from('cd')]);
    expect(read(bytes, 2, 2 + STAMP_BYTES)).toEqual(SAMPLE);
    expect(read(bytes, 3, bytes.length)).toBe('none');
    expect(read(bytes, 0, 1 + STAMP_BYTES)).toBe('damaged');
  });

  it('is damaged when it is cut short behind its marker, and none without the marker', () => {
    const bytes = written(SAMPLE);
    for (let length = 0; length < STAMP_BYTES; length++) {
      expect(read(bytes.subarray(0, length))).toBe(length < 'stompede:2:'.length ? 'none' : 'damaged');
    }
  });

  it('is never taken for another one when any one byte of it is another', () => {
    fc.assert(
      fc.property(stamps, fc.nat(STAMP_BYTES - 1), fc.integer({ min: 1, max: 255 }), (stamp, at, change) => {
        const bytes = written(stamp);
        bytes[at] = (bytes[at] ?? 0) ^ change;
        expect(read(bytes)).toBe(at < 'stompede:2:'.length ? 'none' : 'damaged');
      }),
      { numRuns: 2000 },
    );
  });

  it('is damaged when its parts are in another order', () => {
    const [name, version, run, publisher, seq, ...rest] = written(SAMPLE).toString('latin1').split(':');
    const swapped = [name, version, seq, publisher, run, ...rest].join(':');
    expect(read(Buffer.from(swapped))).toBe('damaged');
  });

  it('never has a lag that does not fit: it stays at the largest, and at 0', () => {
    expect(read(written({ ...SAMPLE, lagUs: 5e12 }))).toEqual({ ...SAMPLE, lagUs: 36 ** 6 - 1 });
    expect(read(written({ ...SAMPLE, lagUs: -3 }))).toEqual({ ...SAMPLE, lagUs: 0 });
  });

  it('is found in no bytes that have none, and reading them never throws', () => {
    const pieces = fc.constantFrom('stompede', ':2:', 'stompede:2:', '0', ':', 'z', '0000000:', '000000000');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        expect(read(Buffer.from(text))).toBe(text.includes('stompede:2:') ? 'damaged' : 'none');
      }),
    );
  });
});

describe('the hash of a destination', () => {
  it('is another one for each of a hundred thousand names', () => {
    const names = Array.from({ length: 50_000 }, (_, n) => [`/topic/room.${n}`, `/queue/${n}`]).flat();
    const collisions = names.length - new Set(names.map(destinationHash)).size;
    // By chance, of 36^6 hashes, two or three.
    expect(collisions).toBeLessThan(12);
  });
});
