/** How sure a percentile has to be: that with this probability the largest sample lies above it. */
const CONFIDENCE = 0.95;

/**
 * The fewest samples that a percentile can be told from, whatever the distribution: with n independent ones the largest lies
 * above the quantile q with the probability 1 - q^n, which has to be 0.95 (S. S. Wilks, Determination of sample sizes for
 * setting tolerance limits, Ann. Math. Statist. 12, 1941). 5 for p50, 29 for p90, 299 for p99, 2995 for p99.9; below the
 * median it is the smallest that has to lie below.
 *
 * @param percentile from 0 to 100; the ends of the scale are one sample, which is what it is
 */
export function samplesNeeded(percentile: number): number {
  const quantile = Math.max(percentile, 100 - percentile) / 100;
  if (quantile >= 1) return 1;
  return Math.ceil(Math.log(1 - CONFIDENCE) / Math.log(quantile));
}
