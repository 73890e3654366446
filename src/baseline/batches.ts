import { BucketCounts } from '../metrics/bucket-counts.js';
import { decodePacked, samplesIn } from '../metrics/hdr-encoding.js';
import type { RunResult, TimeBlock } from '../model/result.js';
import { samplesNeeded } from '../thresholds/samples.js';
import { type ComparedPercentile, type LatencyInfo, PERCENTILES, type Span } from './compared-metrics.js';

/** With fewer, how much they differ can't be told. */
export const FEWEST_BATCHES = 5;
/** More don't help, and are the more alike the shorter they are (B. Schmeiser, Batch size effects, Oper. Res. 30, 1982). */
const MOST_BATCHES = 20;

/**
 * The percentiles of stretches of one run, for when that run is all there is: the blocks of time in which this happens, put
 * together to as many batches of about the same length as have enough samples each (batch means: A. M. Law, Simulation
 * Modeling and Analysis). Throws RangeError where a block's histogram can't be read.
 *
 * @returns microseconds, 5 to 20 values in their order in time; nothing for a percentile that has not even five batches
 */
export function batchesOf(
  { latency, span, percentiles }: LatencyInfo,
  result: RunResult,
): Partial<Record<ComparedPercentile, readonly number[]>> {
  const blocks = blocksWithin(span, result)
    .map(({ histograms }) => histograms[latency])
    .filter((encoded) => encoded !== undefined)
    .map((encoded): Block => {
      const packed = decodePacked(encoded);
      return { packed, samples: samplesIn(packed) };
    });
  const values: Partial<Record<ComparedPercentile, readonly number[]>> = {};
  const merged = new BucketCounts();
  for (const percentile of percentiles) {
    const batches = widest(blocks, samplesNeeded(PERCENTILES[percentile]));
    if (batches === null) continue;
    values[percentile] = batches.map((batch) => {
      merged.clear();
      for (const { packed } of batch) merged.addPacked(packed);
      return merged.valueAt(PERCENTILES[percentile]) ?? 0;
    });
  }
  return values;
}

interface Block {
  readonly packed: Uint8Array;
  readonly samples: number;
}

/** Only what lies wholly within: what reaches over the edge is of two different kinds of time. */
function blocksWithin(span: Span, { blocks, run }: RunResult): readonly TimeBlock[] {
  const { holdStart = Infinity, holdEnd = Infinity } = run.marksMs;
  const from = { arriving: 0, holding: holdStart, leaving: holdEnd }[span];
  const to = { arriving: holdStart, holding: holdEnd, leaving: Infinity }[span];
  return blocks.filter(({ atSec, widthSec }) => atSec * 1000 >= from && (atSec + widthSec) * 1000 <= to);
}

/** As many batches as there may be that have enough samples each; null: not even the fewest. */
function widest(blocks: readonly Block[], samples: number): readonly (readonly Block[])[] | null {
  for (let count = Math.min(MOST_BATCHES, blocks.length); count >= FEWEST_BATCHES; count--) {
    const batches = Array.from({ length: count }, (_, b) =>
      blocks.slice(Math.floor((b * blocks.length) / count), Math.floor(((b + 1) * blocks.length) / count)),
    );
    const enough = batches.every((batch) => batch.reduce((sum, block) => sum + block.samples, 0) >= samples);
    if (enough) return batches;
  }
  return null;
}
