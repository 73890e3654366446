import { describe, expect, it } from 'vitest';
import type { RunResult } from '../model/result.js';
import { failureGroups, whileUnsoundText } from './failure-rows.js';
import { renderHtml } from './html.js';
import { numberedFindings, soundness, soundnessText } from './soundness.js';
import { doubtfulRun, failingRun, passingRun, unsoundRun } from './testing/sample-result.js';
import { renderText } from './text.js';

const PLAIN = { color: false, columns: 80, reportDir: null };

/** What a reader of the page sees, in order. */
function words(result: RunResult): string {
  const page = renderHtml(result);
  return page
    .slice(page.indexOf('<main>'))
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ');
}

describe('an invalid generator', () => {
  it('is said before anything else, in the text and on the page', () => {
    const said = "generator: invalid, its figures can't be used";
    expect(renderText(unsoundRun(), PLAIN).startsWith(`INVALID  ${said}.\n`)).toBe(true);
    expect(words(unsoundRun()).replace(/^ /, '').startsWith(`INVALID Load ${said}.`)).toBe(true);
  });

  it('is red in a terminal', () => {
    const [first = ''] = renderText(unsoundRun(), { ...PLAIN, color: true }).split('\n');
    expect(first).toContain("\u001b[31mgenerator: invalid, its figures can't be used.");
  });

  it('comes of an invalid outcome as of an invalid verdict', () => {
    const run = passingRun();
    const invalid = { ...run.generator, verdict: 'invalid' as const };
    expect(soundness({ ...run, outcome: 'invalid' }).verdict).toBe('invalid');
    expect(soundness({ ...run, generator: invalid }).verdict).toBe('invalid');
    expect(renderText({ ...run, generator: invalid }, PLAIN)).toMatch(/^INVALID {2}/);
  });

  it('has its own findings before those about the target, each part the worst first', () => {
    expect(numberedFindings(unsoundRun()).map(({ number, finding }) => [number, finding.kind])).toEqual([
      [1, 'worker-lost'],
      [2, 'memory-limit'],
      [3, 'connection-limit'],
    ]);
  });

  it('has its own failures before the others', () => {
    expect(failureGroups(unsoundRun()).map(({ rows }) => rows[0]?.side)).toEqual(['generator', 'target']);
  });
});

it.each([
  ['sound', passingRun(), 'generator: sound'],
  ['doubtful', doubtfulRun(), 'generator: doubtful, read its findings before the figures'],
])('a %s generator is said at the top, after the headline', (_, result, said) => {
  expect(soundnessText(soundness(result))).toBe(said);
  const [top = ''] = renderText(result, PLAIN).split('\n\n');
  expect(top).toContain(said);
  expect(words(result).indexOf(said)).toBeLessThan(words(result).indexOf('Complete'));
});

describe('findings', () => {
  it('stay in the order of the result where the generator is not invalid', () => {
    const result = failingRun();
    expect(numberedFindings(result).map(({ finding }) => finding)).toEqual(result.findings);
  });

  it('are on the page and in the text with all that is known of them', () => {
    const result = failingRun();
    const text = renderText(result, { ...PLAIN, columns: 400 });
    const page = words(result);
    for (const { finding, title } of numberedFindings(result)) {
      for (const part of [finding.about, title, finding.severity, finding.evidence.text, finding.advice]) {
        expect(text).toContain(part);
        expect(page).toContain(part);
      }
    }
    expect(page).toContain('openConnections 1,735');
  });

  it('before the start, and at it, are said to be so', () => {
    const [first] = failingRun().findings;
    if (first === undefined) throw new Error('the sample has no finding');
    const findings = [-1500, 0, 1500].map((atMs) => ({ ...first, atMs }));
    expect(numberedFindings({ ...passingRun(), findings }).map(({ when }) => when)).toEqual([
      '1.5\u00a0s before the start',
      'from the start',
      'at 1.5\u00a0s',
    ]);
  });
});

describe('failures while the generator was not sound', () => {
  const [row] = failingRun().failures;
  if (row === undefined) throw new Error('the sample has no failure');

  it.each([
    [0, null],
    [7, '7 of these while the generator was not sound'],
    [row.count, 'all of these while the generator was not sound'],
  ])('of which there are %d', (whileUnsound, text) => {
    expect(whileUnsoundText({ ...row, whileUnsound })).toBe(text);
  });

  it('are not said once more of failures that are its own', () => {
    expect(whileUnsoundText({ ...row, side: 'generator', whileUnsound: 3 })).toBeNull();
  });

  it('are never added up with the generator’s own', () => {
    const groups = failureGroups(failingRun());
    expect(
      groups.map(({ title, rows }) => [title, new Set(rows.map(({ side }) => side === 'generator'))]),
    ).toEqual([
      ['Failures', new Set([false])],
      ['Failures of the generator itself', new Set([true])],
    ]);
    expect(groups.flatMap(({ rows }) => rows)).toHaveLength(failingRun().failures.length);
  });

  it('are counted beside the failed connections, in the text and on the page', () => {
    expect(renderText(unsoundRun(), { ...PLAIN, columns: 400 })).toContain(
      "failed · 150 of them the generator's own doing · 38 of them while the generator was not sound",
    );
    expect(words(unsoundRun())).toContain("150 the generator's own, 38 while the generator was not sound");
  });
});
