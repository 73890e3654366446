import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../model/result.js';
import { renderHtml } from './html.js';
import {
  cutShortRun,
  doubtfulRun,
  emptyRun,
  failingRun,
  hostileRun,
  longRun,
  metThresholdsRun,
  missedThresholdsRun,
  passingRun,
  regressedRun,
  repeatedRun,
  singleRun,
  unsoundRun,
} from './testing/sample-result.js';

const RUNS: readonly (readonly [string, RunResult])[] = [
  ['pass', passingRun()],
  ['failure', failingRun()],
  ['one-connection', singleRun()],
  ['nothing-attempted', emptyRun()],
  ['unsound', unsoundRun()],
  ['doubtful', doubtfulRun()],
  ['missed-thresholds', missedThresholdsRun()],
  ['regressed', regressedRun()],
  ['repeated', repeatedRun()],
];

/** The page without what every page has: styles, scripts and the charts' data. */
function body(page: string): string {
  return page
    .slice(page.indexOf('<body>'), page.indexOf('</html>'))
    .replace(/<script\b[^>]*>[^]*?<\/script>/g, '<script></script>')
    .replace(/<details><summary>More about it[^]*?<\/details>/g, '<details></details>');
}

describe('renderHtml', () => {
  it.each(RUNS)('the page of %s is the one that was looked at', async (name, result) => {
    await expect(body(renderHtml(result))).toMatchFileSnapshot(`testing/golden/${name}.html.txt`);
  });

  it.each(RUNS)('opens and closes its elements in order: %s', (_, result) => {
    const open: string[] = [];
    for (const [, end, tag = '', own] of body(renderHtml(result)).matchAll(/<(\/?)([a-z]\w*)[^>]*?(\/?)>/g)) {
      if (own === '/' || tag === 'input') continue;
      if (end === '') open.push(tag);
      else expect(tag).toBe(open.pop());
    }
    expect(open).toEqual([]);
  });

  it('allows exactly its own scripts and its own style', () => {
    const page = renderHtml(hostileRun());
    const policy =
      /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? '';
    const hash = (text = ''): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const scripts = [...page.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text]) => hash(text));
    const styles = [...page.matchAll(/<style>([^]*?)<\/style>/g)].map(([, text]) => hash(text));
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${scripts.join(' ')}`,
      `style-src ${styles.join(' ')}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect([scripts.length, styles.length]).toEqual([2, 1]);
  });

  it('has no attribute that a policy would forbid, and refers to nothing outside itself', () => {
    const page = renderHtml(failingRun());
    expect(body(page)).not.toMatch(/<[^>]*\s(?:style|on\w+)=/);
    expect([...page.matchAll(/\s(?:href|src)="([^"#][^"]*)"/g)].map(([, url]) => url)).toEqual(['data:,']);
  });

  it('shows what a target sent as text, wherever it stands', () => {
    const text = body(renderHtml(hostileRun()));
    expect(text).not.toMatch(/<img|onerror="|<script>d|<script>a|<!--|<b>/);
    expect(text.match(/&lt;script&gt;document\.body/g)?.length).toBeGreaterThan(15);
    expect(text).toContain('&amp;lt;b&amp;gt;');
    expect(text).toContain('\\x1b[2J');
    expect(text).toContain('line\\u2028separator');
  });

  it('leaves the certificate out of the plan that it shows', () => {
    const { plan, ...rest } = passingRun();
    const tls = { ...plan.connect.tls, caPem: '-----BEGIN CERTIFICATE-----' };
    expect(renderHtml({ ...rest, plan: { ...plan, connect: { ...plan.connect, tls } } })).not.toContain(
      'BEGIN CERT',
    );
  });

  it('links each failure to its advice', () => {
    const page = renderHtml(failingRun());
    for (const { kind } of failingRun().failures) {
      expect(page).toContain(`href="#advice-${kind}"`);
      expect(page).toContain(`id="advice-${kind}"`);
    }
  });

  it.each([
    ['thresholds that were missed', missedThresholdsRun(), ['thresholds', 'glance', 'charts']],
    ['a baseline that it is worse than', regressedRun(), ['comparison', 'thresholds', 'glance']],
    ['a generator that was not sound', unsoundRun(), ['findings', 'glance', 'charts']],
  ])('tells first what decided: %s', (_, result, expected) => {
    const order = [...renderHtml(result).matchAll(/<h2 id="([a-z]+)"/g)].map(([, id]) => id);
    expect(order.slice(0, 4)).toEqual(['verdict', ...expected]);
  });

  it('folds thresholds that nobody wrote while they hold, and tells missed ones with the others', () => {
    const folded = (page: string): string => /<details class="implied"[^]*?<\/details>/.exec(page)?.[0] ?? '';
    expect(folded(renderHtml(metThresholdsRun()))).toContain('deliveries.lost == 0');
    const missed = renderHtml(cutShortRun());
    expect(folded(missed)).toBe('');
    expect(missed).toContain('deliveries.lost == 0');
  });

  it('says in words whatever it draws', () => {
    const page = renderHtml(missedThresholdsRun()) + renderHtml(regressedRun());
    const drawings = page.match(/<svg [^>]*>/g) ?? [];
    expect(drawings.length).toBeGreaterThan(8);
    expect(drawings.filter((drawing) => !drawing.includes('aria-hidden="true"'))).toEqual([]);
    for (const word of [
      'met',
      'missed',
      'too few samples',
      'not resolvable',
      'worse',
      'better',
      'the same',
    ]) {
      expect(page).toMatch(
        new RegExp(`<td class="words outcome">(?:<span aria-hidden="true">[^<]*</span>)?${word}<`),
      );
    }
  });

  it('says of which of several runs it is', () => {
    expect(renderHtml(repeatedRun())).toContain('<dd>6; run-1 is shown</dd>');
  });

  it('names the first of many reasons, and how many more there are', () => {
    const run = failingRun();
    const reasons = Array.from({ length: 30 }, (_, i) => `Reason ${i}.`);
    const page = renderHtml({ ...run, verdict: { ...run.verdict, reasons } });
    expect(page).toContain('<li>Reason 4.</li><li>and 25 more</li>');
    expect(page).not.toContain('Reason 5.');
  });

  it('stays small: 220 KB for minutes, 1.5 MB for an hour of seconds', () => {
    expect(renderHtml(passingRun()).length).toBeLessThan(220_000);
    const hour = longRun();
    expect(hour.series.length).toBeGreaterThanOrEqual(3595);
    expect(renderHtml(hour).length).toBeLessThan(1_500_000);
  });
});
