import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type ExponentialHistogram,
  type MetricData,
  type MetricDescriptor,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import { METRICS, type Metric } from './catalogue.js';
import { type LatencyHistogram, SCALE } from './latency-histogram.js';
import type { LiveRun } from './live-run.js';

type ValueType = MetricDescriptor['valueType'];

/** ValueType of @opentelemetry/api, which is not ours to import. */
const VALUE_TYPES = { int: 0 as unknown as ValueType, double: 1 as unknown as ValueType } as const;

/** A run as OpenTelemetry has it: sums and exponential histograms since its start, and gauges, at `nowMs` of Unix time. */
export function otlpMetrics(run: LiveRun, nowMs: number): ScopeMetrics {
  const times = { startTime: hrTime(run.identity.startedAtMs), endTime: hrTime(nowMs) };
  const metrics = METRICS.map((metric) => metricData(metric, run, times));
  return {
    scope: { name: 'stompede', version: run.version },
    metrics: metrics.filter(({ dataPoints }) => dataPoints.length > 0),
  };
}

type Times = Pick<DataPoint<unknown>, 'startTime' | 'endTime'>;

function metricData(metric: Metric, run: LiveRun, times: Times): MetricData {
  const common = {
    descriptor: descriptorOf(metric),
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  if (metric.kind === 'histogram') {
    return {
      ...common,
      dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
      dataPoints: metric.latencies.flatMap(({ latency, labels }) => {
        const histogram = run.latency(latency);
        return histogram === undefined
          ? []
          : [{ ...times, attributes: labels, value: exponentialHistogram(histogram) }];
      }),
    };
  }
  const dataPoints = metric.read(run).map(({ labels, value }) => ({ ...times, attributes: labels, value }));
  return metric.kind === 'counter'
    ? { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    : { ...common, dataPointType: DataPointType.GAUGE, dataPoints };
}

function descriptorOf({ name, help, unit }: Metric): MetricDescriptor {
  const isWhole = unit === 'By' || unit.startsWith('{');
  return { name, description: help, unit, valueType: isWhole ? VALUE_TYPES.int : VALUE_TYPES.double };
}

function exponentialHistogram(histogram: LatencyHistogram): ExponentialHistogram {
  const buckets = histogram.exponential();
  return {
    count: histogram.count,
    sum: histogram.sumSec,
    min: histogram.minSec,
    max: histogram.maxSec,
    scale: SCALE,
    zeroCount: 0,
    // Its bucket i begins where bucket i of Prometheus ends.
    positive: { offset: (buckets?.firstBucket ?? 1) - 1, bucketCounts: [...(buckets?.counts ?? [])] },
    negative: { offset: 0, bucketCounts: [] },
  };
}

/** Seconds and nanoseconds. */
function hrTime(ms: number): [number, number] {
  return [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)];
}
