import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import {
  type Histogram,
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
} from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { BucketCounts } from './bucket-counts.js';
import { decodePacked, eachCount, encodePacked } from './hdr-encoding.js';
import { COUNTS_LENGTH, MAX_US, SIGNIFICANT_DIGITS } from './hdr-layout.js';
import { anyUs } from './testing/arbitraries.js';
import { deltaOf } from './testing/snapshots.js';

const samples = fc.array(anyUs, { minLength: 1, maxLength: 300 });
const PERCENTILES = [1, 50, 90, 99, 99.9, 100];

function theirs(latenciesUs: readonly number[]): Histogram {
  const histogram = build({
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    highestTrackableValue: MAX_US,
    numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
    autoResize: false,
  });
  for (const us of latenciesUs) histogram.recordValue(us);
  return histogram;
}

function ours(latenciesUs: readonly number[]): BucketCounts {
  const counts = new BucketCounts();
  counts.add(deltaOf(latenciesUs));
  return counts;
}

describe('an encoded histogram', () => {
  it('is read by an HdrHistogram library as what was recorded', () => {
    fc.assert(
      fc.property(samples, (latenciesUs) => {
        const read = decodeFromCompressedBase64(encodePacked(ours(latenciesUs).packed()), 64);
        const wanted = theirs(latenciesUs);
        expect(read.totalCount).toBe(latenciesUs.length);
        for (const p of PERCENTILES)
          expect(read.getValueAtPercentile(p)).toBe(wanted.getValueAtPercentile(p));
      }),
      { numRuns: 40 },
    );
  });

  it('of an HdrHistogram library is read as what was recorded', () => {
    fc.assert(
      fc.property(samples, (latenciesUs) => {
        const counts = new BucketCounts();
        counts.addPacked(decodePacked(encodeIntoCompressedBase64(theirs(latenciesUs))));
        expect(counts.packed()).toEqual(ours(latenciesUs).packed());
      }),
      { numRuns: 40 },
    );
  });

  it('holds counts of more than 32 bits', () => {
    const counts = new BucketCounts();
    const once = ours([7, 9]);
    for (let bit = 0; bit < 41; bit++) {
      // Twice as many each time.
      counts.addPacked(once.packed());
      once.addPacked(once.packed());
    }
    const found = new Map<number, number>();
    eachCount(decodePacked(encodePacked(counts.packed())), (index, count) => found.set(index, count));
    expect(found).toEqual(
      new Map([
        [7, 2 ** 41 - 1],
        [9, 2 ** 41 - 1],
      ]),
    );
  });
});

describe('what is no histogram of ours', () => {
  const packed = ours([1, 2, 3]).packed();
  const good = Buffer.from(encodePacked(packed), 'base64');
  const compressed = (plain: Buffer): string => {
    const deflated = deflateSync(plain);
    const header = Buffer.alloc(8);
    header.writeUInt32BE(0x1c849314, 0);
    header.writeUInt32BE(deflated.length, 4);
    return Buffer.concat([header, deflated]).toString('base64');
  };
  const plain = (change: (buffer: Buffer) => void, payload = Buffer.from(packed)): string => {
    const buffer = Buffer.concat([Buffer.alloc(40), payload]);
    buffer.writeUInt32BE(0x1c849313, 0);
    buffer.writeUInt32BE(payload.length, 4);
    buffer.writeUInt32BE(SIGNIFICANT_DIGITS, 12);
    buffer.writeBigUInt64BE(1n, 16);
    buffer.writeBigUInt64BE(BigInt(MAX_US), 24);
    change(buffer);
    return compressed(buffer);
  };

  it.each([
    ['nothing', ''],
    ['not base64', '!!!!'],
    ['another cookie', Buffer.from('00000000aaaa').toString('base64')],
    ['cut short', good.subarray(0, 20).toString('base64')],
    ['of two digits', plain((buffer) => buffer.writeUInt32BE(2, 12))],
    ['of another range', plain((buffer) => buffer.writeBigUInt64BE(1000n, 24))],
    ['longer than it says', plain((buffer) => buffer.writeUInt32BE(1, 4))],
    ['what a few bytes inflate to without end', compressed(Buffer.alloc(50_000_000))],
    ['longer than any', 'A'.repeat(2_000_000)],
  ])('is refused: %s', (_, text) => {
    expect(() => decodePacked(text)).toThrow(RangeError);
  });

  it('is refused where it goes beyond the last bucket', () => {
    const beyond = new BucketCounts();
    expect(() => {
      beyond.addPacked(Uint8Array.from([0xff, 0xff, 0xff, 0x7f]));
    }).toThrow(RangeError);
    expect(() => {
      beyond.addPacked(Uint8Array.from(Array.from({ length: 20 }, () => 0xff)));
    }).toThrow(RangeError);
    expect(() => {
      beyond.addPacked(new Uint8Array(COUNTS_LENGTH + 1).fill(2));
    }).toThrow(RangeError);
  });
});
