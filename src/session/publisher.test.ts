import { beforeEach, describe, expect, it, vi } from 'vitest';
import { EVENT, eventType } from '../metrics/events.js';
import { GAUGES } from '../metrics/testing/snapshots.js';
import { STAMP_BYTES } from '../model/plan.js';
import { compileTemplate } from '../shared/template.js';
import { parseEndpoint } from './endpoint.js';
import { type PublishSpec, Publisher } from './publisher.js';
import { STAMP_HEADER, type Stamp, destinationHash, newStamp, readStamp } from './stamp.js';
import type { FakeTransport } from './testing/fake-transport.js';
import { RUN, SimulatedHost, TIMEOUTS } from './testing/simulated-host.js';

const MS = 1000;
const INTERVAL_US = 100 * MS;

const SPEC: PublishSpec = {
  destination: compileTemplate('/topic/{{ publisher }}', ['publisher', 'seq', 'run']),
  deliversTo: compileTemplate('/topic/{{ publisher }}', ['publisher', 'seq', 'run']),
  body: null,
  sizeBytes: 200,
  contentType: 'text/plain',
  stampInHeader: false,
  receipt: false,
  headers: { priority: '4' },
};

let host: SimulatedHost;
let transport: FakeTransport;
let firstDueUs: number;

beforeEach(() => {
  host = new SimulatedHost();
  firstDueUs = host.nowUs() + 1_000_000;
});

function start(spec: Partial<PublishSpec> = {}): Publisher {
  const dueUs = (seq: number): number => firstDueUs + seq * INTERVAL_US;
  const publisher = new Publisher(
    host,
    parseEndpoint('ws://127.0.0.1/ws'),
    { ...SPEC, ...spec },
    { id: 12, inEntry: 2 },
    dueUs,
  );
  transport = host.transport;
  publisher.start();
  return publisher;
}

function connect(): void {
  const { listener } = transport;
  for (const phase of ['tcp', 'upgrade'] as const) listener.onPhase(phase, host.nowUs());
  listener.onOpened(host.nowUs());
  listener.onPhase('connect', host.nowUs());
  listener.onConnected(
    {
      version: '1.2',
      software: null,
      subprotocol: null,
      heartbeatOffered: null,
      heartbeatSendMs: 0,
      heartbeatReceiveMs: 0,
    },
    host.nowUs(),
  );
}

function publishing(spec: Partial<PublishSpec> = {}): Publisher {
  const publisher = start(spec);
  connect();
  host.nowUsValue = firstDueUs;
  return publisher;
}

const receipt = (id: string): void => transport.listener.onReceipt(id, host.nowUs());
const sent = () => transport.asked.filter((asked) => asked.type === 'send');

function stampOf(bytes: Buffer): Stamp | null {
  const stamp = newStamp();
  return readStamp(bytes, 0, bytes.length, stamp) === 'good' ? stamp : null;
}

describe('a message', () => {
  it('carries its stamp at the start of a body of the size that was asked for', () => {
    const publisher = publishing();
    publisher.due(0);
    host.nowUsValue += INTERVAL_US + 3 * MS;
    publisher.due(1);
    expect(sent().map(({ body }) => body.length)).toEqual([200, 200]);
    expect(sent()[0]?.body.toString('latin1', STAMP_BYTES)).toBe('x'.repeat(200 - STAMP_BYTES));
    const destination = destinationHash('/topic/2');
    expect(sent().map(({ body }) => stampOf(body))).toEqual([
      { run: RUN, publisher: 12, seq: 0, sentUs: firstDueUs, lagUs: 0, destination },
      { run: RUN, publisher: 12, seq: 1, sentUs: host.nowUs(), lagUs: 3 * MS, destination },
    ]);
  });

  it('has destination, headers and content type of its entry', () => {
    publishing().due(0);
    expect(sent()[0]).toMatchObject({
      destination: '/topic/2',
      headers: { priority: '4' },
      contentType: 'text/plain',
      receipt: null,
    });
  });

  it('carries its stamp where the template of the body says', () => {
    const body = compileTemplate('{"n":{{ seq }},"é":"{{ stamp }}"}', ['publisher', 'seq', 'run', 'stamp']);
    publishing({ body }).due(0);
    const bytes = sent()[0]!.body;
    expect(bytes.toString()).toMatch(/^\{"n":0,"é":"stompede:2:[^"]+"\}$/);
    expect(stampOf(bytes)).toMatchObject({ run: RUN, seq: 0 });
  });

  it('carries it in a header where the plan says so, and its body is left alone', () => {
    publishing({ stampInHeader: true, sizeBytes: 5 }).due(0);
    const { body, headers } = sent()[0]!;
    expect(body.toString()).toBe('xxxxx');
    expect(stampOf(Buffer.from(headers[STAMP_HEADER] ?? ''))).toMatchObject({ run: RUN, publisher: 12 });
    expect(headers['priority']).toBe('4');
  });

  it('has a number within its destination, so that a gap is a message that has not come', () => {
    const deliversTo = compileTemplate('/topic/{{ seq % 3 }}', ['publisher', 'seq', 'run']);
    const publisher = publishing({ deliversTo });
    for (let seq = 0; seq < 7; seq++) publisher.due(seq);
    const stamps = sent().map(({ body }) => stampOf(body));
    expect(stamps.map((stamp) => stamp?.seq)).toEqual([0, 0, 0, 1, 1, 1, 2]);
    expect(stamps.map((stamp) => stamp?.destination)).toEqual(
      [0, 1, 2, 0, 1, 2, 0].map((n) => destinationHash(`/topic/${n}`)),
    );
  });

  it('is an event for its subscribers at exactly the moment that its stamp has', () => {
    const publisher = publishing({
      deliversTo: compileTemplate('/topic/out', ['publisher', 'seq', 'run']),
    });
    host.nowUsValue += 0.25;
    publisher.due(0);
    const snapshot = host.recorder.take(host.nowUs(), GAUGES);
    expect(snapshot.destinations).toEqual([{ name: '/topic/out', distribution: null }]);
    expect([...snapshot.events.atUs]).toEqual([stampOf(sent()[0]!.body)?.sentUs]);
    expect(snapshot.events.atUs[0]).toBeGreaterThanOrEqual(host.nowUs());
  });
});

describe('an open loop', () => {
  it('counts what is due and what is sent, and how late', () => {
    const publisher = publishing();
    publisher.due(0);
    host.nowUsValue += INTERVAL_US + 11 * MS;
    publisher.due(1);
    const { counts, samples, sumUs } = host.measured();
    expect(counts).toMatchObject({ publishDue: 2, publishSent: 2, publishLate: 1, publishUnsent: 0 });
    expect([samples['lag.publish'], sumUs['lag.publish']]).toEqual([2, 11 * MS]);
  });

  it('counts a SEND that no frame can carry as unsent, and waits for no RECEIPT of it', () => {
    const publisher = publishing({ receipt: true });
    publisher.due(0);
    vi.spyOn(transport, 'send').mockImplementation(() => {
      transport.listener.onFact({ type: 'fault', code: 'stomp-header', message: 'x' }, host.nowUs());
      return true;
    });
    host.nowUsValue += INTERVAL_US;
    publisher.due(1);
    const { counts, samples, events } = host.measured();
    expect(counts).toMatchObject({ publishDue: 2, publishSent: 1, publishUnsent: 1, publishersFailed: 1 });
    expect(counts).toMatchObject({ sendReceiptsAsked: 1, publishReceiptsMissing: 1 });
    expect(samples['lag.publish']).toBe(1);
    expect(events.filter(({ type }) => type === 'sent')).toHaveLength(1);
  });

  it('hands a full socket nothing, and sends all of it late when the socket takes it again', () => {
    const publisher = publishing();
    transport.room = 1;
    for (let seq = 0; seq < 5; seq++) publisher.due(seq);
    expect(sent()).toHaveLength(1);
    expect(host.measured().counts).toMatchObject({ publishDue: 5, publishSent: 1, publishUnsent: 0 });
    host.nowUsValue += 1_000_000;
    transport.room = 2;
    transport.listener.onDrain();
    expect(sent()).toHaveLength(3);
    transport.room = 10;
    transport.listener.onDrain();
    expect(sent().map(({ body }) => stampOf(body)?.seq)).toEqual([0, 1, 2, 3, 4]);
    expect(stampOf(sent()[4]!.body)?.lagUs).toBe(1_000_000 - 4 * INTERVAL_US);
    expect(host.measured().counts).toMatchObject({ publishSent: 4, publishLate: 4, publishUnsent: 0 });
  });

  it('sends what was due before it was connected', () => {
    const publisher = start();
    publisher.due(0);
    publisher.due(1);
    connect();
    expect(sent()).toHaveLength(2);
  });

  it('counts as unsent what waits when it is stopped, and what is due after', () => {
    const publisher = publishing();
    transport.room = 1;
    for (let seq = 0; seq < 4; seq++) publisher.due(seq);
    publisher.stop();
    publisher.stop();
    publisher.due(4);
    transport.room = 10;
    transport.listener.onDrain();
    expect(sent()).toHaveLength(1);
    expect(host.measured().counts).toMatchObject({ publishDue: 5, publishSent: 1, publishUnsent: 4 });
  });

  it('counts as unsent what is due after it has failed', () => {
    const publisher = publishing();
    publisher.due(0);
    transport.listener.onEnd(host.nowUs());
    publisher.due(1);
    const { counts, failures } = host.measured();
    expect(counts).toMatchObject({ publishDue: 2, publishSent: 1, publishUnsent: 1, publishersFailed: 1 });
    expect(failures).toMatchObject([{ role: 'publisher', phase: 'publish', kind: 'closed', code: 1006 }]);
  });
});

describe('receipts of SEND', () => {
  it('are timed from the SEND', () => {
    const publisher = publishing({ receipt: true });
    publisher.due(0);
    expect(sent()[0]?.receipt).toBe('p0');
    host.nowUsValue += 7 * MS;
    receipt('p0');
    receipt('p0');
    expect(host.measured()).toMatchObject({
      counts: { sendReceiptsAsked: 1, sendReceipts: 1, publishReceiptsMissing: 0 },
      samples: { 'publish.receipt': 1 },
      sumUs: { 'publish.receipt': 7 * MS },
    });
  });

  it.each(['p', 'p1', 'P0', 'x0', 'p00', 'p0.0', 'p0x0', '0', '', 'p 0'])('are not %j', (id) => {
    publishing({ receipt: true }).due(0);
    receipt(id);
    expect(host.measured().counts.sendReceipts).toBe(0);
  });

  it('that do not come in their time are missing, each after its own time', () => {
    const publisher = publishing({ receipt: true });
    publisher.due(0);
    host.pass(TIMEOUTS.publish / 2);
    publisher.due(1);
    host.pass(TIMEOUTS.publish / 2 - 40);
    expect(host.measured().counts.publishReceiptsMissing).toBe(0);
    host.pass(80);
    const { counts, failures } = host.measured();
    expect(counts.publishReceiptsMissing).toBe(1);
    expect(failures).toMatchObject([
      { role: 'publisher', phase: 'publish', kind: 'publish-timeout', count: 1 },
    ]);
    receipt('p0');
    receipt('p1');
    expect(host.measured().counts).toMatchObject({ sendReceipts: 1, publishReceiptsMissing: 0 });
    expect(publisher.ended).toBe(false);
  });

  it('are waited for up to a bound: then the oldest is missing', () => {
    const publisher = publishing({ receipt: true, sizeBytes: STAMP_BYTES });
    for (let seq = 0; seq <= 20_000; seq++) publisher.due(seq);
    expect(host.measured().counts.publishReceiptsMissing).toBe(1);
    receipt('p0');
    receipt('p20000');
    expect(host.measured().counts.sendReceipts).toBe(1);
  });

  it('that have not come when the session ends well are missing', () => {
    const publisher = publishing({ receipt: true });
    publisher.due(0);
    publisher.due(1);
    publisher.leave();
    receipt('p1');
    receipt('bye');
    transport.listener.onEnd(host.nowUs());
    const { counts, failures } = host.measured();
    expect(counts).toMatchObject({ sendReceipts: 1, publishReceiptsMissing: 1, publishersFailed: 0 });
    expect(failures).toMatchObject([{ kind: 'publish-timeout', count: 1 }]);
  });

  it('that a failed publisher waited for are missing; the failure is its own, once', () => {
    const publisher = publishing({ receipt: true });
    for (let seq = 0; seq < 3; seq++) publisher.due(seq);
    transport.listener.onCloseFrame(1001, '', host.nowUs());
    const { counts, failures } = host.measured();
    expect(counts).toMatchObject({ publishReceiptsMissing: 3, publishersFailed: 1 });
    expect(failures).toMatchObject([{ kind: 'closed', count: 1 }]);
  });
});

describe('a publisher that fails', () => {
  const cuts = () => host.recorder.take(host.nowUs(), GAUGES).events;

  it('leaves its last messages in doubt: those of the last drain time that were not confirmed', () => {
    const publisher = publishing({ receipt: true });
    publisher.due(0);
    host.nowUsValue += TIMEOUTS.drain * 1000;
    publisher.due(1);
    host.nowUsValue += 1;
    publisher.due(2);
    publisher.due(3);
    receipt('p2');
    host.recorder.take(host.nowUs(), GAUGES);
    host.nowUsValue += 1;
    transport.listener.onEnd(host.nowUs());
    const { atUs, codes, sinceUs } = cuts();
    expect([...codes].map(eventType)).toEqual([EVENT.cut, EVENT.cut]);
    expect([...sinceUs]).toEqual([host.nowUs() - 2, host.nowUs() - 1]);
    expect([...atUs]).toEqual([host.nowUs(), host.nowUs()]);
  });

  it('leaves none in doubt when its session ended well', () => {
    const publisher = publishing();
    publisher.due(0);
    publisher.leave();
    receipt('bye');
    transport.listener.onEnd(host.nowUs());
    expect([...cuts().codes].map(eventType)).toEqual([EVENT.sent]);
  });
});

describe('receipt: sync', () => {
  it('sends one message at a time: the next one when the RECEIPT has come', () => {
    const publisher = publishing({ receipt: 'sync' });
    for (let seq = 0; seq < 3; seq++) publisher.due(seq);
    expect(sent()).toHaveLength(1);
    receipt('p1');
    expect(sent()).toHaveLength(1);
    receipt('p0');
    expect(sent().map((message) => message.receipt)).toEqual(['p0', 'p1']);
    receipt('p1');
    receipt('p2');
    expect(host.measured().counts).toMatchObject({ publishDue: 3, publishSent: 3, sendReceipts: 3 });
    expect(sent()).toHaveLength(3);
  });

  it('says of each how long it has waited: in the lag and in its stamp', () => {
    const publisher = publishing({ receipt: 'sync' });
    publisher.due(0);
    publisher.due(1);
    host.nowUsValue += 2_000_000;
    receipt('p0');
    const lagUs = 2_000_000 - INTERVAL_US;
    expect(stampOf(sent()[1]!.body)).toMatchObject({ sentUs: host.nowUs(), lagUs });
    expect(host.measured()).toMatchObject({
      counts: { publishSent: 2, publishLate: 1 },
      sumUs: { 'lag.publish': lagUs, 'publish.receipt': 2_000_000 },
    });
  });

  it('goes on when a RECEIPT has not come in its time', () => {
    const publisher = publishing({ receipt: 'sync' });
    publisher.due(0);
    publisher.due(1);
    host.pass(TIMEOUTS.publish - 40);
    expect(sent()).toHaveLength(1);
    host.pass(80);
    expect(sent()).toHaveLength(2);
    expect(host.measured().counts).toMatchObject({ publishReceiptsMissing: 1, publishSent: 2 });
    // The second one has its own time.
    host.pass(TIMEOUTS.publish - 200);
    expect(host.measured().counts.publishReceiptsMissing).toBe(0);
  });

  it('waits for the socket as well', () => {
    const publisher = publishing({ receipt: 'sync' });
    transport.room = 1;
    publisher.due(0);
    publisher.due(1);
    receipt('p0');
    expect(sent()).toHaveLength(1);
    transport.room = 10;
    transport.listener.onDrain();
    expect(sent()).toHaveLength(2);
  });

  it('counts as unsent what still waits when it is stopped, however much that is', () => {
    const publisher = publishing({ receipt: 'sync' });
    for (let seq = 0; seq < 10_000; seq++) publisher.due(seq);
    publisher.stop();
    receipt('p0');
    expect(sent()).toHaveLength(1);
    expect(host.measured().counts).toMatchObject({ publishDue: 10_000, publishSent: 1, publishUnsent: 9999 });
  });
});

describe('the life of a publisher', () => {
  it('is ready once it is connected', () => {
    const publisher = start();
    expect([publisher.ready, host.readyPublishers]).toEqual([false, []]);
    connect();
    expect([publisher.ready, host.readyPublishers]).toEqual([true, [publisher]]);
  });

  it.each<[string, () => void, number]>([
    [
      'fails',
      () => transport.listener.onFact({ type: 'system', code: 'ECONNREFUSED', message: '' }, host.nowUs()),
      1,
    ],
    ['times out', () => host.pass(TIMEOUTS.tcp + 40), 1],
    ['is abandoned', () => host.gonePublishers.length, 0],
  ])('is told ready, and gone, once when it %s before', (_what, happens, failed) => {
    const publisher = start({ receipt: true });
    transport.listener.onPhase('tcp', host.nowUs());
    happens();
    publisher.abandon();
    publisher.abandon();
    expect(host.readyPublishers).toEqual([publisher]);
    expect(host.gonePublishers).toEqual([publisher]);
    expect(host.measured().counts.publishersFailed).toBe(failed);
    expect(transport.destroyed).toBe(1);
  });

  it('is no connection of the plan: it is neither timed nor counted as one', () => {
    const publisher = publishing();
    publisher.due(0);
    publisher.leave();
    receipt('bye');
    transport.listener.onEnd(host.nowUs());
    const { samples, counts, events } = host.measured();
    expect(Object.keys(samples)).toEqual(['lag.publish']);
    expect(counts).toMatchObject({ opened: 0, settled: 0, complete: 0, failed: 0 });
    expect(events.map(({ type }) => type)).toEqual(['sent']);
    expect(host.gonePublishers).toEqual([publisher]);
  });

  it('leaves as soon as it is connected when it was told so before', () => {
    start().leave();
    connect();
    expect(transport.types.at(-1)).toBe('disconnect');
  });

  it('counts a MESSAGE as misrouted, or foreign: it has no subscription', () => {
    publishing();
    const stamp = { ...newStamp(), run: RUN };
    for (const read of [null, stamp, 'damaged'] as const) {
      transport.listener.onMessage({ subscription: 'sub-0', stamp: read, ackId: null }, host.nowUs());
    }
    expect(host.measured().counts).toMatchObject({ foreign: 1, misrouted: 1, corrupted: 1 });
  });

  it('may be silent for as long as it likes', () => {
    const publisher = publishing({ receipt: true });
    host.pass(3_600_000);
    publisher.due(0);
    expect(host.measured().failures).toEqual([]);
  });
});
