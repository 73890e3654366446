import {
  HistogramLogWriter,
  JsHistogram,
  build,
  decodeFromCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';
import { LATENCIES } from '../model/phases.js';
import type { RunResult } from '../model/result.js';
import { StompedeError, messageOf } from '../shared/errors.js';

const NS_PER_US = 1000;
const NS_PER_MS = 1_000_000;
/** One hour: no latency is longer (metrics/hdr-layout.ts). */
const MAX_NS = 3_600_000_000 * NS_PER_US;

/** A stretch of the run with its histograms by latency: a block, or the whole run for those that no block has. */
interface Stretch {
  readonly fromSec: number;
  readonly toSec: number;
  readonly histograms: Readonly<Record<string, string | undefined>>;
}

/**
 * latencies.hlog: the standard HdrHistogram log, version 1.3, with one line for each latency of each block of time, tagged
 * with its name. Latencies that no block has, such as due.tcp, come first, with one line each for the whole run: no line
 * has what another one has, so that the lines of a tag add up to its histogram of the run.
 *
 * Values are nanoseconds and Interval_Max is milliseconds: what HdrHistogram's own tools take for granted
 * (HistogramLogWriter and HistogramLogProcessor of HdrHistogram, HistogramLogAnalyzer: a ratio of 1,000,000). They were
 * measured in microseconds: each value is the middle of its bucket there, so that it is off by 0.1 % at most.
 * Throws `result-unreadable` where a histogram can't be decoded.
 */
export function renderHlog(result: RunResult): string {
  const startMs = Date.parse(result.run.startedAt);
  const lines: string[] = [];
  const writer = new HistogramLogWriter((line) => {
    lines.push(line);
  });
  writer.outputComment(
    `[stompede ${word(result.stompede)}, run ${word(result.run.id)}, values in nanoseconds]`,
  );
  writer.outputLogFormatVersion();
  // Not the writer's own: it ends in an empty line, which is no line of a log to the reader of HdrHistogram for Java.
  writer.outputComment(`[StartTime: ${seconds(startMs)} (seconds since epoch), ${isoOf(startMs)}]`);
  writer.outputComment(`[BaseTime: ${seconds(startMs)} (seconds since epoch)]`);
  writer.outputLegend();
  const interval = nanosecondHistogram();
  for (const { fromSec, toSec, histograms } of stretchesOf(result)) {
    for (const latency of LATENCIES) {
      const encoded = histograms[latency];
      if (encoded === undefined) continue;
      interval.reset();
      interval.tag = latency;
      addInNanoseconds(decoded(encoded, latency), interval);
      if (interval.totalCount > 0) writer.outputIntervalHistogram(interval, fromSec, toSec, NS_PER_MS);
    }
  }
  return lines.join('');
}

function stretchesOf({ blocks, histograms, run }: RunResult): readonly Stretch[] {
  const inBlocks = new Set(blocks.flatMap((block) => Object.keys(block.histograms)));
  const ofRunOnly = Object.entries(histograms).filter(([latency]) => !inBlocks.has(latency));
  return [
    { fromSec: 0, toSec: run.durationMs / 1000, histograms: Object.fromEntries(ofRunOnly) },
    ...blocks.map(({ atSec, widthSec, histograms: own }) => ({
      fromSec: atSec,
      toSec: atSec + widthSec,
      histograms: own,
    })),
  ];
}

function nanosecondHistogram(): Histogram {
  return build({
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    highestTrackableValue: MAX_NS,
    numberOfSignificantValueDigits: 3,
    autoResize: false,
  });
}

function addInNanoseconds(microseconds: JsHistogram, into: Histogram): void {
  for (let i = 0; i < microseconds.countsArrayLength; i++) {
    const count = microseconds.getCountAtIndex(i);
    if (count === 0) continue;
    const us = microseconds.medianEquivalentValue(microseconds.valueFromIndex(i));
    into.recordValueWithCount(Math.min(us * NS_PER_US, MAX_NS), count);
  }
}

function decoded(encoded: string, latency: string): JsHistogram {
  try {
    const histogram = decodeFromCompressedBase64(encoded, 64);
    if (histogram instanceof JsHistogram) return histogram;
  } catch (error) {
    throw unreadable(latency, messageOf(error));
  }
  throw unreadable(latency, 'it is of another kind');
}

function unreadable(latency: string, why: string): StompedeError {
  return new StompedeError('result-unreadable', `the histogram of ${latency} can't be decoded: ${why}`);
}

function seconds(ms: number): string {
  return (Number.isFinite(ms) ? ms / 1000 : 0).toFixed(3);
}

function isoOf(ms: number): string {
  return new Date(Number.isFinite(ms) ? ms : 0).toISOString();
}

/** Nothing that could end the comment's line. */
function word(text: string): string {
  return text.replaceAll(/[^\w.+-]/g, '').slice(0, 40);
}
