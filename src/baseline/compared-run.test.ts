import { describe, expect, it } from 'vitest';
import type { RunResult } from '../model/result.js';
import { emptyRun, failingRun, passingRun } from '../report/testing/sample-result.js';
import { encodedHistogram } from '../report/testing/sample-blocks.js';
import { StompedeError } from '../shared/errors.js';
import { comparedRun } from './compared-run.js';

const run = (given: Partial<RunResult>): RunResult => ({ ...passingRun(), ...given });

const ended = (exitCode: number): RunResult['verdict'] => ({
  ...passingRun().verdict,
  exitCode,
  pass: false,
});

describe('comparedRun', () => {
  it('has the percentiles of the whole run, and how many samples they are of', () => {
    const result = run({
      histograms: { connect: encodedHistogram([100, 200, 300]), message: encodedHistogram([9]) },
    });
    const { latencies } = comparedRun(result);
    const us = result.phases.connect?.us;
    expect(latencies).toEqual({
      'phases.connect': {
        samples: 3,
        us: { p50: us?.p50, p99: us?.p99, 'p99.9': us?.p999 },
        batchesUs: expect.any(Object),
      },
    });
  });

  it('has the shares of what was attempted and of what was expected', () => {
    const { connections, deliveries } = failingRun();
    expect(comparedRun({ ...failingRun(), histograms: {} }).shares).toEqual({
      'connections.failed': {
        count: connections.failed,
        of: connections.attempted,
        independent: connections.attempted,
      },
      'deliveries.lost': {
        count: deliveries.lost,
        of: deliveries.expected,
        // No more stand by themselves than messages were sent.
        independent: deliveries.published,
      },
    });
    expect(deliveries.published).toBeLessThan(deliveries.expected);
    expect(comparedRun({ ...emptyRun(), histograms: {} }).shares).toEqual({});
  });

  it.each<[Partial<RunResult>, string]>([
    [{ outcome: 'invalid' }, 'its generator was not sound'],
    [{ generator: { ...passingRun().generator, verdict: 'invalid' } }, 'its generator was not sound'],
    [{ outcome: 'cut-short' }, 'a threshold ended it early'],
    [{ outcome: 'stopped' }, 'it did not run to its end'],
    [{ outcome: 'aborted' }, 'it did not run to its end'],
    [{ verdict: ended(4) }, 'it never reached its target'],
  ])('does not count where the result can’t be used: %#', (given, why) => {
    expect(comparedRun(run({ ...given, histograms: {} })).unusable).toBe(why);
  });

  it('counts where its generator was doubtful, and says so', () => {
    const generator = { ...passingRun().generator, verdict: 'doubtful' } as const;
    expect(comparedRun(run({ generator, histograms: {} }))).toMatchObject({
      unusable: null,
      doubts: ['its generator was doubtful'],
    });
  });

  it('counts where it missed a threshold, and says so', () => {
    expect(comparedRun(run({ verdict: ended(5), histograms: {} }))).toMatchObject({
      unusable: null,
      doubts: ['it missed what was asked for'],
    });
  });

  it('refuses a result whose histograms are none', () => {
    expect(() => comparedRun(run({ histograms: { connect: 'AAAA' } }))).toThrow(StompedeError);
  });
});
