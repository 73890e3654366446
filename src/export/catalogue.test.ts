import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LATENCIES } from '../model/phases.js';
import { METRICS, type Metric } from './catalogue.js';
import { familyName } from './prometheus-name.js';
import { busyRun } from './testing/seconds.js';

const docs = readFileSync(new URL('../../docs/live-metrics.md', import.meta.url), 'utf8');

function rowOf({ name, kind, labels, help, unit }: Metric): string[] {
  const prometheus = familyName({ name, unit }) + (kind === 'counter' ? '_total' : '');
  return [`\`${prometheus}\``, `\`${name}\``, kind, labels.map((label) => `\`${label}\``).join(', '), help];
}

describe('METRICS', () => {
  it('are the table of docs/live-metrics.md, in its order', () => {
    const rows = docs
      .split('\n')
      .filter((line) => line.startsWith('| `stompede_'))
      .map((line) =>
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      );
    expect(rows).toEqual(METRICS.map(rowOf));
  });

  it('have a histogram for every latency, each in one place', () => {
    const exported = METRICS.flatMap((metric) => (metric.kind === 'histogram' ? metric.latencies : []));
    expect(exported.map(({ latency }) => latency).sort()).toEqual([...LATENCIES].sort());
  });

  it('have names of their own that Prometheus and OpenTelemetry take', () => {
    expect(new Set(METRICS.map(familyName)).size).toBe(METRICS.length);
    for (const { name } of METRICS) expect(name).toMatch(/^stompede(\.[a-z]+)+$/);
  });

  it('give each point the labels that they say, and no other', () => {
    for (const metric of METRICS) {
      const points = metric.kind === 'histogram' ? metric.latencies : metric.read(busyRun());
      for (const { labels } of points) expect(Object.keys(labels)).toEqual(metric.labels);
    }
  });
});

describe('familyName', () => {
  it.each([
    ['stompede.phase.duration', 's', 'stompede_phase_duration_seconds'],
    ['stompede.socket.sent', 'By', 'stompede_socket_sent_bytes'],
    ['stompede.generator.utilization', '1', 'stompede_generator_utilization_ratio'],
    ['stompede.connections.open', '{connection}', 'stompede_connections_open'],
  ] as const)('of %s in %s', (name, unit, family) => {
    expect(familyName({ name, unit })).toBe(family);
  });
});
