import { defineConfig } from 'vitest/config';

/** Whole runs with their target beside them: one at a time, so that they don't measure each other. */
export default defineConfig({
  test: {
    include: ['test/truth/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
