import { defineConfig } from 'vitest/config';

const TIMEOUTS = { testTimeout: 30_000, hookTimeout: 30_000 };

export default defineConfig({
  test: {
    maxWorkers: 3,
    projects: [
      // Rooms keep no state of their own between files: a worker that goes on with the next file saves loading everything again.
      { test: { name: 'rooms', include: ['src/**/*.test.ts'], isolate: false, ...TIMEOUTS } },
      { test: { name: 'command line', include: ['test/*.test.ts'], ...TIMEOUTS } },
    ],
  },
});
