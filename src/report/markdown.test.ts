import { describe, expect, it } from 'vitest';
import type { RunResult } from '../model/result.js';
import { renderMarkdown } from './markdown.js';
import {
  HOSTILE,
  cutShortRun,
  emptyRun,
  failingRun,
  hostileRun,
  metThresholdsRun,
  missedThresholdsRun,
  passingRun,
  regressedRun,
  repeatedRun,
  unsoundRun,
} from './testing/sample-result.js';

const RUNS: readonly (readonly [string, RunResult])[] = [
  ['thresholds-met', metThresholdsRun()],
  ['thresholds-missed', missedThresholdsRun()],
  ['failure', failingRun()],
  ['regression', repeatedRun()],
  ['unsound', unsoundRun()],
];

describe('summary.md', () => {
  it.each(RUNS)('of %s is the one that was looked at', async (name, result) => {
    await expect(renderMarkdown(result)).toMatchFileSnapshot(`testing/golden/${name}.md`);
  });

  it.each([...RUNS, ['nothing-attempted', emptyRun()], ['cut-short', cutShortRun()]] as const)(
    'of %s is short enough for a comment',
    (_, result) => {
      expect(renderMarkdown(result).length).toBeLessThan(20_000);
    },
  );

  it('begins with the verdict', () => {
    expect(renderMarkdown(passingRun())).toMatch(/^## ✅ PASS: <code>live-comments<\/code>\n/);
    expect(renderMarkdown(missedThresholdsRun())).toMatch(/^## ❌ FAIL: /);
    expect(renderMarkdown(unsoundRun())).toMatch(/^## ❌ INVALID: /);
    expect(renderMarkdown({ ...passingRun(), outcome: 'stopped' })).toMatch(/^## ⚠️ STOPPED: /);
  });

  it('shows what was missed and what got worse before anything else of it', () => {
    const thresholds = tableAfter(renderMarkdown(missedThresholdsRun()), '### Thresholds');
    expect(thresholds[0]).toContain('❌');
    expect(thresholds.at(-1)).toContain('✅');
    const metrics = tableAfter(renderMarkdown(regressedRun()), '### Against the baseline');
    expect(metrics[0]).toMatch(
      /❌ worse \| <code>deliveries\.latency\.p50<\/code> \|.*\+21\.1 %.*\+16\.4 % to \+26\.2 %/,
    );
  });

  it('counts the thresholds that hold by themselves, and shows none of them where all are met', () => {
    const run = metThresholdsRun();
    const text = renderMarkdown({ ...run, thresholds: run.thresholds.filter(({ implied }) => implied) });
    expect(text).toContain('### Thresholds: 2 met\n\nAll of them hold by themselves');
    expect(text).not.toContain('deliveries.lost');
  });

  it('lets a hostile target neither format nor link nor mention anything', () => {
    const text = renderMarkdown(hostileRun());
    expect(text).not.toMatch(/<(?!\/?(?:code|span)>)/);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    expect(text).toContain(HOSTILE.slice(0, 8).replaceAll('<', '&#60;').replaceAll('>', '&#62;'));
  });

  it('keeps each row of a table at its number of cells, whatever a target says', () => {
    const tables = renderMarkdown(hostileRun())
      .split('\n\n')
      .filter((block) => block.startsWith('| '));
    expect(tables.length).toBeGreaterThan(3);
    for (const table of tables) {
      const widths = new Set(table.split('\n').map((line) => line.split('|').length));
      expect([...widths]).toHaveLength(1);
    }
  });

  it('stays bounded where everything that can be long is', () => {
    const run = hostileRun();
    const many = <T>(list: readonly T[], count: number): readonly T[] =>
      Array.from({ length: Math.ceil(count / list.length) }, () => list).flat();
    const { comparison } = run;
    if (comparison === null) throw new Error('the sample has no comparison');
    const text = renderMarkdown({
      ...run,
      verdict: { ...run.verdict, reasons: many([HOSTILE.repeat(20)], 500) },
      thresholds: many(run.thresholds, 1000),
      comparison: { ...comparison, metrics: many(comparison.metrics, 1000), warnings: many([HOSTILE], 500) },
      failures: many(run.failures, 2000),
      findings: many(run.findings, 1000),
      notes: many([HOSTILE.repeat(20)], 1000),
    });
    expect(text.length).toBeLessThan(200_000);
  });
});

/** The rows of the first table after a heading. */
function tableAfter(text: string, heading: string): readonly string[] {
  const table = text
    .slice(text.indexOf(heading))
    .split('\n\n')
    .find((block) => block.startsWith('| '));
  return table?.split('\n').slice(2) ?? [];
}
