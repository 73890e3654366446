import { lag1, mean, variance } from './moments.js';

/** A change, how sure it is, and how sure that is. */
export interface Estimate {
  /** The mean of logarithms of ratios, or of differences. */
  readonly value: number;
  readonly standardError: number;
  /** Degrees of freedom of the standard error; Infinity where it is not itself estimated. */
  readonly df: number;
  /** The standard error is what chance makes of so many; the runs differ by no more. */
  readonly byChance?: boolean;
}

/** The part of a variance that one side has in an estimate, and its degrees of freedom. */
interface Part {
  readonly variance: number;
  readonly df: number;
}

/**
 * Of pairs that ran next to each other: Student's t on their log-ratios, so that what slows both of a pair down cancels out.
 *
 * @param baseline microseconds, of at least two runs
 * @param current of the run beside it, at the same place
 */
export function pairedRatio(baseline: readonly number[], current: readonly number[]): Estimate {
  const [logsBefore, logs] = [logsOf(baseline), logsOf(current)];
  const ratios = logs.map((log, i) => log - (logsBefore[i] ?? 0));
  const known = resolution(baseline) + resolution(current);
  const n = ratios.length;
  return {
    value: mean(ratios),
    standardError: Math.sqrt(Math.max(variance(ratios), known) / n),
    df: n - 1,
  };
}

/**
 * Of runs of which no two belong together: Welch's t on their logarithms (B. L. Welch, Biometrika 34, 1947). Where one side is
 * a single run, how much such runs differ is taken from the other side: the interval of one further observation (G. J. Hahn,
 * W. Q. Meeker, Statistical Intervals). Microseconds; one side must have two runs at least.
 */
export function unpairedRatio(baseline: readonly number[], current: readonly number[]): Estimate {
  const value = mean(logsOf(current)) - mean(logsOf(baseline));
  const spread = (us: readonly number[]): number => Math.max(variance(logsOf(us)), resolution(us));
  return { value, ...unpairedError(baseline, current, spread) };
}

/**
 * The same for shares, as differences. What only chance makes of so many is the least that they differ by; where there is one
 * run of each, what runs of the same differ by is added, for which there is no evidence.
 */
export function unpairedDifference(baseline: ShareSample, current: ShareSample): Estimate {
  const value = mean(current.shares) - mean(baseline.shares);
  const chance = chanceOf(baseline, current);
  const [before, now] = [baseline.shares, current.shares];
  if (before.length < 2 && now.length < 2) {
    const allowed = SHARE_BETWEEN_RUNS ** 2 * bernoulli((mean(before) + mean(now)) / 2);
    const standardError = Math.sqrt(chance.standardError ** 2 + 2 * allowed);
    return { value, ...chance, standardError, byChance: allowed === 0 };
  }
  if (before.length < 2 || now.length < 2) {
    return { value, ...atLeast(unpairedError(before, now, variance), chance) };
  }
  const sides = [baseline, current].map((side) => {
    const { shares } = side;
    const between = Math.sqrt(variance(shares) / shares.length);
    return atLeast({ standardError: between, df: shares.length - 1 }, chanceOf(side));
  });
  const byChance = sides.every((side) => side.byChance === true);
  const parts = sides.map(({ standardError, df }): Part => ({ variance: standardError ** 2, df }));
  return { value, ...together(parts), byChance };
}

export function pairedDifference(baseline: ShareSample, current: ShareSample): Estimate {
  const differences = current.shares.map((share, i) => share - (baseline.shares[i] ?? 0));
  const n = differences.length;
  const between = { standardError: Math.sqrt(variance(differences) / n), df: n - 1 };
  return { value: mean(differences), ...atLeast(between, chanceOf(baseline, current)) };
}

/**
 * How far the shares of two runs of the same differ: this much of √(p (1 - p)), their standard deviation from run to run
 * (docs/gate.md, "Shares"). It covers log-odds that differ by 0.2.
 */
const SHARE_BETWEEN_RUNS = 0.1;

/** Of some runs. */
export interface ShareSample {
  /** From 0 to 1, of each run. */
  readonly shares: readonly number[];
  /** Of how many that stand by themselves, all runs together; at least 1. */
  readonly independent: number;
}

/**
 * Of one run against one, where only stretches of the two can be compared: Welch's t on the logarithms of their batches, as
 * many of them as would differ by themselves (lag-1 autocorrelation r makes n (1 - r) / (1 + r) of n: G. V. Bayley,
 * J. M. Hammersley, J. R. Stat. Soc. Suppl. 8, 1946), and what runs of the same differ by besides.
 *
 * @param betweenRuns the standard deviation of the logarithm of a run, for which there is no evidence in a single one
 */
export function batchesRatio(
  baseline: readonly number[],
  current: readonly number[],
  betweenRuns: number,
): Estimate {
  const value = mean(logsOf(current)) - mean(logsOf(baseline));
  const parts = [baseline, current].map((us): Part => {
    const logs = logsOf(us);
    const n = effective(logs);
    return { variance: Math.max(variance(logs), resolution(us)) / n, df: n - 1 };
  });
  return { value, ...together([...parts, { variance: 2 * betweenRuns ** 2, df: Infinity }]) };
}

type Uncertainty = Omit<Estimate, 'value'>;

function unpairedError(
  baseline: readonly number[],
  current: readonly number[],
  spread: (values: readonly number[]) => number,
): Uncertainty {
  if (baseline.length < 2) return furtherRun(spread(current), current.length);
  if (current.length < 2) return furtherRun(spread(baseline), baseline.length);
  return together(
    [baseline, current].map((values) => ({
      variance: spread(values) / values.length,
      df: values.length - 1,
    })),
  );
}

function furtherRun(spread: number, n: number): Uncertainty {
  return { standardError: Math.sqrt(spread * (1 + 1 / n)), df: n - 1 };
}

/** The variance of a sum, and the degrees of freedom that fit it (Welch; F. E. Satterthwaite, Biometrics 2, 1946). */
function together(parts: readonly Part[]): Uncertainty {
  const total = parts.reduce((sum, part) => sum + part.variance, 0);
  const weight = parts.reduce((sum, part) => sum + part.variance ** 2 / part.df, 0);
  return { standardError: Math.sqrt(total), df: weight === 0 ? Infinity : total ** 2 / weight };
}

/** That a few runs differ less than chance allows is chance, too: they stay as few as they are. */
function atLeast(between: Uncertainty, chance: Uncertainty): Uncertainty {
  const byChance = chance.standardError >= between.standardError;
  return { standardError: (byChance ? chance : between).standardError, df: between.df, byChance };
}

/**
 * The standard error that a difference of shares has of chance alone, p (1 - p) / n. One more of each than were seen (Laplace's
 * rule of succession): nothing of a thousand is no proof of never.
 */
function chanceOf(...sides: readonly ShareSample[]): Uncertainty {
  const total = sides.reduce((sum, { shares, independent: n }) => {
    return sum + bernoulli((mean(shares) * n + 1) / (n + 2)) / n;
  }, 0);
  return { standardError: Math.sqrt(total), df: Infinity, byChance: true };
}

/** The variance of what happens with this probability. */
function bernoulli(p: number): number {
  return p * (1 - p);
}

/** How many of them would differ as much if they did not depend on each other; at least 2. */
function effective(logs: readonly number[]): number {
  const r = Math.max(0, lag1(logs));
  return Math.min(logs.length, Math.max(2, (logs.length * (1 - r)) / (1 + r)));
}

/** What is below a microsecond was recorded as 0. */
const LEAST_US = 0.5;
/** The width of a bucket, as a share of what is in it. */
const BUCKET = 0.001;

function logsOf(us: readonly number[]): readonly number[] {
  return us.map((value) => Math.log(Math.max(LEAST_US, value)));
}

/**
 * The variance that rounding leaves in the logarithm of one value: of a uniform distribution as wide as a microsecond, or as a
 * bucket. Without it a few equal values would seem to have none at all.
 */
function resolution(us: readonly number[]): number {
  return mean(us.map((value) => ((1 / Math.max(LEAST_US, value)) ** 2 + BUCKET ** 2) / 12));
}
