export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of the population that these are a sample of (n - 1); 0 of fewer than two. */
export function variance(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

/** How much each is like the one before it, from -1 to 1; 0 where they don't differ. */
export function lag1(values: readonly number[]): number {
  const centre = mean(values);
  const all = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  if (all === 0) return 0;
  const products = values.slice(1).map((value, i) => (value - centre) * ((values[i] ?? 0) - centre));
  return products.reduce((sum, product) => sum + product, 0) / all;
}

/** null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2;
}
