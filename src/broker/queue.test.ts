import { describe, expect, it } from 'vitest';
import { MemoryBroker, type MemoryClient } from './testing/memory-broker.js';

function publish(broker: MemoryBroker, ...bodies: string[]): void {
  const sender = broker.connect();
  for (const body of bodies) sender.say('SEND', { destination: '/queue/a' }, body);
}

function consumer(broker: MemoryBroker, ack = 'auto', version = '1.2'): MemoryClient {
  return broker.connect(version).say('SUBSCRIBE', { id: 's', destination: '/queue/a', ack });
}

/** The headers that ACK and NACK of a version name a message by. */
function naming(headers: Readonly<Record<string, string>>, version: string): Record<string, string> {
  if (version === '1.2') return { id: headers['ack'] ?? '' };
  const messageId = headers['message-id'] ?? '';
  return version === '1.1'
    ? { subscription: headers['subscription'] ?? '', 'message-id': messageId }
    : { 'message-id': messageId };
}

describe('a queue', () => {
  it('gives each message to one subscription, in turn', () => {
    const broker = new MemoryBroker();
    const consumers = [consumer(broker), consumer(broker), consumer(broker)];
    publish(broker, '1', '2', '3', '4', '5', '6');
    expect(consumers.map((client) => client.bodies())).toEqual([
      ['1', '4'],
      ['2', '5'],
      ['3', '6'],
    ]);
  });

  it('keeps messages in order until somebody subscribes', () => {
    const broker = new MemoryBroker();
    publish(broker, '1', '2', '3');
    expect(broker.counters.held).toBe(3);
    expect(consumer(broker).bodies()).toEqual(['1', '2', '3']);
    expect(broker.counters.held).toBe(0);
  });

  it.each([{ queueMessages: 2 }, { heldBytes: 600 }])('is full beyond %j, which is an ERROR', (limits) => {
    const broker = new MemoryBroker({ limits });
    publish(broker, '1', '2');
    const sender = broker.connect().say('SEND', { destination: '/queue/a' }, '3');
    expect(sender.take()[0]?.headers['message']).toBe('queue "/queue/a" is full');
    expect(consumer(broker).bodies()).toEqual(['1', '2']);
  });

  it('is one of no more than a given number', () => {
    const sender = new MemoryBroker({ limits: { queues: 2 } }).connect();
    for (const name of ['a', 'b', 'a', 'c']) sender.say('SEND', { destination: `/queue/${name}` });
    expect(sender.take()[0]?.headers['message']).toBe('more than 2 queues');
  });

  it('passes over a consumer whose buffer is long, and comes back when it is not', () => {
    const broker = new MemoryBroker();
    const slow = consumer(broker);
    slow.bufferedBytes = 2 ** 24;
    publish(broker, '1');
    expect(slow.bodies()).toEqual([]);
    slow.bufferedBytes = 0;
    broker.exchange.pumpBlocked();
    expect(slow.bodies()).toEqual(['1']);
  });
});

describe.each(['1.0', '1.1', '1.2'])('acknowledgement in STOMP %s', (version) => {
  it('in mode auto is not needed: what was sent is gone', () => {
    const broker = new MemoryBroker();
    const client = consumer(broker, 'auto', version);
    publish(broker, '1');
    expect(client.take()[0]?.headers).not.toHaveProperty('ack');
    client.session.ended();
    expect(broker.counters.held).toBe(0);
  });

  it('in mode client covers everything before it; the rest goes to another at the end, marked', () => {
    const broker = new MemoryBroker();
    const client = consumer(broker, 'client', version);
    publish(broker, '1', '2', '3', '4');
    client.say('ACK', naming(client.take()[1]?.headers ?? {}, version)).session.ended();
    const again = consumer(broker).take();
    expect(again.map(({ body }) => body.toString())).toEqual(['3', '4']);
    expect(again[0]?.headers).toMatchObject({ redelivered: 'true' });
  });

  it('in mode client-individual covers one message', () => {
    const broker = new MemoryBroker();
    const client = consumer(broker, 'client-individual', version);
    publish(broker, '1', '2', '3');
    client.say('ACK', naming(client.take()[1]?.headers ?? {}, version)).session.ended();
    expect(consumer(broker).bodies()).toEqual(['1', '3']);
  });

  it('is refused a second time', () => {
    const broker = new MemoryBroker();
    const client = consumer(broker, 'client', version);
    publish(broker, '1');
    const name = naming(client.take()[0]?.headers ?? {}, version);
    client.say('ACK', name).say('ACK', name);
    expect(client.take()[0]?.headers['message']).toContain('not waiting for it');
  });

  it('that crosses the UNSUBSCRIBE is no error, and the message goes to another', () => {
    const broker = new MemoryBroker();
    const client = consumer(broker, 'client', version);
    publish(broker, '1');
    const name = naming(client.take()[0]?.headers ?? {}, version);
    client.say('UNSUBSCRIBE', { id: 's' }).say('ACK', name);
    expect(client.take()).toEqual([]);
    expect(consumer(broker).bodies()).toEqual(['1']);
  });
});

describe('NACK', () => {
  it.each(['1.1', '1.2'])('gives the message to another subscription, in STOMP %s', (version) => {
    const broker = new MemoryBroker();
    const first = consumer(broker, 'client-individual', version);
    publish(broker, '1');
    const second = consumer(broker, 'client-individual', version);
    first.say('NACK', naming(first.take()[0]?.headers ?? {}, version));
    expect(first.bodies()).toEqual([]);
    expect(second.bodies()).toEqual(['1']);
  });

  it('gives it to another even when it is the same one’s turn', () => {
    const broker = new MemoryBroker();
    const first = consumer(broker, 'client-individual');
    const second = consumer(broker, 'client-individual');
    publish(broker, '1', '2');
    first.say('NACK', naming(first.take()[0]?.headers ?? {}, '1.2'));
    expect(first.bodies()).toEqual([]);
    expect(second.bodies()).toEqual(['2', '1']);
  });

  it('gives it to the same one if there is no other', () => {
    const broker = new MemoryBroker();
    const client = consumer(broker, 'client-individual');
    publish(broker, '1');
    client.say('NACK', naming(client.take()[0]?.headers ?? {}, '1.2'));
    expect(client.take()[0]?.headers).toMatchObject({ redelivered: 'true' });
  });
});

describe('a client that acknowledges nothing', () => {
  it('gets no more from a queue than its share, and the next when it acknowledges', () => {
    const broker = new MemoryBroker({ limits: { unackedPerConnection: 2 } });
    const client = consumer(broker, 'client-individual');
    publish(broker, '1', '2', '3');
    const received = client.take();
    expect(received.map(({ body }) => body.toString())).toEqual(['1', '2']);
    client.say('ACK', { id: received[0]?.headers['ack'] ?? '' });
    expect(client.bodies()).toEqual(['3']);
  });

  it('is cut off by a topic', () => {
    const broker = new MemoryBroker({ limits: { unackedPerConnection: 2 } });
    const client = broker.connect().say('SUBSCRIBE', { id: 's', destination: '/topic/a', ack: 'client' });
    for (const body of ['1', '2', '3']) client.say('SEND', { destination: '/topic/a' }, body);
    expect(client.bodies()).toEqual(['1', '2']);
    expect(client.cutOffReason).toContain('not acknowledged');
  });
});
