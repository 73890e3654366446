import { describe, expect, it } from 'vitest';
import type { ThresholdVerdict } from '../model/thresholds.js';
import { marksOf, spansOf, thresholdLetters } from './chart-marks.js';
import { cutShortRun, failingRun, metThresholdsRun, missedThresholdsRun } from './testing/sample-result.js';

describe('the marks of findings', () => {
  it('stand where each began, by its number; those of one moment share a line', () => {
    expect(marksOf(failingRun(), 26)).toEqual([
      { atSec: 8.1, label: '1' },
      { atSec: 9, label: '2, 3' },
    ]);
  });

  it('are at the edge where one began outside of what is drawn', () => {
    const run = failingRun();
    const [first] = run.findings;
    if (first === undefined) throw new Error('the sample has no finding');
    const findings = [-5000, 3_600_000].map((atMs) => ({ ...first, atMs }));
    expect(marksOf({ ...run, findings }, 26).map(({ atSec }) => atSec)).toEqual([0, 26]);
  });
});

it('where a threshold ended the run stands its letter', () => {
  expect(marksOf(cutShortRun(), 26)).toContainEqual({ atSec: 11, label: 'A' });
});

describe('the worst windows of thresholds', () => {
  const run = missedThresholdsRun();
  const windowed = run.thresholds.find(({ windows }) => windows !== null)!;
  const met: ThresholdVerdict = { ...windowed, outcome: 'pass' };
  const otherwise: ThresholdVerdict = {
    ...windowed,
    windows: { ...windowed.windows!, worstFromMs: 15_000, worstToMs: 900_000 },
  };

  it('have a letter, and no other threshold has', () => {
    expect([...thresholdLetters(run)]).toEqual([[windowed, 'A']]);
    expect([...thresholdLetters(metThresholdsRun())]).toEqual([]);
  });

  it('span their seconds, to the end of what is drawn', () => {
    expect(spansOf({ ...run, thresholds: [windowed, otherwise] }, 26)).toEqual([
      { fromSec: 10, toSec: 15, label: 'A', missed: true },
      { fromSec: 15, toSec: 26, label: 'B', missed: true },
    ]);
  });

  it('share a bar where they are the same, which is missed if one of them is', () => {
    expect(spansOf({ ...run, thresholds: [met, windowed] }, 26)).toEqual([
      { fromSec: 10, toSec: 15, label: 'A, B', missed: true },
    ]);
    expect(spansOf({ ...run, thresholds: [met] }, 26)).toMatchObject([{ label: 'A', missed: false }]);
  });

  it('give their letters to the missed ones first where there are too few', () => {
    const thresholds = [...Array.from({ length: 40 }, () => ({ ...met })), windowed];
    const letters = thresholdLetters({ thresholds });
    expect(letters.size).toBe(26);
    expect(letters.get(windowed)).toBe('Z');
  });
});
