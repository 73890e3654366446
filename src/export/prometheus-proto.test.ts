import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { nativeBuckets, renderProto } from './prometheus-proto.js';
import { busyRun } from './testing/seconds.js';

// As in metrics.proto of prometheus/client_model; what is read by these numbers was not written by the table under test.
const MetricFamily = protobuf
  .parse(
    `syntax = "proto2";
    message LabelPair { optional string name = 1; optional string value = 2; }
    enum MetricType { COUNTER = 0; GAUGE = 1; SUMMARY = 2; UNTYPED = 3; HISTOGRAM = 4; GAUGE_HISTOGRAM = 5; }
    message Gauge { optional double value = 1; }
    message Counter { optional double value = 1; }
    message Histogram {
      optional uint64 sample_count = 1;
      optional double sample_count_float = 4;
      optional double sample_sum = 2;
      repeated Bucket bucket = 3;
      optional sint32 schema = 5;
      optional double zero_threshold = 6;
      optional uint64 zero_count = 7;
      optional double zero_count_float = 8;
      repeated BucketSpan negative_span = 9;
      repeated sint64 negative_delta = 10;
      repeated double negative_count = 11;
      repeated BucketSpan positive_span = 12;
      repeated sint64 positive_delta = 13;
      repeated double positive_count = 14;
    }
    message Bucket { optional uint64 cumulative_count = 1; optional double upper_bound = 2; }
    message BucketSpan { optional sint32 offset = 1; optional uint32 length = 2; }
    message Metric {
      repeated LabelPair label = 1;
      optional Gauge gauge = 2;
      optional Counter counter = 3;
      optional Histogram histogram = 7;
      optional int64 timestamp_ms = 6;
    }
    message MetricFamily {
      optional string name = 1;
      optional string help = 2;
      optional MetricType type = 3;
      repeated Metric metric = 4;
    }`,
  )
  .root.lookupType('MetricFamily');

interface Family {
  readonly name: string;
  readonly type: string;
  readonly metric: readonly {
    readonly label?: readonly { readonly name: string; readonly value: string }[];
    readonly counter?: { readonly value: number };
    readonly gauge?: { readonly value: number };
    readonly histogram?: Readonly<Record<string, unknown>>;
  }[];
}

function familiesOf(bytes: Uint8Array): Map<string, Family> {
  const reader = protobuf.Reader.create(bytes);
  const families = new Map<string, Family>();
  while (reader.pos < reader.len) {
    const family = MetricFamily.toObject(MetricFamily.decodeDelimited(reader), {
      enums: String,
      longs: Number,
    }) as Family;
    families.set(family.name, family);
  }
  return families;
}

describe('renderProto', () => {
  const families = familiesOf(renderProto(busyRun()));

  it('writes counters, gauges and labels', () => {
    expect(families.get('stompede_connections_started_total')).toMatchObject({
      type: 'COUNTER',
      metric: [{ counter: { value: 40 } }],
    });
    expect(families.get('stompede_connections_open')).toMatchObject({
      type: 'GAUGE',
      metric: [{ gauge: { value: 38 } }],
    });
    expect(families.get('stompede_failures_total')?.metric[0]?.label).toContainEqual({
      name: 'kind',
      value: 'upgrade-status',
    });
  });

  it('writes histograms with native buckets that count each sample, beside the classic ones', () => {
    const family = families.get('stompede_phase_duration_seconds');
    expect(family?.type).toBe('HISTOGRAM');
    const connect = family?.metric.find(({ label }) => label?.[0]?.value === 'connect')?.histogram;
    // 0.8, 0.9, 1.2 and 40 ms, in buckets of 2.2 %: ceil(log2(seconds) × 32).
    expect(connect).toMatchObject({
      sampleCount: 4,
      sampleSum: 0.0429,
      schema: 5,
      positiveSpan: [
        { offset: -329, length: 1 },
        { offset: 5, length: 1 },
        { offset: 12, length: 1 },
        { offset: 161, length: 1 },
      ],
      positiveDelta: [1, 0, 0, 0],
    });
    expect(connect?.['bucket']).toContainEqual({ cumulativeCount: 2, upperBound: 0.001 });
    expect(connect?.['zeroThreshold']).toBeGreaterThan(0);
  });

  it('writes nothing before the first run', () => {
    expect(renderProto(null)).toHaveLength(0);
  });
});

describe('nativeBuckets', () => {
  it('say by spans and differences what the counts say, with no long stretch of empty buckets in a span', () => {
    const anyCounts = fc
      .array(fc.oneof(fc.constant(0), fc.nat(1e9)), { minLength: 1, maxLength: 60 })
      .map((counts) => [1, ...counts, 2]);
    fc.assert(
      fc.property(fc.integer({ min: -700, max: 400 }), anyCounts, (firstBucket, counts) => {
        const { positiveSpan, positiveDelta } = nativeBuckets({ firstBucket, counts });
        const read = new Map<number, number>();
        let bucket = 0;
        let count = 0;
        let place = 0;
        for (const { offset, length } of positiveSpan) {
          bucket += offset;
          let empty = 0;
          for (let i = 0; i < length; i++) {
            count += positiveDelta[place++] ?? NaN;
            empty = count === 0 ? empty + 1 : 0;
            expect(empty).toBeLessThanOrEqual(2);
            if (count > 0) read.set(bucket, count);
            bucket++;
          }
        }
        expect(place).toBe(positiveDelta.length);
        const told = counts.map((one, i) => [firstBucket + i, one] as const).filter(([, one]) => one > 0);
        expect(read).toEqual(new Map(told));
      }),
    );
  });
});
