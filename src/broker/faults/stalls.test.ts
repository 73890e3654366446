import { afterEach, describe, expect, it } from 'vitest';
import { FaultyBroker } from '../testing/faulty-broker.js';

let broker: FaultyBroker;

afterEach(() => broker.stop());

describe('a stall', () => {
  it('begins at its moment, lasts as long as asked, and is in the ledger as it really was', async () => {
    broker = await FaultyBroker.start([
      { fault: 'stall', forMs: 30, fromMs: 100 },
      { fault: 'stall', forMs: 20, fromMs: 0 },
    ]);
    await broker.connect();
    await broker.settles(({ stalls }) => expect(stalls).toHaveLength(2));
    // The ledger's milliseconds are rounded to a thousandth.
    const [first, second] = broker.ledger.stalls.map(({ fromMs, untilMs }) => Math.round(untilMs - fromMs));
    expect(first).toBeGreaterThanOrEqual(20);
    expect(second).toBeGreaterThanOrEqual(30);
    expect(broker.ledger.stalls[1]?.fromMs).toBeGreaterThanOrEqual(100);
    expect(broker.ledger.delaysUs['stall']?.count).toBe(2);
    expect([broker.struck(0).times, broker.struck(1).times]).toEqual([1, 1]);
  });

  it('loses nothing: what came meanwhile is answered afterwards', async () => {
    broker = await FaultyBroker.start([{ fault: 'stall', forMs: 50, fromMs: 0 }]);
    const client = await broker.connect();
    await client.say('SUBSCRIBE\nid:s\ndestination:/topic/a\n\n\0', 'SEND\ndestination:/topic/a\n\n1\0');
    await broker.settles(({ stalls }) => expect(stalls).toHaveLength(1));
    await client.receive('MESSAGE');
    expect(broker.ledger.connections.open).toBe(1);
  });
});
