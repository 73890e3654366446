/**
 * Holm's step-down correction (S. Holm, A simple sequentially rejective multiple test procedure, Scand. J. Stat. 6, 1979):
 * the smallest p of m is tested at alpha / m, the next at alpha / (m - 1), and so on up to the first that does not pass; from
 * there on all are tested at that one's level. At most `alpha` of the families of tests of things that are the same have a
 * single false alarm, however the tests depend on each other.
 *
 * @param ps one for each test
 * @returns the level of each test, in the order of `ps`: an interval at that level leaves 0 out exactly where Holm rejects
 */
export function holmLevels(ps: readonly number[], alpha: number): readonly number[] {
  const levels = ps.map(() => alpha);
  const order = ps.map((p, test) => ({ p, test })).sort((a, b) => a.p - b.p);
  let left = ps.length;
  let passing = true;
  for (const { p, test } of order) {
    levels[test] = alpha / left;
    passing &&= p <= alpha / left;
    if (passing) left--;
  }
  return levels;
}
