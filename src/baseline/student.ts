import jstat from 'jstat';

/** From here on the normal distribution is the same to four digits, and its series converge. */
const AS_GOOD_AS_NORMAL = 10_000;

/**
 * The quantile of Student's t distribution (Student, The probable error of a mean, Biometrika 6, 1908).
 *
 * @param probability above 0 and below 1
 * @param df degrees of freedom, above 0, whole or not; Infinity is the normal distribution
 */
export function tQuantile(probability: number, df: number): number {
  return df > AS_GOOD_AS_NORMAL ? jstat.normal.inv(probability, 0, 1) : jstat.studentt.inv(probability, df);
}

/** How likely a t at least that far from 0, on either side, is by chance. */
export function twoSidedP(t: number, df: number): number {
  if (df > AS_GOOD_AS_NORMAL) return 2 * jstat.normal.cdf(-Math.abs(t), 0, 1);
  // Of the tail itself: one minus the rest would have no digits left where it matters.
  return jstat.ibeta(df / (df + t * t), df / 2, 0.5);
}
