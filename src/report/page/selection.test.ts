import { describe, expect, it } from 'vitest';
import type { ChartSeries } from './data.js';
import { PERCENTILES, type Percentile } from './percentiles.js';
import { shownSeries } from './selection.js';

function line(label: string, more: Partial<ChartSeries> = {}): ChartSeries {
  return { label, color: 6, dashed: true, filled: false, values: [], ...more };
}

function labels(
  series: readonly ChartSeries[],
  only: string | null,
  percentile: Percentile = 'p99',
): string[] {
  return shownSeries({ series }, { only, percentile }).map(({ label }) => label);
}

describe('of latencies', () => {
  const series = ['tcp', 'connect'].flatMap((label) =>
    PERCENTILES.map(({ name }) => line(label, { percentile: name })),
  );

  it('each line is shown at the picked percentile', () => {
    const shown = shownSeries({ series }, { only: null, percentile: 'p90' });
    expect(shown.map(({ label, percentile }) => [label, percentile])).toEqual([
      ['tcp', 'p90'],
      ['connect', 'p90'],
    ]);
  });

  it('one alone is shown at all of them, in colours of their own, the picked one in bold', () => {
    const shown = shownSeries({ series }, { only: 'tcp', percentile: 'p999' });
    expect(shown.map(({ label }) => label)).toEqual(['p50', 'p90', 'p99', 'p99.9', 'max']);
    expect(new Set(shown.map(({ color }) => color)).size).toBe(5);
    expect(shown.filter(({ bold }) => bold).map(({ label }) => label)).toEqual(['p99.9']);
  });
});

describe('of failures', () => {
  const series = [line('closed'), line('2 rarer kinds', { band: 'rest' }), line('dns', { band: 'rare' })];

  it('rare kinds are shown in one band', () => {
    expect(labels(series, null)).toEqual(['closed', '2 rarer kinds']);
  });

  it('each kind can be shown alone, the rare ones too', () => {
    expect(labels(series, 'closed')).toEqual(['closed']);
    expect(labels(series, 'dns')).toEqual(['dns']);
  });
});
