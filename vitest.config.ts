import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Whole-CLI tests load both cores by themselves; more at once would only measure each other.
    maxWorkers: 2,
  },
});
