import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import protobuf from 'protobufjs';

// As in metrics.proto and its like of open-telemetry/opentelemetry-proto, what of it stompede sends.
const ExportRequest = protobuf
  .parse(
    `syntax = "proto3";
    message ExportMetricsServiceRequest { repeated ResourceMetrics resource_metrics = 1; }
    message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; }
    message Resource { repeated KeyValue attributes = 1; }
    message ScopeMetrics { Scope scope = 1; repeated Metric metrics = 2; }
    message Scope { string name = 1; string version = 2; }
    message KeyValue { string key = 1; AnyValue value = 2; }
    message AnyValue { string string_value = 1; }
    message Metric {
      string name = 1;
      string description = 2;
      string unit = 3;
      Gauge gauge = 5;
      Sum sum = 7;
      ExponentialHistogram exponential_histogram = 10;
    }
    message Gauge { repeated NumberDataPoint data_points = 1; }
    message Sum {
      repeated NumberDataPoint data_points = 1;
      int32 aggregation_temporality = 2;
      bool is_monotonic = 3;
    }
    message ExponentialHistogram {
      repeated ExponentialHistogramDataPoint data_points = 1;
      int32 aggregation_temporality = 2;
    }
    message NumberDataPoint {
      repeated KeyValue attributes = 7;
      fixed64 start_time_unix_nano = 2;
      fixed64 time_unix_nano = 3;
      oneof value { double as_double = 4; sfixed64 as_int = 6; }
    }
    message ExponentialHistogramDataPoint {
      repeated KeyValue attributes = 1;
      fixed64 start_time_unix_nano = 2;
      fixed64 time_unix_nano = 3;
      fixed64 count = 4;
      double sum = 5;
      sint32 scale = 6;
      fixed64 zero_count = 7;
      Buckets positive = 8;
      double min = 12;
      double max = 13;
      message Buckets { sint32 offset = 1; repeated uint64 bucket_counts = 2; }
    }`,
  )
  .root.lookupType('ExportMetricsServiceRequest');

export interface OtlpPoint {
  readonly attributes?: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
  readonly startTimeUnixNano?: string;
  readonly asInt?: string;
  readonly asDouble?: number;
  readonly count?: string;
  readonly sum?: number;
  readonly scale?: number;
  readonly min?: number;
  readonly max?: number;
  readonly positive?: { readonly offset: number; readonly bucketCounts: readonly string[] };
}

interface OtlpPoints {
  readonly dataPoints: readonly OtlpPoint[];
  readonly aggregationTemporality?: number;
  readonly isMonotonic?: boolean;
}

export interface OtlpMetric {
  readonly name: string;
  readonly unit?: string;
  readonly gauge?: OtlpPoints;
  readonly sum?: OtlpPoints;
  readonly exponentialHistogram?: OtlpPoints;
}

/** One push, as it came. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly resource: Readonly<Record<string, string>>;
  readonly metrics: ReadonlyMap<string, OtlpMetric>;
}

export interface Collector {
  readonly url: string;
  readonly received: readonly Received[];
  close(): void;
}

/** A collector on loopback. It answers 200, unless `answer` does so itself, or not at all. */
export async function startCollector(
  answer: (response: ServerResponse) => unknown = (response) => response.end(),
): Promise<Collector> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push(decode(request, Buffer.concat(chunks)));
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Decoded {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly { key: string; value: { stringValue: string } }[] };
    readonly scopeMetrics: readonly { readonly metrics: readonly OtlpMetric[] }[];
  }[];
}

function decode({ url = '', headers }: IncomingMessage, body: Buffer): Received {
  const { resourceMetrics } = ExportRequest.toObject(ExportRequest.decode(body), {
    longs: String,
  }) as Decoded;
  const attributes = resourceMetrics.flatMap(({ resource }) => resource.attributes);
  const metrics = resourceMetrics
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap((scope) => scope.metrics);
  return {
    path: url,
    headers,
    resource: Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue])),
    metrics: new Map(metrics.map((metric) => [metric.name, metric])),
  };
}
