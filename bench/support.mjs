import { performance } from 'node:perf_hooks';

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/**
 * Runs each of the subjects in turn, `count` rounds after a warm-up; nanoseconds for one of the things that they say
 * they did. Between rounds the event loop turns, for what a library has put off.
 */
export async function rounds(count, subjects) {
  const samples = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
  for (let round = -2; round < count; round++) {
    for (const [name, run] of Object.entries(subjects)) {
      const start = performance.now();
      const done = run();
      if (round >= 0) samples[name].push(((performance.now() - start) * 1e6) / done);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return samples;
}

/** Prints medians with their spread, and the ratio to the first. */
export function report(title, unit, samples) {
  console.log(`\n${title}`);
  const names = Object.keys(samples);
  const base = median(samples[names[0]]);
  for (const name of names) {
    const own = samples[name];
    const spread = `${Math.min(...own).toFixed(1)} to ${Math.max(...own).toFixed(1)}`;
    const ratio = (median(own) / base).toFixed(2);
    console.log(
      `  ${name.padEnd(48)} ${median(own).toFixed(1).padStart(9)} ${unit}  (${spread})  ${ratio} ×`,
    );
  }
}
