import { afterEach, describe, expect, it } from 'vitest';
import { MeshBroker } from '../testing/mesh-broker.js';
import type { RawClient } from '../testing/faulty-broker.js';

let broker: MeshBroker;

afterEach(() => broker.stop());

async function subscribed(process: number, version = '1.2', ack = 'auto'): Promise<RawClient> {
  const client = await broker.connect(process, version);
  await client.say(`SUBSCRIBE\nid:s\ndestination:/topic/a\nack:${ack}\nreceipt:sub\n\n\0`);
  await client.receive('RECEIPT');
  return client;
}

const send = (body: string, headers = ''): string => `SEND\ndestination:/topic/a\n${headers}\n${body}\0`;

function bodies(client: RawClient): string[] {
  return client.frames.filter(({ command }) => command === 'MESSAGE').map(({ body }) => body.toString());
}

describe('a broker of three processes', () => {
  it('delivers what is sent to a topic at one of them to the subscribers of all, once', async () => {
    broker = await MeshBroker.start(3);
    const clients = await Promise.all([0, 1, 2].map((process) => subscribed(process)));
    for (const [index, client] of clients.entries()) await client.say(send(`from ${index}`));
    for (const client of clients) await client.receive('MESSAGE', 3);
    for (const client of clients) {
      expect(bodies(client).sort()).toEqual(['from 0', 'from 1', 'from 2']);
    }
  });

  it('keeps the order of a publisher everywhere', async () => {
    broker = await MeshBroker.start(3);
    const clients = await Promise.all([0, 1, 2].map((process) => subscribed(process)));
    const sent = Array.from({ length: 500 }, (_, n) => String(n));
    const publisher = await broker.connect(1);
    await publisher.say(...sent.map((body) => send(body)));
    for (const client of clients) {
      await client.receive('MESSAGE', sent.length);
      expect(bodies(client)).toEqual(sent);
    }
  });

  it('gives every message an id of its own, the same one everywhere', async () => {
    broker = await MeshBroker.start(3);
    const clients = await Promise.all([0, 1, 2].map((process) => subscribed(process)));
    for (const [index, client] of clients.entries()) await client.say(send(String(index)));
    const idsOf = (client: RawClient): string[] =>
      client.frames
        .filter(({ command }) => command === 'MESSAGE')
        .map(({ body, headers }) => `${body.toString()}=${headers['message-id'] ?? ''}`)
        .sort();
    for (const client of clients) await client.receive('MESSAGE', 3);
    const [ids = []] = clients.map(idsOf);
    expect(new Set(ids.map((id) => id.split('=')[1])).size).toBe(3);
    for (const client of clients) expect(idsOf(client)).toEqual(ids);
  });

  it.each(['1.0', '1.1', '1.2'])('passes on headers, for STOMP %s as well', async (version) => {
    broker = await MeshBroker.start(2);
    const client = await subscribed(1, version);
    await (await broker.connect(0)).say(send('x', 'content-type:text/plain\nown:a\\nb\n'));
    const { headers } = await client.receive('MESSAGE');
    expect(headers).toMatchObject({
      subscription: 's',
      destination: '/topic/a',
      'content-type': 'text/plain',
    });
    expect(headers).toMatchObject(version === '1.0' ? { own: 'a b' } : { own: 'a\nb' });
  });

  it('sends a transaction to the others when it is committed, and none that is aborted', async () => {
    broker = await MeshBroker.start(2);
    const client = await subscribed(1);
    const publisher = await broker.connect(0);
    await publisher.say('BEGIN\ntransaction:a\n\n\0', 'BEGIN\ntransaction:b\n\n\0');
    await publisher.say(send('never', 'transaction:a\n'), send('one', 'transaction:b\n'));
    await publisher.say(send('first'), send('two', 'transaction:b\n'));
    await publisher.say('ABORT\ntransaction:a\n\n\0', 'COMMIT\ntransaction:b\nreceipt:c\n\n\0');
    await publisher.receive('RECEIPT');
    await client.receive('MESSAGE', 3);
    expect(bodies(client)).toEqual(['first', 'one', 'two']);
  });

  it('waits for acknowledgements of what came from another process', async () => {
    broker = await MeshBroker.start(2, { limits: { unackedPerConnection: 1 } });
    const client = await subscribed(1, '1.2', 'client-individual');
    const publisher = await broker.connect(0);
    await publisher.say(send('one'));
    const { headers } = await client.receive('MESSAGE');
    await client.say(`ACK\nid:${headers['ack'] ?? ''}\nreceipt:ack\n\n\0`);
    await client.receive('RECEIPT', 2);
    await publisher.say(send('two'), send('three'));
    await client.receive('MESSAGE', 2);
    expect((await client.receive('ERROR')).headers['message']).toContain('not acknowledged');
  });

  it('refuses queues, and says why', async () => {
    broker = await MeshBroker.start(2);
    for (const frame of ['SEND\ndestination:/queue/a\n\n\0', 'SUBSCRIBE\nid:1\ndestination:/queue/a\n\n\0']) {
      const client = await broker.connect(1);
      await client.say(frame);
      expect((await client.receive('ERROR')).headers['message']).toMatch(/several processes has topics only/);
    }
  });

  it('answers a SEND when the others have it, in order with all other answers, before it closes', async () => {
    broker = await MeshBroker.start(3);
    const clients = await Promise.all([1, 2].map((process) => subscribed(process)));
    const publisher = await broker.connect(0);
    await publisher.say(send('a', 'receipt:1\n'), 'SUBSCRIBE\nid:1\ndestination:/topic/b\nreceipt:2\n\n\0');
    await publisher.say(send('b', 'receipt:3\n'), 'DISCONNECT\nreceipt:4\n\n\0', send('ignored'));
    expect((await publisher.closed).code).toBe(1000);
    const receipts = publisher.frames.filter(({ command }) => command === 'RECEIPT');
    expect(receipts.map(({ headers }) => headers['receipt-id'])).toEqual(['1', '2', '3', '4']);
    for (const client of clients) await client.receive('MESSAGE', 2);
    for (const client of clients) expect(bodies(client)).toEqual(['a', 'b']);
  });

  it('answers what a client may not do behind what it was right to do', async () => {
    broker = await MeshBroker.start(2);
    const publisher = await broker.connect(0);
    await publisher.say(send('a', 'receipt:1\n'), 'NONSENSE\n\n\0');
    await publisher.closed;
    expect(publisher.frames.map(({ command }) => command)).toEqual(['CONNECTED', 'RECEIPT', 'ERROR']);
  });

  it('goes on when one of them ends: what is left is answered and delivered', async () => {
    broker = await MeshBroker.start(3);
    const client = await subscribed(1);
    const publisher = await broker.connect(0);
    broker.relays[2]?.end();
    await publisher.say(send('a', 'receipt:1\n'));
    await publisher.receive('RECEIPT');
    await client.receive('MESSAGE');
    expect(bodies(client)).toEqual(['a']);
  });

  it('counts each message once, where it was sent, and every delivery', async () => {
    broker = await MeshBroker.start(2);
    const clients = await Promise.all([0, 1, 1].map((process) => subscribed(process)));
    await clients[0]!.say(send('a'));
    for (const client of clients) await client.receive('MESSAGE');
    const stats = broker.servers.map((server) => server.stats());
    expect(stats.map(({ messagesIn }) => messagesIn)).toEqual([1, 0]);
    expect(stats.map(({ deliveriesOut }) => deliveriesOut)).toEqual([1, 2]);
  });
});
