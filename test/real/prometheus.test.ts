import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { METRICS } from '../../src/export/catalogue.js';
import { familyName } from '../../src/export/prometheus-name.js';
import type { RunResult } from '../../src/model/result.js';
import { Run } from '../support/cli.js';
import { freePorts } from '../support/ports.js';
import { type Prometheus, startPrometheus } from '../support/prometheus.js';

// What a real Prometheus makes of a real run that it has scraped every second with native histograms.

let prometheus: Prometheus;
let result: RunResult;
/** Unix time within the hold, late enough for everything from before it to have been scraped. */
let heldSec: number;

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  prometheus = await startPrometheus(`127.0.0.1:${port}`);
  const run = new Run(
    {
      name: 'scraped-by-Prometheus',
      target: 'embedded',
      connect: { connections: 200, rate: '100/s' },
      subscribe: [{ destination: '/topic/news' }],
      publish: [{ destination: '/topic/news', rate: '10/s' }],
      hold: '12s',
      disconnect: { rate: '100/s' },
      report: ['json'],
    },
    ['--prometheus', `127.0.0.1:${port}`],
  );
  await run.reaches('holding');
  await sleep(6000);
  expect(await prometheus.lastError()).toBeNull();
  expect(await run.end(60_000)).toBe(0);
  result = run.result();
  const startSec = Date.parse(result.run.startedAt) / 1000;
  heldSec = startSec + (result.run.marksMs.holdEnd ?? 0) / 1000 - 2;
});

async function valueOf(promql: string, atSec = heldSec): Promise<number | undefined> {
  return (await prometheus.query(promql, atSec))[0]?.value;
}

describe('Prometheus', () => {
  it('has every metric of a run under the name that the docs say', async () => {
    const names = METRICS.filter(({ kind }) => kind !== 'histogram').map((metric) =>
      metric.kind === 'counter' ? `${familyName(metric)}_total` : familyName(metric),
    );
    const rows = await prometheus.query('{job="stompede",__name__=~"stompede_.+"}', heldSec);
    const had = new Set(rows.map(({ labels }) => labels['__name__']));
    const absent = ['stompede_failures_total', 'stompede_export_pushes_total'];
    expect(names.filter((name) => !had.has(name))).toEqual(absent);
  });

  it('knows which run it is', async () => {
    const [info] = await prometheus.query('stompede_run_info', heldSec);
    expect(info?.labels).toMatchObject({ run: result.run.id, name: 'scraped-by-Prometheus' });
  });

  it('counts connections as the result does', async () => {
    expect(await valueOf('stompede_connections_open')).toBe(200);
    expect(await valueOf('stompede_connections_started_total')).toBe(result.connections.attempted);
  });

  it.each([0.5, 0.9, 0.99])(
    'takes quantile %d of a phase from native histograms, as the result has it',
    async (q) => {
      const rows = await prometheus.query(
        `histogram_quantile(${q}, stompede_phase_duration_seconds)`,
        heldSec,
      );
      const connect = rows.find(({ labels }) => labels['phase'] === 'connect')?.value ?? NaN;
      const us = result.phases.connect?.us;
      const told = { 0.5: us?.p50, 0.9: us?.p90, 0.99: us?.p99 }[q] ?? NaN;
      // Two buckets of 2.2 %: the sample that is meant may be the next one.
      expect(Math.abs(Math.log2((connect * 1e6) / told))).toBeLessThan(2 / 32);
      expect(rows.map(({ labels }) => labels['le'])).not.toContain('+Inf');
    },
  );

  it('has as many samples of each phase in them as the result', async () => {
    const rows = await prometheus.query('histogram_count(stompede_phase_duration_seconds)', heldSec);
    const counts = Object.fromEntries(rows.map(({ labels, value }) => [labels['phase'], value]));
    expect(counts).toMatchObject({
      upgrade: result.phases.upgrade?.count,
      connect: result.phases.connect?.count,
      subscribe: result.phases.subscribe?.count,
    });
  });

  it('takes rates and quantiles of deliveries while they come', async () => {
    const perSec = await valueOf('rate(stompede_deliveries_received_total[5s])');
    expect(perSec).toBeGreaterThan(1000);
    expect(perSec).toBeLessThan(3000);
    const p99 = await valueOf('histogram_quantile(0.99, rate(stompede_delivery_latency_seconds[5s]))');
    expect(p99).toBeGreaterThan(0);
    expect(p99).toBeLessThan((result.deliveries.latencyUs?.max ?? NaN) / 1e6 + 1);
  });
});
