import { describe, expect, it } from 'vitest';
import type { Comparison } from '../model/comparison.js';
import { sampleComparison } from '../report/testing/sample-comparison.js';
import { type JudgedRun, repeatOutcome, repeatVerdict, type RepeatVerdictInput } from './repeat-verdict.js';

const WORSE = sampleComparison();
const SAME: Comparison = { ...WORSE, verdict: 'same', metrics: [] };

function runOf(n: number, exitCode = 0): JudgedRun {
  const missed = exitCode === 0 ? [] : [`${n} connections failed.`];
  const headline = missed[0] ?? 'All went well.';
  return {
    folder: `run-0${n}`,
    verdict: { exitCode, pass: exitCode === 0, headline, reasons: missed },
  };
}

/** Three runs of three that went well, but for what a test says. */
function verdictOf(changes: Partial<RepeatVerdictInput> = {}): ReturnType<typeof repeatVerdict> {
  return repeatVerdict(inputOf(changes));
}

function inputOf(changes: Partial<RepeatVerdictInput>): RepeatVerdictInput {
  return {
    runs: [runOf(1), runOf(2), runOf(3)],
    wanted: 3,
    counted: 3,
    tried: 3,
    paired: false,
    stopped: false,
    short: false,
    neverReached: null,
    failed: null,
    comparison: null,
    ...changes,
  };
}

const NEVER_REACHED = {
  ofBaseline: false,
  headline: 'The target was never reached: TCP connection refused.',
};
const MISSED = [runOf(1), runOf(2, 5), runOf(3)];
const UNRESOLVED = [runOf(1), runOf(2), runOf(3, 6)];

describe('the exit code of several runs', () => {
  it('is the worst by precedence', () => {
    const causes: readonly Partial<RepeatVerdictInput>[] = [
      { failed: 'cannot write to there' },
      { stopped: true },
      { short: true },
      { neverReached: NEVER_REACHED },
      { runs: MISSED },
      { comparison: WORSE },
      {},
    ];
    const codes = causes.map(
      (_, from) => verdictOf(Object.assign({}, ...causes.slice(from)) as object).exitCode,
    );
    expect(codes).toEqual([1, 130, 6, 4, 5, 7, 0]);
  });

  it('is 6 where one could not be told, after what was missed and before what got worse', () => {
    expect(verdictOf({ runs: UNRESOLVED, comparison: WORSE }).exitCode).toBe(6);
    expect(verdictOf({ runs: [...UNRESOLVED, ...MISSED] }).exitCode).toBe(5);
  });

  it('is 6 where none counts, after what was missed: nothing was compared', () => {
    const none: Partial<RepeatVerdictInput> = { paired: true, counted: 0 };
    expect(verdictOf({ ...none, runs: [] })).toMatchObject({ exitCode: 6, pass: false });
    expect(verdictOf({ ...none, runs: [runOf(1)] }).exitCode).toBe(6);
    expect(verdictOf({ ...none, runs: MISSED }).exitCode).toBe(5);
  });

  it('passes with 0 only', () => {
    expect(verdictOf().pass).toBe(true);
    expect(verdictOf({ comparison: SAME }).pass).toBe(true);
    expect(verdictOf({ comparison: WORSE }).pass).toBe(false);
  });
});

describe('the headline of several runs', () => {
  it.each<[string, Partial<RepeatVerdictInput>]>([
    ['All 3 runs passed.', {}],
    ['All 3 pairs passed. Nothing is worse than perf/baseline.json.', { paired: true, comparison: SAME }],
    ['1 of 3 runs missed what was asked. The first: 2 connections failed.', { runs: MISSED }],
    ['1 connections failed.', { runs: [runOf(1, 5)] }],
    ['3 connections failed.', { runs: UNRESOLVED }],
    [
      'Only 2 of 3 pairs had a sound load generator, of 6 that were tried: these figures do not count.',
      { paired: true, short: true, counted: 2, tried: 6 },
    ],
    [
      "None of 3 pairs could be compared: the baseline's own runs were cut short by a threshold.",
      { paired: true, counted: 0, runs: [] },
    ],
    ['Stopped on request after 1 of 3 runs.', { stopped: true, counted: 1 }],
    [NEVER_REACHED.headline, { neverReached: NEVER_REACHED }],
    [
      `Of the baseline: ${NEVER_REACHED.headline}`,
      { neverReached: { ...NEVER_REACHED, ofBaseline: true }, paired: true },
    ],
    ['Ended after 1 of 3 runs: the disk is full', { failed: 'the disk is full', counted: 1 }],
  ])('is "%s"', (headline, changes) => {
    expect(verdictOf(changes).headline).toBe(headline);
  });

  it('says first what got worse', () => {
    expect(verdictOf({ comparison: WORSE }).headline).toMatch(
      /^Worse than perf\/baseline\.json: deliveries\.latency\.p50 is 2\.47 ms/,
    );
  });
});

describe('the reasons of several runs', () => {
  it('name the run', () => {
    expect(verdictOf({ runs: MISSED }).reasons).toEqual(['run-02: 2 connections failed.']);
  });

  it('stay readable, however many runs missed however much', () => {
    const runs = Array.from({ length: 50 }, (_, n) => {
      const run = runOf(n, 5);
      return { ...run, verdict: { ...run.verdict, reasons: Array.from({ length: 9 }, () => 'missed') } };
    });
    const { reasons } = verdictOf({ runs });
    expect(reasons).toHaveLength(101);
    expect(reasons.at(-1)).toBe('And 350 more.');
  });

  it('have what got worse, too', () => {
    expect(verdictOf({ runs: MISSED, comparison: WORSE }).reasons).toHaveLength(3);
  });
});

describe('the outcome of several runs', () => {
  it('is that of the run whose figures are shown, unless the whole ended otherwise', () => {
    expect(repeatOutcome('completed', inputOf({}))).toBe('completed');
    expect(repeatOutcome('cut-short', inputOf({ runs: MISSED }))).toBe('cut-short');
    expect(repeatOutcome('completed', inputOf({ short: true }))).toBe('invalid');
    expect(repeatOutcome('completed', inputOf({ stopped: true, short: true }))).toBe('stopped');
    expect(repeatOutcome('completed', inputOf({ failed: 'x' }))).toBe('aborted');
  });
});
