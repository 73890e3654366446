import { afterEach, describe, expect, it } from 'vitest';
import type { BrokerOptions } from '../options.js';
import { FaultyBroker, type RawClient, type TestedFault } from '../testing/faulty-broker.js';

let broker: FaultyBroker;
let publisher: RawClient;

afterEach(() => broker.stop());

/** The publisher is connection 0, and spared. */
async function start(faults: readonly TestedFault[], options: BrokerOptions = {}): Promise<void> {
  broker = await FaultyBroker.start(
    faults.map((fault) => ({ skip: 1, ...fault })),
    options,
  );
  publisher = await broker.connect();
}

async function subscriber(destination = '/topic/a', id = 's'): Promise<RawClient> {
  const client = await broker.connect();
  await client.say(`SUBSCRIBE\nid:${id}\ndestination:${destination}\nreceipt:subscribed\n\n\0`);
  await client.receive('RECEIPT');
  return client;
}

/** Publishes that many, all within one WebSocket message, and waits until the broker has taken them. */
async function publish(count: number, destination = '/topic/a'): Promise<void> {
  const frames = Array.from({ length: count }, (_, i) => `SEND\ndestination:${destination}\n\n${i}\0`);
  await publisher.say(frames.join(''));
  await passed(publisher);
}

let barriers = 0;

/** What the broker has sent to this client before is received when its answer is. */
async function passed(client: RawClient): Promise<void> {
  const name = `barrier-${++barriers}`;
  const before = client.frames.filter(({ command }) => command === 'RECEIPT').length;
  await client.say(`BEGIN\ntransaction:${name}\nreceipt:${name}\n\n\0`);
  await client.receive('RECEIPT', before + 1);
}

function bodies(client: RawClient): string[] {
  return client.frames.flatMap(({ command, body }) => (command === 'MESSAGE' ? [body.toString()] : []));
}

const counts = () => broker.ledger.messages.deliveries;
const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);

describe('the ledger without faults', () => {
  it('tells topics from queues, and what is sent from what waits', async () => {
    await start([]);
    const clients = [await subscriber(), await subscriber()];
    await publish(3);
    await publish(2, '/queue/a');
    await publish(1, '/topic/nobody');
    for (const client of clients) await passed(client);
    expect(broker.ledger.messages).toMatchObject({ in: 6, refused: 0, ordersForgotten: 0 });
    expect(counts().topic).toMatchObject({ owed: 6, sent: 6, waiting: 0, reordered: 0 });
    expect(counts().queue).toMatchObject({ owed: 2, sent: 0, waiting: 2 });
    expect(counts().total).toMatchObject({ owed: 8, sent: 6, waiting: 2 });
    expect(broker.ledger.delaysUs['delivery']?.count).toBe(6);
  });
});

describe('message-drop', () => {
  it('loses the share asked for, and the ledger says exactly how many', async () => {
    await start([{ fault: 'message-drop', ofDeliveries: 0.3 }]);
    const client = await subscriber();
    await publish(100);
    await passed(client);
    const got = bodies(client);
    expect(counts().topic).toMatchObject({ owed: 100, sent: got.length, dropped: 100 - got.length });
    expect(broker.struck()).toEqual({ connections: 1, times: 100 - got.length });
    expect(got.length).toBeGreaterThan(50);
    expect(got.length).toBeLessThan(90);
  });

  it('spares connections that are not of its share', async () => {
    await start([{ fault: 'message-drop', ofDeliveries: 1, skip: 2 }]);
    const [spared, concerned] = [await subscriber(), await subscriber()];
    await publish(2);
    await passed(spared);
    await passed(concerned);
    expect([bodies(spared), bodies(concerned)]).toEqual([numbers(2), []]);
  });

  it('spares what is outside of its window', async () => {
    await start([{ fault: 'message-drop', ofDeliveries: 1, fromMs: 3_600_000 }]);
    const client = await subscriber();
    await publish(2);
    await passed(client);
    expect(bodies(client)).toEqual(numbers(2));
  });
});

describe('message-duplicate', () => {
  it('sends the copy directly after its original', async () => {
    await start([{ fault: 'message-duplicate', ofDeliveries: 1 }]);
    const client = await subscriber();
    await publish(2);
    await passed(client);
    expect(bodies(client)).toEqual(['0', '0', '1', '1']);
    expect(counts().topic).toMatchObject({ owed: 2, sent: 4, duplicated: 2, reordered: 0, waiting: 0 });
  });
});

describe('message-reorder', () => {
  it('sends a message directly after the next; one without a next before the answer to UNSUBSCRIBE', async () => {
    await start([{ fault: 'message-reorder', ofDeliveries: 1 }]);
    const client = await subscriber();
    await publish(5);
    await passed(client);
    expect(bodies(client)).toEqual(['1', '0', '3', '2']);
    await client.say('UNSUBSCRIBE\nid:s\nreceipt:gone\n\n\0');
    await client.receive('RECEIPT', 3);
    expect(client.frames.slice(-2).map(({ command }) => command)).toEqual(['MESSAGE', 'RECEIPT']);
    expect(bodies(client).at(-1)).toBe('4');
    expect(counts().topic).toMatchObject({ owed: 5, sent: 5, reordered: 2, waiting: 0 });
    expect(broker.struck().times).toBe(2);
  });

  it('waits for a next one for a second at most', async () => {
    await start([{ fault: 'message-reorder', ofDeliveries: 1 }]);
    const client = await subscriber();
    await publish(1);
    await passed(client);
    expect(counts().topic).toMatchObject({ sent: 0, waiting: 1 });
    await client.receive('MESSAGE');
    expect(counts().topic).toMatchObject({ sent: 1, reordered: 0, waiting: 0 });
  });
});

describe('message-corrupt', () => {
  it('of the body changes it, and nothing else', async () => {
    await start([{ fault: 'message-corrupt', what: 'body', ofDeliveries: 1 }]);
    const client = await subscriber();
    await publish(1);
    const { headers, body } = await client.receive('MESSAGE');
    expect(headers).toMatchObject({ destination: '/topic/a', subscription: 's', 'content-length': '1' });
    expect(body.toString()).toBe('#');
    expect(counts().topic).toMatchObject({ owed: 1, sent: 1, corrupted: 1 });
  });

  it('of the frame makes it one that no client may accept', async () => {
    await start([{ fault: 'message-corrupt', what: 'frame', ofDeliveries: 1 }]);
    const client = await subscriber();
    const failed = new Promise<Error>((resolve) => client.webSocket.once('error', resolve));
    await publish(1);
    expect((await failed).message).toContain('invalid opcode 3');
    expect(counts().topic).toMatchObject({ owed: 1, sent: 1, corrupted: 1 });
  });

  it('of the frame breaks the STOMP frame where the WebSocket is compressed', async () => {
    await start([{ fault: 'message-corrupt', what: 'frame', ofDeliveries: 1 }], { permessageDeflate: true });
    const client = await subscriber();
    expect(client.webSocket.extensions).toContain('permessage-deflate');
    await publish(1);
    expect((await client.receive('???????')).body.toString()).toBe('0');
    expect(counts().topic).toMatchObject({ sent: 1, corrupted: 1 });
  });
});

describe('message-oversize', () => {
  it('fills the body up to its size', async () => {
    await start([{ fault: 'message-oversize', bytes: 100_000, ofDeliveries: 1 }]);
    const client = await subscriber();
    await publish(1);
    const { body } = await client.receive('MESSAGE');
    expect(body).toEqual(Buffer.from('0'.padEnd(100_000)));
    expect(counts().topic).toMatchObject({ owed: 1, sent: 1, oversized: 1 });
  });
});

describe('message-misroute', () => {
  it('sends a message to a subscription of another destination, and not to its own', async () => {
    await start([{ fault: 'message-misroute', ofDeliveries: 1, skip: 2 }]);
    const [stranger, own] = [await subscriber('/topic/b', 'stranger'), await subscriber('/topic/a', 'own')];
    await publish(1);
    const { headers } = await stranger.receive('MESSAGE');
    await passed(own);
    expect(headers).toMatchObject({ subscription: 'stranger', destination: '/topic/a' });
    expect(bodies(own)).toEqual([]);
    expect(counts().topic).toMatchObject({ owed: 1, sent: 1, misrouted: 1, waiting: 0 });
  });

  it('sends it to its own where there is no other destination', async () => {
    await start([{ fault: 'message-misroute', ofDeliveries: 1 }]);
    const client = await subscriber();
    await publish(1);
    await client.receive('MESSAGE');
    expect(counts().topic).toMatchObject({ sent: 1, misrouted: 0 });
    expect(broker.struck().times).toBe(0);
  });
});

describe('message-delay', () => {
  it('keeps each back for as long as asked at least, and the ledger says for how long it really was', async () => {
    const delay = { distribution: 'constant', ms: 20 } as const;
    await start([{ fault: 'message-delay', delay, ofDeliveries: 1 }]);
    const client = await subscriber();
    await publish(10);
    await client.receive('MESSAGE', 10);
    expect(bodies(client)).toEqual(numbers(10));
    expect(counts().topic).toMatchObject({ owed: 10, sent: 10, delayed: 10, reordered: 0 });
    expect(broker.ledger.delaysUs['message']?.count).toBe(10);
    expect(broker.ledger.delaysUs['message']?.minUs).toBeGreaterThanOrEqual(20_000);
  });

  it('lets later ones overtake, and the ledger counts what its client sees', async () => {
    const steps = [
      { share: 0.5, ms: 0 },
      { share: 0.5, ms: 30 },
    ];
    await start([{ fault: 'message-delay', delay: { distribution: 'steps', steps }, ofDeliveries: 1 }]);
    const client = await subscriber();
    await publish(40);
    await client.receive('MESSAGE', 40);
    const order = bodies(client).map(Number);
    const late = order.filter((number, i) => order.slice(0, i).some((earlier) => earlier > number));
    expect(late.length).toBeGreaterThan(0);
    expect(counts().topic).toMatchObject({ sent: 40, delayed: 40, reordered: late.length });
  });

  it('leaves undelivered what its subscription does not wait for', async () => {
    const delay = { distribution: 'constant', ms: 200 } as const;
    await start([{ fault: 'message-delay', delay, ofDeliveries: 1 }]);
    const [leaving, gone] = [await subscriber('/topic/a'), await subscriber('/topic/b')];
    await leaving.say('SEND\ndestination:/topic/a\n\n1\0UNSUBSCRIBE\nid:s\n\n\0');
    await gone.say('SEND\ndestination:/topic/b\n\n1\0DISCONNECT\n\n\0');
    await broker.settles(() => expect(counts().topic).toMatchObject({ undelivered: 2, waiting: 0 }));
    await passed(leaving);
    expect(bodies(leaving)).toEqual([]);
  });
});
