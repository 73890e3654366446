import fc from 'fast-check';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import type { Latency } from '../model/phases.js';
import type { TimeBlock } from '../model/result.js';
import { MAX_BLOCKS, TimeBlocks } from './blocks.js';
import type { ClosedSecond } from './closed-second.js';
import { zeroCounters } from './counters.js';
import type { HistogramDelta } from './interval-histogram.js';
import { deltaOf } from './testing/snapshots.js';
import { Series } from './series.js';

/** How a generator is in a second in which nothing was reported. */
function generatorRow(): ClosedSecond['generator'] {
  const seconds: ClosedSecond[] = [];
  new Series(
    0,
    () => 0,
    (second) => seconds.push(second),
  ).close({ open: 0, published: 0, expected: 0 });
  return seconds[0]!.generator;
}

const GENERATOR = generatorRow();

function secondOf(
  atSec: number,
  latencies: Partial<Record<Latency, readonly number[]>> = {},
  more: Partial<ClosedSecond> = {},
): ClosedSecond {
  const deltas = Object.entries(latencies).map(([latency, us]): [Latency, HistogramDelta[]] => [
    latency as Latency,
    [deltaOf(us)],
  ]);
  return {
    atSec,
    widthSec: 1,
    counts: { ...zeroCounters(), started: 1, received: 2 },
    latencies: new Map(deltas),
    failures: [],
    open: 0,
    published: 3,
    expected: 4,
    generator: GENERATOR,
    ...more,
  };
}

function blocksOf(seconds: number, restSec?: number): readonly TimeBlock[] {
  const blocks = new TimeBlocks();
  for (let s = 0; s < seconds; s++) blocks.add(secondOf(s, { delivery: [1000 + s] }));
  if (restSec !== undefined) blocks.add(secondOf(seconds, { delivery: [9] }, { widthSec: restSec }));
  return blocks.all();
}

function samplesOf({ histograms }: TimeBlock, latency: Latency): number {
  const encoded = histograms[latency];
  return encoded === undefined ? 0 : decodeFromCompressedBase64(encoded, 64).totalCount;
}

describe('TimeBlocks', () => {
  it('has a block a second, each with its own figures and histograms', () => {
    const blocks = new TimeBlocks();
    blocks.add(secondOf(0, { connect: [100, 200] }));
    blocks.add(secondOf(1, { connect: [300], delivery: [5, 6, 7] }));
    const [first, second] = blocks.all();
    expect(first).toMatchObject({
      atSec: 0,
      widthSec: 1,
      started: 1,
      received: 2,
      published: 3,
      expected: 4,
    });
    expect([samplesOf(first!, 'connect'), first!.histograms.delivery]).toEqual([2, undefined]);
    expect([samplesOf(second!, 'connect'), samplesOf(second!, 'delivery')]).toEqual([1, 3]);
  });

  it('never has more blocks than it may, all as wide as the first but the last, and loses nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), (seconds) => {
        const blocks = blocksOf(seconds);
        expect(blocks.length).toBeLessThanOrEqual(MAX_BLOCKS);
        const width = blocks[0]!.widthSec;
        expect(Math.log2(width) % 1).toBe(0);
        blocks.forEach((block, i) => {
          expect(block.atSec).toBe(i * width);
          expect(block.widthSec).toBe(Math.min(width, seconds - block.atSec));
          expect(samplesOf(block, 'delivery')).toBe(block.widthSec);
          expect(block.published).toBe(3 * block.widthSec);
        });
      }),
      { numRuns: 12, examples: [[64], [65], [128], [129]] },
    );
  });

  it('says what it has without ending the block that is open', () => {
    const blocks = new TimeBlocks();
    for (let s = 0; s < 65; s++) blocks.add(secondOf(s));
    expect(blocks.all().at(-1)).toMatchObject({ atSec: 64, widthSec: 1 });
    blocks.add(secondOf(65));
    expect(blocks.all().at(-1)).toMatchObject({ atSec: 64, widthSec: 2 });
  });

  it('gives half a second at the end a block of its own, and less to the block before', () => {
    expect(blocksOf(3, 0.6).map(({ widthSec }) => widthSec)).toEqual([1, 1, 1, 0.6]);
    const joined = blocksOf(3, 0.2);
    expect(joined.map(({ widthSec }) => widthSec)).toEqual([1, 1, 1.2]);
    expect(samplesOf(joined[2]!, 'delivery')).toBe(2);
  });

  it('is as wide as the run where that is shorter than a block', () => {
    expect(blocksOf(0, 0.001)).toMatchObject([{ atSec: 0, widthSec: 0.001 }]);
  });

  it('does not expect less than nothing of a block, whatever was taken back in it', () => {
    const blocks = new TimeBlocks();
    blocks.add(secondOf(0, {}, { expected: -3 }));
    expect(blocks.all()[0]?.expected).toBe(0);
  });

  it('has fewer and wider blocks of what would take too much memory', () => {
    const blocks = new TimeBlocks();
    // A sample in every bucket: some 23,000 of them in each of fourteen latencies.
    const full = Array.from({ length: 2048 }, (_, us) => us);
    for (let power = 1; power <= 21; power++) {
      for (let us = 1024; us < 2048; us++) full.push(us * 2 ** power);
    }
    const names = [
      'dns',
      'tcp',
      'tls',
      'upgrade',
      'connect',
      'subscribe',
      'message',
      'unsubscribe',
      'disconnect',
      'close',
      'delivery',
      'due.delivery',
      'publish.receipt',
      'read.delay',
    ] as const;
    const delta = deltaOf(full.filter((us) => us <= 3.6e9));
    const latencies = new Map(names.map((name) => [name, [delta]]));
    for (let s = 0; s < 30; s++) blocks.add({ ...secondOf(s), latencies });
    const all = blocks.all();
    expect(all.length).toBeLessThanOrEqual(16);
    expect(all.reduce((sum, { widthSec }) => sum + widthSec, 0)).toBe(30);
  });
});
