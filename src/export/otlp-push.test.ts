import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { OtlpPush } from './otlp-push.js';
import { type Collector, type OtlpMetric, startCollector } from './testing/collector.js';
import { busyRun } from './testing/seconds.js';

const open: Collector[] = [];

afterEach(() => {
  for (const collector of open.splice(0)) collector.close();
  vi.unstubAllEnvs();
});

async function collector(...args: Parameters<typeof startCollector>): Promise<Collector> {
  const started = await startCollector(...args);
  open.push(started);
  return started;
}

/** Of a run that has something of everything, the push at its end. */
async function pushedOnce(): Promise<{ received: Collector['received']; run: ReturnType<typeof busyRun> }> {
  const { url, received } = await collector();
  const run = busyRun();
  await new OtlpPush(run, { url: `${url}/v1/metrics`, everyMs: 60_000 }).end();
  return { received, run };
}

function trickle(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Length': 1e6 });
  const timer = setInterval(() => response.write('.'), 50);
  response
    .on('error', () => undefined)
    .on('close', () => {
      clearInterval(timer);
    });
}

function pointOf(metric: OtlpMetric | undefined, phase?: string): unknown {
  const points = metric?.gauge ?? metric?.sum ?? metric?.exponentialHistogram;
  return points?.dataPoints.find(
    ({ attributes }) => phase === undefined || attributes?.[0]?.value.stringValue === phase,
  );
}

describe('OtlpPush', () => {
  it('pushes sums since the start of the run, gauges, and what they are of', async () => {
    const { received, run } = await pushedOnce();
    expect(received).toHaveLength(1);
    const [{ path, headers, resource, metrics }] = received as [Collector['received'][number]];
    expect(path).toBe('/v1/metrics');
    expect(headers['content-type']).toBe('application/x-protobuf');
    expect(resource).toMatchObject({
      'service.name': 'stompede',
      'service.version': '0.1.0',
      'service.instance.id': '1a2b3c4d',
      'stompede.run.name': 'checkout',
    });
    const started = metrics.get('stompede.connections.started');
    expect(started).toMatchObject({
      unit: '{connection}',
      sum: { aggregationTemporality: 2, isMonotonic: true },
    });
    expect(pointOf(started)).toMatchObject({ asInt: '40', startTimeUnixNano: '1800000000250000000' });
    expect(pointOf(metrics.get('stompede.connections.open'))).toMatchObject({ asInt: '38' });
    expect(pointOf(metrics.get('stompede.generator.loop.delay'))).toMatchObject({ asDouble: 0.0015 });
    expect(run.pushes).toEqual({ begun: 1, sent: 1, failed: 0, problem: null, sentThroughSec: 2 });
  });

  it('pushes exponential histograms whose buckets count each sample', async () => {
    const { received } = await pushedOnce();
    const durations = received[0]?.metrics.get('stompede.phase.duration');
    expect(durations).toMatchObject({ unit: 's', exponentialHistogram: { aggregationTemporality: 2 } });
    const connect = pointOf(durations, 'connect') as {
      positive: { offset: number; bucketCounts: string[] };
    };
    expect(connect).toMatchObject({ count: '4', scale: 5, min: 0.0008, max: 0.04, sum: 0.0429 });
    const { offset, bucketCounts } = connect.positive;
    // Bucket i is above base^i, up to base^(i + 1).
    const held = bucketCounts.flatMap((count, i) => (count === '0' ? [] : [2 ** ((offset + i + 0.5) / 32)]));
    expect(held).toHaveLength(4);
    for (const [i, seconds] of [0.0008, 0.0009, 0.0012, 0.04].entries()) {
      expect(Math.abs(Math.log2((held[i] ?? 0) / seconds))).toBeLessThan(1.1 / 32);
    }
  });

  it('takes headers and attributes from the environment, as OpenTelemetry has it', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'authorization=Bearer%20hunter2');
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment=ci,service.version=9');
    vi.stubEnv('OTEL_SERVICE_NAME', 'nightly');
    const { received } = await pushedOnce();
    expect(received[0]?.headers.authorization).toBe('Bearer hunter2');
    expect(received[0]?.resource).toMatchObject({
      'deployment.environment': 'ci',
      'service.version': '9',
      'service.name': 'nightly',
    });
  });

  it.each([
    ['says no', (response: ServerResponse) => response.writeHead(500, 'hunter2').end('hunter2'), 'HTTP 500'],
    ['answers a byte at a time', trickle, 'it did not answer in time'],
    [
      'asks to come back later',
      (response: ServerResponse) => response.writeHead(503, { 'Retry-After': '60' }).end(),
      'it asked to come back later (HTTP 429, 502, 503 or 504)',
    ],
    [
      'answers what is no HTTP',
      (response: ServerResponse) => response.socket?.end('220 smtp ready\r\n'),
      'HPE_INVALID_CONSTANT',
    ],
  ])('gives up in time, and in its own words, with a collector that %s', async (_, answer, problem) => {
    const { url } = await collector(answer);
    const run = busyRun();
    await new OtlpPush(run, { url, everyMs: 500 }).end();
    expect(run.pushes).toEqual({ begun: 1, sent: 0, failed: 1, problem, sentThroughSec: null });
  });
});
