import protobuf from 'protobufjs';
import { type Labels, METRICS, type Metric } from './catalogue.js';
import {
  CLASSIC_BOUNDS_US,
  type ExponentialBuckets,
  type LatencyHistogram,
  SCALE,
} from './latency-histogram.js';
import type { LiveRun } from './live-run.js';
import { familyName } from './prometheus-name.js';

// What is written of io.prometheus.client (metrics.proto of prometheus/client_model), with the numbers that it has there.
const { root } = protobuf.parse(`
  syntax = "proto2";
  message LabelPair { optional string name = 1; optional string value = 2; }
  enum MetricType { COUNTER = 0; GAUGE = 1; HISTOGRAM = 4; }
  message Gauge { optional double value = 1; }
  message Counter { optional double value = 1; }
  message Histogram {
    optional uint64 sample_count = 1;
    optional double sample_sum = 2;
    repeated Bucket bucket = 3;
    optional sint32 schema = 5;
    optional double zero_threshold = 6;
    optional uint64 zero_count = 7;
    repeated BucketSpan positive_span = 12;
    repeated sint64 positive_delta = 13;
  }
  message Bucket { optional uint64 cumulative_count = 1; optional double upper_bound = 2; }
  message BucketSpan { optional sint32 offset = 1; optional uint32 length = 2; }
  message Metric {
    repeated LabelPair label = 1;
    optional Gauge gauge = 2;
    optional Counter counter = 3;
    optional Histogram histogram = 7;
  }
  message MetricFamily {
    optional string name = 1;
    optional string help = 2;
    optional MetricType type = 3;
    repeated Metric metric = 4;
  }
`);
const MetricFamily = root.lookupType('MetricFamily');
const TYPES = { counter: 0, gauge: 1, histogram: 4 } as const;

/** The zero bucket holds nothing: what was recorded as 0 took from 0 to 1 µs. The width is that of Prometheus' own client. */
const ZERO_THRESHOLD = 2 ** -128;

/** So many empty buckets cost less within a span than a span of its own. */
const MAX_EMPTY_IN_SPAN = 2;

/**
 * The protobuf of a scrape: MetricFamily messages, each after its length. Histograms have native buckets (schema SCALE), and
 * beside them the classic ones for whoever does not take native ones in.
 */
export function renderProto(run: LiveRun | null): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const metric of run === null ? [] : METRICS) {
    const points = pointsOf(metric, run);
    if (points.length === 0) continue;
    const name = familyName(metric) + (metric.kind === 'counter' ? '_total' : '');
    const family = { name, help: metric.help, type: TYPES[metric.kind], metric: points };
    MetricFamily.encodeDelimited(MetricFamily.create(family), writer);
  }
  return writer.finish();
}

function pointsOf(metric: Metric, run: LiveRun | null): object[] {
  if (run === null) return [];
  if (metric.kind !== 'histogram') {
    return metric
      .read(run)
      .map(({ labels, value }) => ({ label: labelPairs(labels), [metric.kind]: { value } }));
  }
  return metric.latencies.flatMap(({ latency, labels }) => {
    const histogram = run.latency(latency);
    return histogram === undefined ? [] : [{ label: labelPairs(labels), histogram: histogramOf(histogram) }];
  });
}

function labelPairs(labels: Labels): object[] {
  return Object.entries(labels).map(([name, value]) => ({ name, value }));
}

function histogramOf(histogram: LatencyHistogram): object {
  const native = histogram.exponential();
  return {
    sampleCount: histogram.count,
    sampleSum: histogram.sumSec,
    bucket: histogram
      .classic()
      .map((count, i) => ({ cumulativeCount: count, upperBound: (CLASSIC_BOUNDS_US[i] ?? 0) / 1e6 })),
    schema: SCALE,
    zeroThreshold: ZERO_THRESHOLD,
    zeroCount: 0,
    ...(native === null ? {} : nativeBuckets(native)),
  };
}

export interface NativeBuckets {
  /** Each begins `offset` buckets after the end of the one before, the first one at that bucket. */
  readonly positiveSpan: readonly { readonly offset: number; readonly length: number }[];
  /** Of all buckets of all spans: how many more it holds than the one before it. */
  readonly positiveDelta: readonly number[];
}

export function nativeBuckets({ firstBucket, counts }: ExponentialBuckets): NativeBuckets {
  const spans: { offset: number; length: number }[] = [];
  const deltas: number[] = [];
  let before = 0;
  /** The bucket after the last span. */
  let end = 0;
  const push = (count: number): void => {
    deltas.push(count - before);
    before = count;
    end++;
  };
  for (const [place, count] of counts.entries()) {
    if (count === 0) continue;
    const bucket = firstBucket + place;
    const last = spans.at(-1);
    if (last === undefined || bucket - end > MAX_EMPTY_IN_SPAN) {
      spans.push({ offset: bucket - end, length: 1 });
      end = bucket;
    } else {
      last.length += bucket - end + 1;
      while (end < bucket) push(0);
    }
    push(count);
  }
  return { positiveSpan: spans, positiveDelta: deltas };
}
