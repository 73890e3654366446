import { describe, expect, it } from 'vitest';
import { MemoryBroker, type MemoryClient } from './testing/memory-broker.js';

function onlyError(client: MemoryClient): string {
  const received = client.take();
  expect(received.map(({ command }) => command)).toEqual(['ERROR']);
  return received[0]?.headers['message'] ?? '';
}

describe('CONNECT', () => {
  it.each(['CONNECT', 'STOMP'])('as %s is answered with CONNECTED', (command) => {
    const client = new MemoryBroker().open().say(command, { 'accept-version': '1.1,1.2', host: 'anything' });
    const [connected] = client.take();
    expect(connected?.command).toBe('CONNECTED');
    expect(connected?.headers).toMatchObject({ version: '1.2', 'heart-beat': '1000,1000' });
    expect(connected?.headers['session']).toMatch(/./);
  });

  it('counts as a session until its end, however often that is told', () => {
    const broker = new MemoryBroker();
    const client = broker.connect();
    expect(broker.counters.sessions).toBe(1);
    client.session.ended();
    client.session.ended();
    expect(broker.counters.sessions).toBe(0);
  });

  it('without a common version names those that there are, and is closed', () => {
    const client = new MemoryBroker().open().say('CONNECT', { 'accept-version': '3' });
    expect(client.take()[0]).toMatchObject({ command: 'ERROR', headers: { version: '1.2,1.1,1.0' } });
    expect(client.closed?.code).toBe(1002);
  });

  it('with wrong credentials is refused, and nothing of them comes back', () => {
    const client = new MemoryBroker({ users: { guest: 'secret' } }).open();
    client.say('CONNECT', { 'accept-version': '1.2', login: 'guest', passcode: 'hunter2' });
    expect(client.closed?.code).toBe(1008);
    const sent = Buffer.concat(client.wire.map(({ bytes }) => bytes)).toString();
    expect(sent).toContain('authentication failed');
    expect(sent).not.toMatch(/hunter2|secret|guest/);
  });

  it('is refused a second time', () => {
    expect(onlyError(new MemoryBroker().connect().say('CONNECT'))).toContain('second CONNECT');
  });

  it('must come first', () => {
    expect(onlyError(new MemoryBroker().open().say('SEND', { destination: '/topic/a' }))).toContain(
      'before CONNECT',
    );
  });
});

describe('RECEIPT', () => {
  it.each([
    ['SUBSCRIBE', { id: '1', destination: '/topic/a' }],
    ['SEND', { destination: '/topic/a' }],
    ['BEGIN', { transaction: 't' }],
    ['DISCONNECT', {}],
  ])('comes for %s when it is asked for', (command, headers) => {
    const client = new MemoryBroker().connect().say(command, { ...headers, receipt: 'r:1' });
    expect(client.take()).toMatchObject([{ command: 'RECEIPT', headers: { 'receipt-id': 'r:1' } }]);
  });

  it('of SUBSCRIBE comes before the messages that were waiting in the queue', () => {
    const broker = new MemoryBroker();
    broker.connect().say('SEND', { destination: '/queue/a' }, 'x');
    const client = broker.connect().say('SUBSCRIBE', { id: '1', destination: '/queue/a', receipt: 'r' });
    expect(client.take().map(({ command }) => command)).toEqual(['RECEIPT', 'MESSAGE']);
  });

  it('does not come for a frame that failed: its ERROR has the receipt-id', () => {
    const client = new MemoryBroker().connect().say('SEND', { destination: '/nowhere', receipt: 'r' });
    expect(client.take()).toMatchObject([{ command: 'ERROR', headers: { 'receipt-id': 'r' } }]);
  });
});

describe('DISCONNECT', () => {
  it('closes with 1000 after the RECEIPT', () => {
    const client = new MemoryBroker().connect().say('DISCONNECT', { receipt: 'r' });
    expect(client.take().map(({ command }) => command)).toEqual(['RECEIPT']);
    expect(client.closed).toEqual({ code: 1000, reason: '' });
  });

  it('ends the subscriptions', () => {
    const broker = new MemoryBroker();
    broker.connect().say('SUBSCRIBE', { id: '1', destination: '/topic/a' }).say('DISCONNECT');
    expect(broker.counters.subscriptions).toBe(0);
  });
});

describe('ERROR', () => {
  const broker = new MemoryBroker({ limits: { nameLength: 20, subscriptionsPerConnection: 1 } });

  it.each([
    ['GUESS', {}, 'unknown command'],
    ['MESSAGE', {}, 'unknown command'],
    ['SEND', {}, 'without the header destination'],
    ['SEND', { destination: '/exchange/a' }, 'unknown destination'],
    ['SEND', { destination: '/topic/' }, 'unknown destination'],
    ['SEND', { destination: `/topic/${'x'.repeat(20)}` }, 'longer than 20'],
    ['SEND', { destination: '/topic/a', transaction: 't' }, 'has not begun'],
    ['SUBSCRIBE', { destination: '/topic/a' }, 'without the header id'],
    ['SUBSCRIBE', { id: '1' }, 'without the header destination'],
    ['SUBSCRIBE', { id: '1', destination: 'nowhere' }, 'unknown destination'],
    ['SUBSCRIBE', { id: '1', destination: '/topic/a', ack: 'maybe' }, 'ack mode'],
    ['UNSUBSCRIBE', { id: '1' }, 'no subscription'],
    ['UNSUBSCRIBE', { destination: '/topic/a' }, 'without the header id'],
    ['ACK', {}, 'without the header id'],
    ['ACK', { id: 'a1' }, 'not waiting for it'],
    ['NACK', { id: 'a1' }, 'not waiting for it'],
    ['BEGIN', {}, 'without the header transaction'],
    ['COMMIT', { transaction: 't' }, 'has not begun'],
    ['ABORT', { transaction: 't' }, 'has not begun'],
  ])('answers %s %j, and ends the connection', (command, headers, message) => {
    const client = broker.connect().say(command, headers);
    expect(onlyError(client)).toContain(message);
    expect(client.closed?.code).toBeGreaterThan(1000);
    expect(client.say('SEND', { destination: '/topic/a', receipt: 'r' }).take()).toEqual([]);
  });

  it('answers a second subscription of the same id', () => {
    const client = broker.connect().say('SUBSCRIBE', { id: '1', destination: '/topic/a' });
    expect(onlyError(client.say('SUBSCRIBE', { id: '1', destination: '/topic/b' }))).toContain(
      'exists already',
    );
  });

  it('answers a subscription too many', () => {
    const client = broker.connect().say('SUBSCRIBE', { id: '1', destination: '/topic/a' });
    expect(onlyError(client.say('SUBSCRIBE', { id: '2', destination: '/topic/b' }))).toContain(
      'more than 1 subscriptions',
    );
    expect(client.closed?.code).toBe(1008);
  });

  it('quotes what the client sent without its line ends, and not at length', () => {
    const client = broker.connect().say(`GUESS\nreceipt-id:forged${'x'.repeat(500)}`);
    const message = onlyError(client);
    expect(message).toContain('GUESS?receipt-id:forged');
    expect(message.length).toBeLessThan(150);
  });
});

describe('MESSAGE', () => {
  function deliver(headers: Record<string, string>, body: string | Buffer, version = '1.2') {
    const broker = new MemoryBroker();
    const client = broker.connect(version).say('SUBSCRIBE', { id: 's', destination: '/topic/a' });
    broker.connect().say('SEND', { destination: '/topic/a', ...headers }, body);
    return { message: client.take()[0], wire: client.wire.at(-1) };
  }

  it("passes the sender's own headers on, and no other", () => {
    const { message } = deliver(
      { receipt: 'r', 'content-length': '1', ack: 'forged', 'x-own': 'a:b\n' },
      'x',
    );
    expect(message?.headers).toEqual({
      subscription: 's',
      destination: '/topic/a',
      'message-id': expect.any(String),
      'x-own': 'a:b\n',
      'content-length': '1',
    });
  });

  it('has the body as it was sent, NUL included', () => {
    expect(deliver({}, 'a\0b\0').message?.body.toString()).toBe('a\0b\0');
  });

  it('travels as text if it is UTF-8, else as binary', () => {
    expect(deliver({}, 'é').wire?.binary).toBe(false);
    const body = Buffer.from([0xff, 0, 0xfe]);
    const { message, wire } = deliver({}, body);
    expect(wire?.binary).toBe(true);
    expect(message?.body).toEqual(body);
  });

  it('has an id of its own each', () => {
    const client = new MemoryBroker().connect().say('SUBSCRIBE', { id: 's', destination: '/topic/a' });
    for (let i = 0; i < 50; i++) client.say('SEND', { destination: '/topic/a' });
    expect(new Set(client.take().map(({ headers }) => headers['message-id'])).size).toBe(50);
  });

  it('is encoded once for all subscriptions of one id', () => {
    const broker = new MemoryBroker();
    const clients = ['same', 'same', 'other'].map((id) =>
      broker.connect().say('SUBSCRIBE', { id, destination: '/topic/a' }),
    );
    broker.connect().say('SEND', { destination: '/topic/a' }, 'x');
    const [first, second, third] = clients.map(({ wire }) => wire.at(-1)?.bytes);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(third).toBeDefined();
  });
});

describe('subscriptions of one id in different modes', () => {
  it.each([
    ['auto', 'client'],
    ['client', 'auto'],
  ])('get an ack header where it is needed only: %s, then %s', (...modes) => {
    const broker = new MemoryBroker();
    const clients = modes.map((ack) =>
      broker.connect().say('SUBSCRIBE', { id: 's', destination: '/topic/a', ack }),
    );
    broker.connect().say('SEND', { destination: '/topic/a' });
    const acked = clients.map((client) => client.take()[0]?.headers['ack'] !== undefined);
    expect(acked).toEqual(modes.map((ack) => ack === 'client'));
  });
});

describe('a client of STOMP 1.0', () => {
  it('subscribes and unsubscribes by destination', () => {
    const broker = new MemoryBroker();
    const client = broker.connect('1.0').say('SUBSCRIBE', { destination: '/topic/a' });
    broker.connect().say('SEND', { destination: '/topic/a' }, 'x');
    const [message] = client.take();
    expect(message?.headers).not.toHaveProperty('subscription');
    client.say('UNSUBSCRIBE', { destination: '/topic/a' });
    expect(broker.counters.subscriptions).toBe(0);
  });

  it('subscribes and unsubscribes by id', () => {
    const broker = new MemoryBroker();
    const client = broker.connect('1.0').say('SUBSCRIBE', { id: '7', destination: '/topic/a' });
    client.say('SEND', { destination: '/topic/a' }, 'x');
    expect(client.take()[0]?.headers).toMatchObject({ subscription: '7' });
    client.say('UNSUBSCRIBE', { id: '7' });
    expect(broker.counters.subscriptions).toBe(0);
  });

  it('has no NACK', () => {
    expect(onlyError(new MemoryBroker().connect('1.0').say('NACK', { 'message-id': '1' }))).toContain(
      'unknown',
    );
  });
});

describe('transactions', () => {
  it('hold SEND frames until COMMIT, in their order', () => {
    const client = new MemoryBroker().connect().say('SUBSCRIBE', { id: '1', destination: '/topic/a' });
    client.say('BEGIN', { transaction: 't' });
    for (const body of ['1', '2']) client.say('SEND', { destination: '/topic/a', transaction: 't' }, body);
    expect(client.bodies()).toEqual([]);
    client.say('COMMIT', { transaction: 't' });
    const received = client.take();
    expect(received.map(({ body }) => body.toString())).toEqual(['1', '2']);
    expect(received[0]?.headers).not.toHaveProperty('transaction');
  });

  it('forget what they held at ABORT and at the end of the session', () => {
    const broker = new MemoryBroker();
    const client = broker.connect().say('BEGIN', { transaction: 't' });
    client.say('SEND', { destination: '/queue/a', transaction: 't' });
    client.say('ABORT', { transaction: 't' }).say('BEGIN', { transaction: 't' });
    client.say('SEND', { destination: '/queue/a', transaction: 't' }).session.ended();
    expect(broker.counters).toMatchObject({ messagesIn: 0, held: 0 });
  });

  it('hold ACK until COMMIT: an aborted one leaves the message to others', () => {
    const broker = new MemoryBroker();
    broker.connect().say('SEND', { destination: '/queue/a' }, 'x');
    const client = broker.connect().say('SUBSCRIBE', { id: '1', destination: '/queue/a', ack: 'client' });
    const id = client.take()[0]?.headers['ack'] ?? '';
    client.say('BEGIN', { transaction: 't' }).say('ACK', { id, transaction: 't' });
    client.say('ABORT', { transaction: 't' }).say('DISCONNECT');
    expect(broker.counters.held).toBe(1);
  });

  it('acknowledge at COMMIT', () => {
    const broker = new MemoryBroker();
    broker.connect().say('SEND', { destination: '/queue/a' }, 'x');
    const client = broker.connect().say('SUBSCRIBE', { id: '1', destination: '/queue/a', ack: 'client' });
    const id = client.take()[0]?.headers['ack'] ?? '';
    client.say('BEGIN', { transaction: 't' }).say('ACK', { id, transaction: 't' });
    client.say('COMMIT', { transaction: 't' }).say('DISCONNECT');
    expect(broker.counters.held).toBe(0);
  });

  it.each([
    [{ transactionsPerConnection: 1 }, 'more than 1 transactions'],
    [{ transactionFrames: 1 }, 'too much is held'],
    [{ transactionBytes: 700 }, 'too much is held'],
  ])('are bounded by %j', (limits, message) => {
    const client = new MemoryBroker({ limits }).connect().say('BEGIN', { transaction: 't' });
    const send = { destination: '/queue/a', transaction: 't' };
    client.say('SEND', send).say('SEND', send).say('BEGIN', { transaction: 'u' });
    expect(onlyError(client)).toContain(message);
  });

  it('give their room back when they end', () => {
    const limits = { transactionsPerConnection: 1, transactionFrames: 2 };
    const client = new MemoryBroker({ limits }).connect();
    for (let round = 0; round < 5; round++) {
      client.say('BEGIN', { transaction: 't' });
      for (let i = 0; i < 2; i++) client.say('SEND', { destination: '/topic/a', transaction: 't' });
      client.say(round % 2 === 0 ? 'COMMIT' : 'ABORT', { transaction: 't' });
    }
    expect(client.take()).toEqual([]);
  });
});
