import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runToEnd } from '../support/cli.js';
import { expectAllDelivered, expectSoundCounts } from '../support/sound-counts.js';
import { OTHERS_BUSY, busyWithOthers } from './support/trial.js';

const SCENARIO = fileURLToPath(new URL('../../scenarios/hundred-thousand.yaml', import.meta.url));
/** More than one process can hold under the limit below, on either side. */
const CONNECTIONS = 25_000;
/** Where the limit is lower, there are more processes yet. */
const OPEN_FILES = 'ulimit -n 20000 2>/dev/null; exec "$@"';

it('25,000 connections over several processes on both sides are all accounted for', async ({ annotate }) => {
  const othersBusy = await busyWithOthers();
  const { exitCode, result } = await runToEnd(
    SCENARIO,
    ['--set', `connect.connections=${CONNECTIONS}`, '--set', 'hold=10s'],
    { shell: OPEN_FILES, timeoutMs: 150_000 },
  );
  expect(result.connections).toMatchObject({
    planned: CONNECTIONS,
    attempted: CONNECTIONS,
    complete: CONNECTIONS,
    failed: 0,
    peakOpen: CONNECTIONS,
  });
  expect(result.failures).toEqual([]);
  expectAllDelivered(result);
  // One message to each within the hold at least, besides the one that each has waited for.
  expect(result.deliveries.expected).toBeGreaterThan(2 * CONNECTIONS);
  expectSoundCounts(result);

  expect(result.generator.processes).toBeGreaterThanOrEqual(2);
  // Each process of the broker listens on a port of its own, and has its share.
  const { targets } = result.addresses;
  expect(targets.length).toBeGreaterThanOrEqual(2);
  for (const { address, attempted, complete } of targets) {
    expect(complete, address).toBe(attempted);
    expect(attempted, address).toBeGreaterThanOrEqual(Math.floor(CONNECTIONS / targets.length));
  }
  if (othersBusy > OTHERS_BUSY) {
    await annotate(`${Math.round(othersBusy * 100)} % of this machine's CPUs are somebody else's`);
    return;
  }
  expect(result.generator.verdict).not.toBe('invalid');
  expect(exitCode).toBe(0);
});
