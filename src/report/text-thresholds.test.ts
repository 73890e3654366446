import { describe, expect, it } from 'vitest';
import type { RunResult } from '../model/result.js';
import { cutShortRun, metThresholdsRun, missedThresholdsRun, passingRun } from './testing/sample-result.js';
import { renderText } from './text.js';

const PLAIN = { color: false, columns: 80, reportDir: null };

/** The lines of the summary's part about thresholds, its title first. */
function thresholds(result: RunResult): readonly string[] {
  const block = renderText(result, PLAIN)
    .split('\n\n')
    .find((text) => text.startsWith('Thresholds'));
  return block?.split('\n') ?? [];
}

describe('thresholds in the summary', () => {
  it('are summed up by what came of them', () => {
    expect(thresholds(missedThresholdsRun())[0]).toBe(
      'Thresholds: 5 met, 2 missed, 1 with too few samples, 1 not resolvable',
    );
  });

  it('have each their mark, what was observed, and the margin', () => {
    const lines = thresholds(missedThresholdsRun());
    expect(lines).toContainEqual(
      expect.stringMatching(/^ {2}✓ phases\.connect\.p99 < 250ms +2\.12 ms +99\.2 %$/),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/^ {2}✗ deliveries\.latency\.p99 < 5ms +7\.48 ms +-49\.\d %$/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}\? phases\.connect\.p99\.99 < 1s +–$/));
  });

  it('say the worst window, what was too few, and what can’t be resolved', () => {
    const text = thresholds(missedThresholdsRun()).join(' ');
    expect(text).toMatch(/every 5 s from 5 s on: missed in 1 of 4 windows, the worst\s+from 10 s to\s+15 s/);
    expect(text).toContain('1,000 samples, and it takes 10,000');
    expect(text).toMatch(/the bound lies within the instrument's error of\s+± 310 µs/);
  });

  it('say which of them ended the run', () => {
    expect(thresholds(cutShortRun()).join(' ')).toContain('it ended the run at 11 s');
  });

  it('are told one by one where somebody wrote them or they were missed, and counted otherwise', () => {
    const met = thresholds(metThresholdsRun());
    expect(met.join(' ')).not.toContain('deliveries.lost');
    expect(met.at(-1)).toBe('  and 2 more that were asked for by themselves, and met');
    expect(thresholds(cutShortRun()).join(' ')).toContain('✗ deliveries.lost == 0');
  });

  it('are not there where there are none', () => {
    expect(thresholds(passingRun())).toEqual([]);
  });
});
