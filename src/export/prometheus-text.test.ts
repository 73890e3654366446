import { describe, expect, it } from 'vitest';
import { METRICS } from './catalogue.js';
import { renderText } from './prometheus-text.js';
import { busyRun, runOf } from './testing/seconds.js';

const text = renderText(busyRun(), false);
const openMetrics = renderText(busyRun(), true);

/** By series, as it is written. */
function samplesOf(rendered: string): Map<string, number> {
  const lines = rendered.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

describe('renderText', () => {
  it('has counters of the whole run, and gauges of its last second', () => {
    const samples = samplesOf(text);
    expect(samples.get('stompede_connections_started_total')).toBe(40);
    expect(samples.get('stompede_deliveries_received_total')).toBe(700);
    expect(samples.get('stompede_deliveries_expected_total')).toBe(720);
    expect(samples.get('stompede_messages_published_total')).toBe(20);
    expect(samples.get('stompede_connections_open')).toBe(38);
    expect(samples.get('stompede_connections_planned')).toBe(500);
    expect(samples.get('stompede_run_measured_seconds')).toBe(2);
    expect(samples.get('stompede_generator_cpu_used_seconds_total')).toBe(0.5);
    expect(samples.get('stompede_generator_loop_delay_seconds')).toBe(0.0015);
    expect(
      samples.get(
        'stompede_failures_total{role="connection",phase="upgrade",kind="upgrade-status",side="target"}',
      ),
    ).toBe(2);
    expect(samples.get('stompede_run_info{run="1a2b3c4d",name="checkout",version="0.1.0"}')).toBe(1);
  });

  it('has a histogram for each phase that has a sample, cumulative up to its count', () => {
    const samples = samplesOf(text);
    const bucket = (le: string): number | undefined =>
      samples.get(`stompede_phase_duration_seconds_bucket{phase="connect",le="${le}"}`);
    expect(['0.00075', '0.001', '0.0015', '0.032', '0.048', '65.536', '+Inf'].map(bucket)).toEqual([
      0, 2, 3, 3, 4, 4, 4,
    ]);
    expect(samples.get('stompede_phase_duration_seconds_count{phase="connect"}')).toBe(4);
    expect(samples.get('stompede_phase_duration_seconds_sum{phase="connect"}')).toBe(0.0429);
    expect([...samples.keys()].filter((series) => series.includes('phase="tls"'))).toEqual([]);
  });

  it('says of every family once what it is, before its samples', () => {
    for (const rendered of [text, openMetrics]) {
      const types = [...rendered.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
      expect(new Set(types).size).toBe(types.length);
      expect([...rendered.matchAll(/^# HELP (\S+) /gm)].map(([, name]) => name)).toEqual(types);
      let family = '';
      for (const line of rendered.split('\n')) {
        family = /^# TYPE (\S+)/.exec(line)?.[1] ?? family;
        if (line !== '' && !line.startsWith('#')) expect(line.startsWith(family)).toBe(true);
      }
    }
  });

  it('writes for OpenMetrics families of counters without _total, units, and the end', () => {
    expect(openMetrics).toContain('\n# TYPE stompede_connections_started counter\n');
    expect(openMetrics).toContain('\nstompede_connections_started_total 40\n');
    expect(openMetrics).toContain('\n# UNIT stompede_phase_duration_seconds seconds\n');
    expect(openMetrics.endsWith('\n# EOF\n')).toBe(true);
    expect(text).toContain('\n# TYPE stompede_connections_started_total counter\n');
    expect(text).not.toMatch(/UNIT|EOF/);
  });

  it('has every series of a run that has just begun, at nothing', () => {
    const samples = samplesOf(renderText(runOf([]), false));
    const numbers = METRICS.filter(({ kind, labels }) => kind !== 'histogram' && labels.length === 0);
    expect(samples.size).toBe(numbers.length + 1);
    expect(samples.get('stompede_connections_complete_total')).toBe(0);
  });

  it('has nothing before the first run', () => {
    expect(renderText(null, false)).toBe('');
    expect(renderText(null, true)).toBe('# EOF\n');
  });

  it('escapes the name of a run, and cuts it', () => {
    const rendered = renderText(busyRun({ name: `a"b\\c\nd${'x'.repeat(300)}` }), false);
    const line = rendered.split('\n').find((one) => one.startsWith('stompede_run_info'));
    expect(line).toContain(String.raw`name="a\"b\\c\nd${'x'.repeat(193)}",`);
  });
});
