import { describe, expect, it } from 'vitest';
import type { Comparison } from '../model/comparison.js';
import type { Verdict } from '../model/result.js';
import { sampleComparison } from '../report/testing/sample-comparison.js';
import { passingRun } from '../report/testing/sample-result.js';
import { withComparison, withoutComparison } from './with-comparison.js';

const WORSE = sampleComparison();
const SAME: Comparison = {
  ...WORSE,
  verdict: 'same',
  metrics: WORSE.metrics.filter(({ verdict }) => verdict === 'same'),
};

/** The verdict of a run with this comparison that was judged so before it. */
function judged(comparison: Comparison, before: Partial<Verdict> = {}): Verdict {
  const run = passingRun();
  const result = withComparison({ ...run, verdict: { ...run.verdict, ...before } }, comparison);
  expect(result.comparison).toBe(comparison);
  return result.verdict;
}

describe('a run that passed', () => {
  it('and got worse ends with 7, and says first by how much, with the interval', () => {
    const { exitCode, pass, headline, reasons } = judged(WORSE);
    expect({ exitCode, pass }).toEqual({ exitCode: 7, pass: false });
    expect(headline).toBe(
      'Worse than perf/baseline.json: deliveries.latency.p50 is 2.47 ms instead of 2.04 ms: +21.1 % (at 95 % confidence +16.4 % to +26.2 %). 1 more got worse.',
    );
    expect(reasons).toHaveLength(2);
    expect(reasons[1]).toContain('deliveries.latency.p99 is 7.48 ms instead of 6.21 ms');
  });

  it('and did not get worse still passes, and says so', () => {
    const { exitCode, pass, headline } = judged(SAME);
    expect({ exitCode, pass }).toEqual({ exitCode: 0, pass: true });
    expect(headline).toContain(passingRun().verdict.headline);
    expect(headline).toContain('Nothing is worse than perf/baseline.json.');
  });

  it('and can’t be told worse or not passes, and says for how much that holds', () => {
    const { exitCode, headline } = judged({
      ...WORSE,
      verdict: 'cannot-tell',
      metrics: WORSE.metrics.filter(({ verdict }) => verdict !== 'worse'),
    });
    expect(exitCode).toBe(0);
    expect(headline).toContain("of 2 of 6 metrics it can't be told.");
  });
});

it.each([130, 6, 4, 5])('what decides before the comparison keeps its exit code: %d', (exitCode) => {
  const before = { exitCode, pass: false, headline: 'Something else.', reasons: ['Something else.'] };
  const after = judged(WORSE, before);
  expect(after).toMatchObject({ exitCode, pass: false, headline: 'Something else.' });
  expect(after.reasons).toHaveLength(3);
  expect(judged(SAME, before)).toEqual(before);
});

it('a comparison that failed is no pass, and hides nothing that was missed', () => {
  const run = passingRun();
  const missed = { ...run.verdict, exitCode: 5, pass: false, headline: '3 failed.', reasons: ['Three.'] };
  const headline = 'Could not be compared: no memory';
  expect(withoutComparison(run, 'no memory').verdict).toEqual({
    exitCode: 1,
    pass: false,
    headline,
    reasons: run.verdict.reasons,
  });
  expect(withoutComparison({ ...run, verdict: missed }, 'no memory').verdict).toEqual({
    exitCode: 1,
    pass: false,
    headline,
    reasons: ['3 failed.', 'Three.'],
  });
});
