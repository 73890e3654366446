import { describe, expect, it } from 'vitest';
import { Run, runToEnd, type Scenario } from '../support/cli.js';
import { commandLineOf, descendantsOf } from '../support/processes.js';
import { expectAllDelivered, expectSoundCounts } from '../support/sound-counts.js';

const CONNECTIONS = 200;
const PROCESSES = 2;

/** Connections and publishers go to the processes in turn: each topic has subscribers at both, and is published at both. */
const SCENARIO: Scenario = {
  name: 'broker-processes',
  target: { embedded: { processes: PROCESSES } },
  connect: { connections: CONNECTIONS, rate: '400/s' },
  subscribe: [{ destination: '/topic/{{ index % 3 }}' }],
  publish: [{ destination: '/topic/{{ seq % 3 }}', publishers: 4, rate: '90/s', receipt: true }],
  hold: '2s',
  disconnect: { rate: '1000/s' },
  report: ['json'],
};

describe('an embedded broker of two processes', () => {
  it('delivers everything to everybody, once and in order', async () => {
    const { result } = await runToEnd(SCENARIO);
    expect(result.failures).toEqual([]);
    expect(result.connections).toMatchObject({ complete: CONNECTIONS, failed: 0 });
    expect(result.addresses.targets.map(({ complete }) => complete)).toEqual([
      CONNECTIONS / PROCESSES,
      CONNECTIONS / PROCESSES,
    ]);
    const { deliveries, publishing } = result;
    expectAllDelivered(result);
    expect(deliveries.expected).toBeGreaterThan((CONNECTIONS / 3) * 90);
    expect(publishing.receiptsMissing).toBe(0);
    expectSoundCounts(result);
  });

  it('of which one dies is a broker that has ended, and the run says which', async () => {
    const run = new Run({ ...SCENARIO, hold: '60s' });
    await run.reaches('holding');
    const brokers = descendantsOf(run.pid).filter((pid) => commandLineOf(pid).includes('broker/entry'));
    expect(brokers).toHaveLength(PROCESSES);
    process.kill(Math.max(...brokers), 'SIGKILL');
    run.kill('SIGINT');
    await run.end(20_000);
    expect(run.result().notes.join('\n')).toMatch(
      /Process [12] of 2 of the embedded broker, ws:\S+, ended during the run \(SIGKILL\)/,
    );
  });
});
