import { describe, expect, it } from 'vitest';
import {
  type ShareSample,
  batchesRatio,
  pairedDifference,
  pairedRatio,
  unpairedDifference,
  unpairedRatio,
} from './estimates.js';
import { mean, variance } from './moments.js';

const factor = (value: number): number => Math.exp(value);

describe('pairedRatio', () => {
  it('is not disturbed by what slows both of a pair down', () => {
    const { value, standardError } = pairedRatio([10_000, 20_000, 40_000], [12_000, 24_000, 48_000]);
    expect(factor(value)).toBeCloseTo(1.2, 10);
    expect(standardError).toBeLessThan(0.001);
  });

  it('has the standard error of Student’s mean of the log-ratios', () => {
    const [before, now] = [
      [10_000, 11_000, 9000, 10_500],
      [12_000, 11_500, 11_000, 12_500],
    ] as const;
    const ratios = before.map((us, i) => Math.log(now[i]! / us));
    const { standardError, df } = pairedRatio(before, now);
    expect(standardError).toBeCloseTo(Math.sqrt(variance(ratios) / 4), 6);
    expect(df).toBe(3);
  });

  it('is never surer than a histogram in microseconds can be', () => {
    expect(pairedRatio([20, 20, 20], [20, 20, 20]).standardError).toBeGreaterThan(0.01);
  });
});

describe('unpairedRatio', () => {
  it('is Welch’s t', () => {
    // Logarithms of 3.0 ± ..., checked against the formulas by hand.
    const before = [2.9, 3.0, 3.1].map(Math.exp).map((ms) => ms * 1000);
    const now = [3.1, 3.3, 3.5, 3.3].map(Math.exp).map((ms) => ms * 1000);
    const [a, b] = [0.01 / 3, 0.08 / 3 / 4];
    const { value, standardError, df } = unpairedRatio(before, now);
    expect(value).toBeCloseTo(0.3, 6);
    expect(standardError).toBeCloseTo(Math.sqrt(a + b), 6);
    expect(df).toBeCloseTo((a + b) ** 2 / (a ** 2 / 2 + b ** 2 / 3), 4);
  });

  it('takes how much a single run may differ from the runs of the other side', () => {
    const runs = [2.9, 3.0, 3.1, 3.0].map(Math.exp).map((ms) => ms * 1000);
    const spread = 0.02 / 3;
    const one = unpairedRatio(runs, [Math.exp(3.2) * 1000]);
    expect(one.value).toBeCloseTo(0.2, 6);
    expect(one.standardError).toBeCloseTo(Math.sqrt(spread * (1 + 1 / 4)), 6);
    expect(one.df).toBe(3);
    expect(unpairedRatio([Math.exp(3.2) * 1000], runs)).toMatchObject({
      df: 3,
      standardError: one.standardError,
    });
  });
});

describe('batchesRatio', () => {
  const steady = [1000, 1010, 990, 1005, 995, 1000, 1010, 990, 1005, 995];

  it('is never surer than two runs of the same are alike', () => {
    expect(batchesRatio(steady, steady, 0.05).standardError).toBeGreaterThan(0.05 * Math.SQRT2);
  });

  it('takes stretches that go on like the ones before them for fewer', () => {
    const [risen, mixed] = [
      [1000, 1010, 1020, 1030, 1040, 1050, 1060, 1070, 1080, 1090],
      [1040, 1000, 1070, 1020, 1090, 1010, 1060, 1030, 1080, 1050],
    ] as const;
    expect(mean(risen)).toBe(mean(mixed));
    expect(batchesRatio(risen, risen, 0).standardError).toBeGreaterThan(
      1.5 * batchesRatio(mixed, mixed, 0).standardError,
    );
  });
});

describe('shares', () => {
  it('of never are no proof of never', () => {
    const none = { shares: [0, 0, 0], independent: 3000 };
    for (const [compare, runs] of [
      [pairedDifference, 2],
      [unpairedDifference, 4],
    ] as const) {
      const { value, standardError, df } = compare(none, none);
      expect(value).toBe(0);
      expect(standardError).toBeCloseTo(Math.sqrt(2) / 3000, 5);
      expect(df).toBeCloseTo(runs, 6);
    }
  });

  it('of runs that happen to be alike are no surer than so few runs can be', () => {
    const before = { shares: [0.01, 0.0101], independent: 2000 };
    const now = { shares: [0.02, 0.0201], independent: 2000 };
    const chance = Math.sqrt((0.01 * 0.99 + 0.02 * 0.98) / 2000);
    for (const [compare, df] of [
      [pairedDifference, 1],
      [unpairedDifference, 2],
    ] as const) {
      const estimate = compare(before, now);
      expect(estimate.standardError).toBeCloseTo(chance, 3);
      expect(estimate.df).toBeLessThanOrEqual(df);
    }
  });

  it('vary by what runs differ by, where that is more than chance', () => {
    const before = { shares: [0, 0.1, 0, 0.1], independent: 4_000_000 };
    const now = { shares: [0.1, 0, 0.1, 0], independent: 4_000_000 };
    expect(pairedDifference(before, now)).toMatchObject({ df: 3 });
    expect(pairedDifference(before, now).standardError).toBeCloseTo(Math.sqrt(0.04 / 3 / 4), 10);
    expect(unpairedDifference(before, now).standardError).toBeCloseTo(Math.sqrt((2 * 0.01) / 3 / 4), 10);
  });

  it('of one run against one are no surer than what runs may differ by, however many there are', () => {
    const of = (share: number, independent: number): ShareSample => ({ shares: [share], independent });
    const { value, standardError } = unpairedDifference(of(0.19, 1e9), of(0.21, 1e9));
    expect(value).toBeCloseTo(0.02, 10);
    expect(standardError).toBeCloseTo(0.1 * Math.sqrt(2 * 0.2 * 0.8), 6);
    const few = unpairedDifference(of(0.19, 100), of(0.21, 100)).standardError;
    expect(few).toBeCloseTo(Math.sqrt(2 * 0.2 * 0.8 * (0.01 + 1 / 100)), 3);
  });

  it('of one run against one are by chance alone where nothing was seen on either side', () => {
    const never = { shares: [0], independent: 10_000 };
    const { standardError, byChance } = unpairedDifference(never, never);
    expect(standardError).toBeCloseTo(Math.SQRT2 / 10_000, 6);
    expect(byChance).toBe(true);
  });
});
