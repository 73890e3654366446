import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';
import { startBroker } from './support/broker.js';
import { expectSoundCounts } from './support/sound-counts.js';
import { soundRun } from './support/sound-runs.js';

const folder = fileURLToPath(new URL('../scenarios/', import.meta.url));
const shipped = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

/** Small enough for a test, and else as shipped. */
const SCALED = ['connect.connections=60', 'connect.rate=100/s', 'hold=1500ms', 'disconnect.rate=200/s'];

test.concurrent.for(shipped)('%s runs as shipped, scaled down by --set', async (file, { expect }) => {
  const { url } = await startBroker();
  const env = { TARGET: url, NODE_A: url, NODE_B: url };
  const { exitCode, result } = await soundRun(
    folder + file,
    SCALED.flatMap((set) => ['--set', set]),
    { env },
  );
  expect(result.verdict).toMatchObject({ pass: true, reasons: [] });
  expect(exitCode).toBe(0);
  expect(result.connections).toMatchObject({
    planned: 60,
    attempted: 60,
    complete: 60,
    failed: 0,
    peakOpen: 60,
  });
  expect(result.deliveries.received).toBe(result.deliveries.expected);
  expect(result.deliveries.expected).toBeGreaterThan(0);
  expectSoundCounts(result);
});
