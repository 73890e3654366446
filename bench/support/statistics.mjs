/** The middle one; of an even number the mean of the two in the middle. */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(half)] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Of what was measured several times: the median, and what it lies between. */
export function summary(samples) {
  return { median: median(samples), min: Math.min(...samples), max: Math.max(...samples) };
}

/** Fractions from 0 to 1, the same ones each time (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The slope of evenly spaced values, a step: the median of the slopes of all pairs (Theil 1950; Sen, "Estimates of the
 * regression coefficient based on Kendall's tau", 1968). A few outliers, such as a full garbage collection, don't move it.
 */
export function theilSen(values) {
  const slopes = new Float64Array((values.length * (values.length - 1)) / 2);
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    for (let j = i + 1; j < values.length; j++) slopes[at++] = (values[j] - values[i]) / (j - i);
  }
  return median(slopes);
}

const RESAMPLES = 400;

/**
 * The 95 % interval of that slope by a moving-block bootstrap of what the line leaves over (Künsch, "The jackknife and
 * the bootstrap for general stationary observations", 1989): the memory of a process goes up and down in waves, so that
 * neighbours are not independent, and an interval that took them to be would be far too narrow.
 *
 * @param block how many neighbours stay together: longer than a wave
 */
export function slopeInterval(values, block, random = seeded(1)) {
  const slope = theilSen(values);
  const rest = values.map((value, i) => value - slope * i);
  const starts = rest.length - block + 1;
  const slopes = Array.from({ length: RESAMPLES }, () => {
    const resampled = [];
    while (resampled.length < values.length) {
      const from = Math.floor(random() * starts);
      for (let i = from; i < from + block && resampled.length < values.length; i++) {
        resampled.push(rest[i] + slope * resampled.length);
      }
    }
    return theilSen(resampled);
  }).sort((a, b) => a - b);
  return {
    slope,
    low: slopes[Math.floor(RESAMPLES * 0.025)],
    high: slopes[Math.ceil(RESAMPLES * 0.975) - 1],
  };
}
