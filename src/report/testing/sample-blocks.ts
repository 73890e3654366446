import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { SeriesRow, TimeBlock } from '../../model/result.js';
import { Random } from './random.js';

/** Microseconds, as metrics/ would encode them. */
export function encodedHistogram(samplesUs: readonly number[]): string {
  const histogram = build({
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 3_600_000_000,
    numberOfSignificantValueDigits: 3,
    autoResize: false,
  });
  for (const us of samplesUs) histogram.recordValue(us);
  return encodeIntoCompressedBase64(histogram);
}

/** The series in blocks of so many rows, each with as many latencies as its rows count. */
export function sampleBlocks(series: readonly SeriesRow[], rowsOfBlock: number): readonly TimeBlock[] {
  const random = new Random(7);
  const blocks: TimeBlock[] = [];
  for (let at = 0; at < series.length; at += rowsOfBlock) {
    const rows = series.slice(at, at + rowsOfBlock);
    const sum = (of: (row: SeriesRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
    const drawn = (count: number, medianUs: number): string | undefined =>
      count === 0
        ? undefined
        : encodedHistogram(Array.from({ length: count }, () => random.latencyUs(medianUs, 0.45)));
    const connect = drawn(
      sum((row) => row.phases.connect?.count ?? 0),
      620,
    );
    const delivery = drawn(
      sum((row) => row.delivery?.count ?? 0),
      2400,
    );
    blocks.push({
      atSec: rows[0]?.atSec ?? 0,
      widthSec: sum((row) => row.widthSec),
      started: sum((row) => row.started),
      complete: sum((row) => row.complete),
      failed: sum((row) => row.failed),
      published: sum((row) => row.published),
      expected: sum((row) => row.expected),
      received: sum((row) => row.received),
      histograms: {
        ...(connect === undefined ? {} : { connect }),
        ...(delivery === undefined ? {} : { delivery }),
      },
    });
  }
  return blocks;
}
