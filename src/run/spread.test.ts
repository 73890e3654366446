import { describe, expect, it } from 'vitest';
import { comparedRun, type ComparedRun } from '../baseline/compared-run.js';
import { passingRun } from '../report/testing/sample-result.js';
import { spreadOf } from './spread.js';

const RUN: ComparedRun = {
  ...comparedRun(passingRun()),
  latencies: {
    'phases.connect': { samples: 1000, us: { p50: 20_300, p99: 24_900, 'p99.9': 25_100 }, batchesUs: {} },
  },
};

function withLost(count: number, of = 1000): ComparedRun {
  return { ...RUN, shares: { 'deliveries.lost': { count, of, independent: of } } };
}

describe('how far runs of the same differ', () => {
  it.each([
    [[3], { runs: 1, median: 0.003, min: 0.003, max: 0.003 }],
    [[5, 1, 3], { runs: 3, median: 0.003, min: 0.001, max: 0.005 }],
    [[8, 2, 4, 6], { runs: 4, median: 0.005, min: 0.002, max: 0.008 }],
  ])('is told by median, least and most: %j', (lost, told) => {
    const [share] = spreadOf(lost.map((count) => withLost(count)));
    expect(share).toMatchObject({ metric: 'deliveries.lost', unit: 'share', runs: told.runs });
    expect(share?.median).toBeCloseTo(told.median, 12);
    expect([share?.min, share?.max]).toEqual([told.min, told.max]);
  });

  it('is told of what at least one run measured, and of nothing else', () => {
    const blind: ComparedRun = { ...RUN, latencies: {}, shares: {} };
    expect(spreadOf([blind, blind])).toEqual([]);
    const told = spreadOf([RUN, blind]);
    expect(told.filter(({ unit }) => unit === 'us')).toEqual([
      { metric: 'phases.connect.p50', unit: 'us', runs: 1, median: 20_300, min: 20_300, max: 20_300 },
      { metric: 'phases.connect.p99', unit: 'us', runs: 1, median: 24_900, min: 24_900, max: 24_900 },
    ]);
  });
});
