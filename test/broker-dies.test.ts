import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { LedgerRecord } from '../src/broker/server.js';
import { faultsOf, rule } from '../src/broker/testing/fault-rules.js';
import type { Fault } from '../src/model/faults.js';
import { startBroker } from './support/broker.js';
import { newFolder } from './support/folders.js';

const CONNECT = 'CONNECT\naccept-version:1.2\nhost:/\n\n\0';

async function dying(fault: Fault) {
  const ledger = path.join(newFolder(), 'truth.json');
  const broker = await startBroker({ faults: faultsOf(rule(fault)), ledger });
  const read = (): LedgerRecord => JSON.parse(readFileSync(ledger, 'utf8')) as LedgerRecord;
  return { broker, read };
}

async function open(url: string): Promise<WebSocket> {
  const client = new WebSocket(url);
  client.on('error', () => undefined);
  await once(client, 'open');
  return client;
}

describe('a broker that is to die', () => {
  it('of messages that wait is gone at once with the last of them, and its ledger is there', async () => {
    const { broker, read } = await dying({ fault: 'die', connections: null, messages: 3 });
    const client = await open(broker.url);
    const closed = once(client, 'close');
    const sends = Array.from({ length: 5 }, (_, i) => `SEND\ndestination:/queue/a\n\n${i}\0`);
    client.send(CONNECT + sends.join(''));
    expect(await broker.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect((await closed)[0]).toBe(1006);
    expect(read().messages).toMatchObject({ in: 3, deliveries: { queue: { owed: 3, sent: 0, waiting: 3 } } });
    expect(read().faults).toMatchObject([{ fault: 'die', times: 1 }]);
  });

  it('of connections is gone when the last of them opens', async () => {
    const { broker, read } = await dying({ fault: 'die', connections: 3, messages: null });
    await open(broker.url);
    await open(broker.url);
    expect(await broker.stats()).toMatchObject({ open: 2 });
    const last = new WebSocket(broker.url);
    last.on('error', () => undefined);
    expect(await broker.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(read().connections).toMatchObject({ accepted: 3, open: 3, upgrade: { answered: 3 } });
  });

  it('of a slow drain that is full is gone with the first that finds no room', async () => {
    const { broker, read } = await dying({
      fault: 'slow-drain',
      deliveriesPerSec: 0.01,
      maxWaiting: 2,
      then: 'die',
    });
    const client = await open(broker.url);
    const sends = Array.from({ length: 5 }, (_, i) => `SEND\ndestination:/topic/a\n\n${i}\0`);
    client.send(`${CONNECT}SUBSCRIBE\nid:s\ndestination:/topic/a\n\n\0${sends.join('')}`);
    expect(await broker.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(read().messages.deliveries.topic).toMatchObject({ owed: 4, dropped: 0, waiting: 4 });
  });
});
