import { describe, expect, it } from 'vitest';
import { sampleComparison } from './testing/sample-comparison.js';
import { HOSTILE } from './testing/sample-result.js';
import { comparisonLines } from './text-comparison.js';
import { styles } from './text-style.js';

const plain = { columns: 110, style: styles(false) };

describe('comparisonLines', () => {
  it('tells what got worse first, and what can’t be told last', () => {
    const rows = comparisonLines(sampleComparison(), plain).filter((line) =>
      /^ {2}(deliveries|phases|connections)\./.test(line),
    );
    const verdicts = rows.map((line) => /(worse|better|same|can't tell)$/.exec(line)?.[1]);
    expect(verdicts).toEqual([
      'worse',
      'worse',
      'better',
      'same',
      'same',
      'same',
      "can't tell",
      "can't tell",
    ]);
  });

  it('has for each the values, the change, its interval and the smallest change that would have been seen', () => {
    const line = comparisonLines(sampleComparison(), plain).find((one) =>
      one.includes('deliveries.latency.p99'),
    );
    expect(line?.replaceAll('\u00a0', ' ')).toMatch(
      /6\.21 ms +7\.48 ms +\+20\.5 % +\+14\.8 to \+25\.9 +6 % +worse$/,
    );
  });

  it('says why something can’t be told, what to mind, and by which method', () => {
    const text = comparisonLines(sampleComparison(), plain).join('\n');
    expect(text).toMatch(/- phases\.message\.p99: Its interval reaches further/);
    expect(text).toMatch(/! The baseline was measured by another version of Node/);
    expect(text).toMatch(/Holm 1979/);
  });

  it.each([80, 100, 140])('keeps to %i columns', (columns) => {
    const longest = Math.max(
      ...comparisonLines(sampleComparison(), { ...plain, columns }).map(({ length }) => length),
    );
    expect(longest).toBeLessThanOrEqual(columns);
  });

  it('shows what a stranger named, and does not do it', () => {
    const sample = sampleComparison();
    const hostile = {
      ...sample,
      baseline: { ...sample.baseline, name: HOSTILE },
      metrics: sample.metrics.map((metric) => ({ ...metric, metric: HOSTILE, why: HOSTILE })),
      warnings: [HOSTILE],
    };
    expect(comparisonLines(hostile, plain).join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('is coloured only where that is asked for', () => {
    expect(comparisonLines(sampleComparison(), plain).join('')).not.toContain('\u001b');
    expect(comparisonLines(sampleComparison(), { ...plain, style: styles(true) }).join('')).toContain(
      '\u001b[31m',
    );
  });
});
