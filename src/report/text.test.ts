import { describe, expect, it } from 'vitest';
import type { RunResult } from '../model/result.js';
import {
  cutShortRun,
  doubtfulRun,
  emptyRun,
  failingRun,
  hostileRun,
  metThresholdsRun,
  missedThresholdsRun,
  passingRun,
  repeatedRun,
  singleRun,
  unsoundRun,
} from './testing/sample-result.js';
import { renderText } from './text.js';

const PLAIN = { color: false, columns: 80, reportDir: 'reports/live-comments-2025-03-14' };
const RUNS: readonly (readonly [string, RunResult])[] = [
  ['pass', passingRun()],
  ['failure', failingRun()],
  ['one-connection', singleRun()],
  ['nothing-attempted', emptyRun()],
  ['unsound', unsoundRun()],
  ['doubtful', doubtfulRun()],
  ['thresholds-met', metThresholdsRun()],
  ['thresholds-missed', missedThresholdsRun()],
  ['cut-short', cutShortRun()],
  ['regression', repeatedRun()],
];

describe('renderText', () => {
  it.each(RUNS)('the summary of %s is the one that was looked at', async (name, result) => {
    await expect(renderText(result, PLAIN)).toMatchFileSnapshot(`testing/golden/${name}.txt`);
  });

  it.each([...RUNS, ['hostile', hostileRun()] as const])('keeps %s within the columns', (_, result) => {
    for (const columns of [80, 120]) {
      const lines = renderText(result, { ...PLAIN, columns }).split('\n');
      expect(lines.filter((line) => line.length > columns)).toEqual([]);
    }
  });

  it('takes a terminal narrower than 80 columns for one of 80', () => {
    expect(renderText(failingRun(), { ...PLAIN, columns: 20 })).toBe(renderText(failingRun(), PLAIN));
  });

  it('says the same with and without colour', () => {
    const colored = renderText(failingRun(), { ...PLAIN, color: true });
    expect(colored).toContain('\u001b[31m');
    const escape = '\u001b';
    const withoutSgr = colored.replace(new RegExp(`${escape}\\[\\d+m`, 'g'), '');
    expect(withoutSgr).toBe(renderText(failingRun(), PLAIN));
  });

  it('lets no control character of the target through to the terminal', () => {
    const text = renderText(hostileRun(), PLAIN);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(text).toContain('\\x1b[2J');
  });

  it('puts the verdict first', () => {
    expect(renderText({ ...passingRun(), outcome: 'stopped' }, PLAIN)).toMatch(/^STOPPED {2}/);
    expect(renderText({ ...passingRun(), outcome: 'aborted' }, PLAIN)).toMatch(/^ABORTED {2}/);
    expect(renderText(unsoundRun(), PLAIN)).toMatch(/^INVALID {2}/);
  });

  it('shows failures even where no connection was attempted', () => {
    const { failures } = unsoundRun();
    expect(renderText({ ...emptyRun(), failures }, PLAIN)).toContain('150 × hold: worker-lost (generator)');
  });

  it('names the files of a run where it is told them', () => {
    const options = { ...PLAIN, reportDir: 'r', reportFiles: ['report.html', 'result.json'] };
    expect(renderText(passingRun(), options)).toContain('Reports\n  r/report.html\n  r/result.json\n');
  });

  it('says nothing of reports where none was written', () => {
    expect(renderText(passingRun(), { ...PLAIN, reportDir: null })).not.toContain('Reports');
  });

  it('counts what a server did not confirm, and says that it is not timed', () => {
    const result = passingRun();
    const { unsubscribe } = result.phases;
    if (unsubscribe === undefined) throw new Error('the sample has no unsubscribe');
    const phases = {
      ...result.phases,
      unsubscribe: { ...unsubscribe, count: 1000, unconfirmed: 1000, us: null },
    };
    expect(renderText({ ...result, phases }, PLAIN)).toMatch(
      /unsubscribe +1,000 +0( +–){5}\n[^]*unsubscribe: 1,000 had nothing to wait for, and are not timed\./,
    );
  });
});
