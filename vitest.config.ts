import { defineConfig } from 'vitest/config';

const EACH = {
  testTimeout: 30_000,
  hookTimeout: 30_000,
  restoreMocks: true,
  unstubEnvs: true,
  expect: { poll: { timeout: 15_000 } },
};

export default defineConfig({
  test: {
    maxWorkers: 4,
    projects: [
      // Rooms keep no state of their own between files: a worker that goes on with the next file saves loading everything again.
      { test: { name: 'rooms', include: ['src/**/*.test.ts'], isolate: false, ...EACH } },
      { test: { name: 'command line', include: ['test/*.test.ts'], ...EACH } },
    ],
  },
});
