import { describe, expect, test } from 'vitest';
import { mulberry32 } from '../../src/shared/testing/mulberry32.js';
import { runToEnd, type Scenario } from '../support/cli.js';
import { expectSoundCounts } from '../support/sound-counts.js';
import { FalseAlarms } from './support/false-alarms.js';
import { soundly } from './support/soundly.js';

const SEEDS = Array.from({ length: 20 }, (_, n) => 1000 + n);

/** A scenario that a broker in good health carries out without a fault, of a shape that only its seed decides. */
function shapeOf(seed: number): { readonly connections: number; readonly scenario: Scenario } {
  const random = mulberry32(seed);
  const between = (from: number, to: number): number => Math.floor(from + random() * (to - from + 1));
  const oneOf = <T>(...choices: readonly [T, ...T[]]): T =>
    choices[between(0, choices.length - 1)] ?? choices[0];
  const connections = between(200, 2000);
  const destinations = oneOf(1, 10, connections);
  const deliveriesPerSec = between(500, 3000);
  const subscribersOfEach = Math.ceil(connections / destinations);
  const kind = destinations === 1 ? 'topic' : oneOf('topic', 'queue');
  // Of a queue each message is one delivery.
  const rate = Math.max(
    1,
    Math.min(1000, Math.round(deliveriesPerSec / (kind === 'queue' ? 1 : subscribersOfEach))),
  );
  const firstMessages = destinations / rate < 2 && kind === 'topic';
  const scenario = {
    name: `clean-${seed}`,
    target: 'embedded',
    client: oneOf('native', 'native', 'stompjs'),
    stomp: { heartbeat: oneOf({ send: '0s', receive: '0s' }, { send: '2s', receive: '2s' }) },
    connect: { connections, rate: `${between(400, 1200)}/s` },
    subscribe: [
      {
        destination: `/${kind}/{{ run }}.{{ index % ${destinations} }}`,
        confirm: oneOf('auto', 'receipt'),
        ack: oneOf('auto', 'auto', 'client-individual'),
        awaitMessage: firstMessages,
      },
    ],
    publish: [
      {
        destination: `/${kind}/{{ run }}.{{ seq % ${destinations} }}`,
        publishers: between(1, 3),
        rate: `${rate}/s`,
        size: `${between(64, 2000)}B`,
        stamp: oneOf('body', 'header'),
        receipt: oneOf(true, false),
      },
    ],
    hold: `${between(1000, 3000)}ms`,
    disconnect: { rate: `${between(400, 2800)}/s` },
    ...oneOf({}, { workers: 2 }, { workers: 2, processes: 2 }),
  };
  return { connections, scenario };
}

describe('a run in which nothing goes wrong', () => {
  const alarms = new FalseAlarms();

  test.each(SEEDS)('reports nothing wrong: seed %i', async (seed) => {
    const { connections, scenario } = shapeOf(seed);
    const told = JSON.stringify(scenario);
    const { exitCode, result } = await soundly(() => runToEnd(scenario, [], { timeoutMs: 90_000 }), alarms);
    expect(result.findings, told).toEqual([]);
    expect(result.generator.verdict).toBe('sound');
    expect(result.failures, told).toEqual([]);
    expect(result.connections).toMatchObject({ complete: connections, failed: 0, unfinished: 0 });
    expect(result.deliveries, told).toMatchObject({
      received: result.deliveries.expected,
      lost: 0,
      late: 0,
      duplicated: 0,
      reordered: 0,
      misrouted: 0,
      corrupted: 0,
      foreign: 0,
    });
    expect(result.deliveries.expected).toBeGreaterThan(0);
    expect(result.verdict, told).toMatchObject({ pass: true, reasons: [] });
    expect(exitCode).toBe(0);
    expectSoundCounts(result);
  });
});
