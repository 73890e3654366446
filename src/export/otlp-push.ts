import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import {
  type Resource,
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { wallClock } from '../shared/clock.js';
import { CountingExporter } from './counting-exporter.js';
import type { LiveRun } from './live-run.js';
import { otlpMetrics } from './otlp-metrics.js';

/** A push has to be over by then, tries again included; sooner where pushes are closer together than that. */
const TIMEOUT_MS = 2000;
/** Of that, the part after which OpenTelemetry gives up by itself, and tells better why. */
const OWN_SHARE = 0.75;
/** Besides the one that is waited for: one that was given up and is not over yet. */
const MAX_UNDER_WAY = 2;

export interface PushOptions {
  /** With its path. */
  readonly url: string;
  readonly everyMs: number;
}

/**
 * Pushes a run to an OTLP collector at regular intervals, by OpenTelemetry's own reader and exporter: protobuf over HTTP, one
 * push at a time, nothing queued. Each has all of the run so far, so that one which fails is made up for by the next one. The
 * exporter reads OTEL_EXPORTER_OTLP_HEADERS, _COMPRESSION, _CERTIFICATE and their like from the environment by itself.
 */
export class OtlpPush {
  readonly #reader: PeriodicExportingMetricReader;

  /** Keeps `run.pushes` up to date. */
  constructor(run: LiveRun, { url, everyMs }: PushOptions) {
    const timeoutMs = Math.min(TIMEOUT_MS, everyMs);
    const resource = resourceOf(run);
    const exporter = new OTLPMetricExporter({
      url,
      timeoutMillis: timeoutMs * OWN_SHARE,
      concurrencyLimit: MAX_UNDER_WAY,
      userAgent: `stompede/${run.version}`,
    });
    const counting = new CountingExporter(
      exporter,
      timeoutMs,
      () => run.totals.throughSec,
      (progress) => {
        run.pushes = progress;
      },
    );
    this.#reader = new PeriodicExportingMetricReader({
      exporter: counting,
      exportIntervalMillis: everyMs,
      exportTimeoutMillis: everyMs,
      metricProducers: [
        {
          collect: () => {
            const scopeMetrics = [otlpMetrics(run, wallClock().getTime())];
            return Promise.resolve({ resourceMetrics: { resource, scopeMetrics }, errors: [] });
          },
        },
      ],
    });
    // It sets the reader going, and gives what is pushed its resource.
    new MeterProvider({ resource, readers: [this.#reader] });
  }

  /** Pushes a last time, after the one that may be under way. Bounded by nothing but the timeouts of both. */
  async end(): Promise<void> {
    await this.#reader.shutdown();
  }
}

/** OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME have the last word. */
function resourceOf({ identity: { runId, name }, version }: LiveRun): Resource {
  const ours = resourceFromAttributes({
    'service.name': 'stompede',
    'service.version': version,
    'service.instance.id': runId,
    'stompede.run.name': name,
  });
  return defaultResource()
    .merge(ours)
    .merge(detectResources({ detectors: [envDetector] }));
}
