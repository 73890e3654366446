import { expect, test } from 'vitest';
import { runToEnd } from '../support/cli.js';
import { expectAllDelivered, expectSoundCounts } from '../support/sound-counts.js';
import { soundly } from './support/soundly.js';

/** Brokers, topics, workers in processes, and whether connections come and go while messages flow. */
const SHAPES = [
  [2, 1, 1, '400/s'],
  [2, 50, 2, '1000/s'],
  [4, 7, 2, '400/s'],
  [4, 1, 1, '1000/s'],
  [5, 1000, 2, '700/s'],
] as const;

const CONNECTIONS = 1000;
const DELIVERIES_PER_SEC = 3000;

test.each(SHAPES)(
  'a broker of %i processes, with %i topics and %i processes of workers, loses, repeats and swaps nothing',
  async (brokers, topics, processes, leaving) => {
    const perSec = Math.min(1000, Math.ceil((DELIVERIES_PER_SEC * topics) / CONNECTIONS));
    const scenario = {
      name: `broker-processes-${brokers}`,
      target: { embedded: { processes: brokers } },
      connect: { connections: CONNECTIONS, rate: '700/s' },
      subscribe: [{ destination: `/topic/{{ index % ${topics} }}`, awaitMessage: topics === 1 }],
      publish: [
        {
          destination: `/topic/{{ seq % ${topics} }}`,
          publishers: 2 * brokers,
          rate: `${perSec}/s`,
          receipt: true,
        },
      ],
      hold: '4s',
      disconnect: { rate: leaving },
      workers: processes,
      processes,
    };
    const { result } = await soundly(() => runToEnd(scenario, [], { timeoutMs: 90_000 }));
    expect(result.findings.filter(({ about }) => about !== 'generator')).toEqual([]);
    expect(result.failures).toEqual([]);
    expect(result.connections).toMatchObject({ complete: CONNECTIONS, failed: 0, unfinished: 0 });
    const { targets } = result.addresses;
    expect(targets.map(({ complete }) => complete)).toEqual(targets.map(() => CONNECTIONS / brokers));
    expect(targets).toHaveLength(brokers);
    expectAllDelivered(result);
    expect(result.deliveries.expected).toBeGreaterThan((3 * perSec * CONNECTIONS) / topics);
    expect(result.publishing.receiptsMissing).toBe(0);
    expectSoundCounts(result);
  },
);
