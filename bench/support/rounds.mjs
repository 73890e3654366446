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
