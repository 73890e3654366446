import { describe, expect, it } from 'vitest';
import { TimeBlocks } from '../metrics/blocks.js';
import { encodePacked } from '../metrics/hdr-encoding.js';
import { BucketCounts } from '../metrics/bucket-counts.js';
import { deltaOf } from '../metrics/testing/snapshots.js';
import type { RunResult, TimeBlock } from '../model/result.js';
import { passingRun } from '../report/testing/sample-result.js';
import { batchesOf } from './batches.js';
import { COMPARED_LATENCIES, type ComparedLatency, type ComparedPercentile } from './compared-metrics.js';

const RUN = passingRun();

function encoded(us: readonly number[]): string {
  const counts = new BucketCounts();
  counts.add(deltaOf(us));
  return encodePacked(counts.packed());
}

/** A block a second, of these deliveries and connects. */
function blockOf(atSec: number, us: readonly number[]): TimeBlock {
  const figures = { started: 0, complete: 0, failed: 0, published: 0, expected: 0, received: 0 };
  const histograms = { delivery: encoded(us), connect: encoded(us), close: encoded(us) };
  return { atSec, widthSec: 1, ...figures, histograms };
}

function batches(
  name: ComparedLatency,
  blocks: readonly TimeBlock[],
  marksMs: RunResult['run']['marksMs'],
): Partial<Record<ComparedPercentile, readonly number[]>> {
  const run = RUN;
  const info = COMPARED_LATENCIES.find((one) => one.name === name)!;
  return batchesOf(info, { ...run, blocks, run: { ...run.run, marksMs } });
}

const HELD = { holdStart: 10_000, holdEnd: 40_000 };
const seconds = (count: number, samples: number): TimeBlock[] =>
  Array.from({ length: count }, (_, s) =>
    blockOf(
      s,
      Array.from({ length: samples }, () => 1000 + s),
    ),
  );

describe('batchesOf', () => {
  it('takes deliveries from the hold, phases from before it, and those of the end from after it', () => {
    const blocks = seconds(50, 10);
    const [first, last] = [
      (name: ComparedLatency) => batches(name, blocks, HELD).p50?.[0],
      (name: ComparedLatency) => batches(name, blocks, HELD).p50?.at(-1),
    ];
    expect([first('phases.connect'), last('phases.connect')]).toEqual([1000, 1009]);
    expect([first('deliveries.latency')! >= 1010, last('deliveries.latency')! < 1040]).toEqual([true, true]);
    expect([first('phases.close'), last('phases.close')]).toEqual([1040, 1049]);
  });

  it('leaves out what reaches over the edge of the hold', () => {
    const blocks = seconds(12, 10);
    expect(batches('deliveries.latency', blocks, { holdStart: 500, holdEnd: 10_500 }).p50?.[0]).toBe(1001);
  });

  it('makes at most twenty, and at least five, each with enough samples for its percentile', () => {
    const found = batches('deliveries.latency', seconds(60, 60), { holdStart: 0, holdEnd: 60_000 });
    expect(found.p50).toHaveLength(20);
    // 299 samples take five blocks of 60.
    expect(found.p99).toHaveLength(12);
    expect(found['p99.9']).toBeUndefined();
    expect(batches('deliveries.latency', seconds(4, 600), { holdStart: 0, holdEnd: 60_000 })).toEqual({});
  });

  it('has nothing of a run that never held', () => {
    expect(batches('deliveries.latency', seconds(30, 60), {})).toEqual({});
  });

  it('has nothing of a run without blocks', () => {
    expect(batches('deliveries.latency', new TimeBlocks().all(), HELD)).toEqual({});
  });

  it('does not read what is no histogram', () => {
    const broken = seconds(20, 5).map((block) => ({ ...block, histograms: { delivery: 'AAAA' } }));
    expect(() => batches('deliveries.latency', broken, HELD)).toThrow(RangeError);
  });
});
