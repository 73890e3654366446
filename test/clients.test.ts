import { expect, test } from 'vitest';
import type { RunResult } from '../src/model/result.js';
import { startBroker } from './support/broker.js';
import { expectSoundCounts } from './support/sound-counts.js';
import { soundRun } from './support/sound-runs.js';

const scenario = (target: string): Record<string, unknown> => ({
  name: 'both-clients',
  target,
  connect: { connections: 120, rate: '200/s' },
  subscribe: [
    { destination: '/topic/{{ run }}.{{ index % 3 }}' },
    { destination: '/topic/{{ run }}.all', awaitMessage: false },
  ],
  publish: [
    { destination: '/topic/{{ run }}.{{ seq % 3 }}', rate: '30/s', receipt: true },
    { destination: '/topic/{{ run }}.all', publishers: 2, rate: '4/s', stamp: 'header' },
  ],
  hold: '2s',
  disconnect: { rate: '400/s' },
});

/** What has to be the same whichever client ran it: counts, not timings. */
function countsOf({ outcome, connections, phases, failures, deliveries, server }: RunResult): unknown {
  return {
    outcome,
    connections,
    phases: Object.fromEntries(
      Object.entries(phases).map(([phase, { count, failed, unconfirmed }]) => [
        phase,
        { count, failed, unconfirmed },
      ]),
    ),
    failures,
    allDelivered: deliveries.received === deliveries.expected && deliveries.foreign === 0,
    receipts: server.receipts.subscribe,
    disconnects: server.receipts.disconnect,
    versions: server.stompVersions,
  };
}

test.concurrent(
  'the native client and stompjs over ws count the same in the same scenario',
  { timeout: 80_000 },
  async () => {
    const { url } = await startBroker();
    const [native, stompjs] = await Promise.all([
      soundRun(scenario(url), ['--client', 'native']),
      soundRun(scenario(url), ['--client', 'stompjs']),
    ]);
    for (const { exitCode, result } of [native, stompjs]) {
      expect(exitCode).toBe(0);
      expect(result.connections.complete).toBe(120);
      expect(result.deliveries.expected).toBeGreaterThan(120);
      expectSoundCounts(result);
    }
    expect(countsOf(stompjs.result)).toEqual(countsOf(native.result));
  },
);

test.concurrent('workers and processes change no count', { timeout: 80_000 }, async () => {
  const { url } = await startBroker();
  const [one, threads, processes] = await Promise.all([
    soundRun(scenario(url), ['--set', 'workers=1']),
    soundRun(scenario(url), ['--set', 'workers=3']),
    soundRun(scenario(url), ['--set', 'workers=4', '--set', 'processes=2']),
  ]);
  expect(processes.result.generator).toMatchObject({ workers: 4, processes: 2, workersLost: 0 });
  expect(countsOf(threads.result)).toEqual(countsOf(one.result));
  expect(countsOf(processes.result)).toEqual(countsOf(one.result));
});
