import { describe, expect, it } from 'vitest';
import { MAX_SAMPLE_LENGTH } from '../model/failures.js';
import { EVENT, eventDestination } from './events.js';
import { type Failure, Recorder } from './recorder.js';
import { GAUGES } from './testing/snapshots.js';

const newRecorder = (scrub = (text: string): string => text): Recorder => new Recorder(3, scrub);
const REFUSED: Failure = {
  role: 'connection',
  phase: 'tcp',
  kind: 'tcp-refused',
  code: null,
  sample: 'ECONNREFUSED',
};

describe('Recorder.take', () => {
  it('hands over what was recorded since the last time, and only that', () => {
    const recorder = newRecorder();
    recorder.counts.started += 2;
    recorder.latency('tcp', 150);
    recorder.event(7, EVENT.opened);
    const first = recorder.take(10, GAUGES);
    expect(first).toMatchObject({ worker: 3, untilUs: 10, counts: { started: 2 }, gauges: GAUGES });
    expect(first.latencies.tcp?.sumUs).toBe(150);
    expect([...first.events.atUs]).toEqual([7]);

    recorder.counts.complete++;
    const second = recorder.take(20, GAUGES);
    expect(second.counts).toEqual({ complete: 1 });
    expect(second.latencies).toEqual({});
    expect(second.events.atUs).toHaveLength(0);
  });

  it('hands over what was received of each destination, by the second in which it was sent', () => {
    const recorder = newRecorder();
    const [a, b] = ['/topic/a', '/topic/b'].map((name) => recorder.destination(name, 'topic'));
    for (const number of [b!, a!, b!]) recorder.received(number, 7e6);
    recorder.received(b!, 7e6 - 1);
    recorder.received(b!, 7e6);
    const first = recorder.take(10, GAUGES);
    expect([...first.received]).toEqual([b, 7, 3, a, 7, 1, b, 6, 1]);
    expect(first.counts).toEqual({ received: 5 });
    recorder.received(a!, 7e6);
    expect([...recorder.take(20, GAUGES).received]).toEqual([a, 7, 1]);
    expect([...recorder.take(30, GAUGES).received]).toEqual([]);
  });

  it.each<[string, number[], number[]]>([
    ['an interval of its own second', [1e6, 2e6, 3e6], [0, 1, 2]],
    ['a short one within a second', [0.3e6, 0.9e6, 1e6], [0, 0, 0]],
    ['one that ended a little late', [1.02e6, 2.01e6], [0, 1]],
    ['one that a stalled worker handed over late, by its middle', [2.6e6, 3e6], [1, 2]],
    ['one from before the start', [-0.05e6, 1e6], [0, 0]],
  ])('puts %s into the row in which it belongs', (_, untilUs, rows) => {
    const startUs = 5e9;
    const recorder = newRecorder();
    recorder.begin(startUs);
    expect(untilUs.map((us) => recorder.take(startUs + us, GAUGES).row)).toEqual(rows);
  });
});

describe('Recorder.destination', () => {
  it('numbers destinations in the order in which it meets them, and tells each once', () => {
    const recorder = newRecorder();
    expect(recorder.destination('/topic/a', 'topic')).toBe(0);
    expect(recorder.destination('/topic/b', 'topic')).toBe(1);
    expect(recorder.destination('/topic/a', 'topic')).toBe(0);
    expect(recorder.take(1, GAUGES).destinations.map(({ name }) => name)).toEqual(['/topic/a', '/topic/b']);
    recorder.event(2, EVENT.sent, recorder.destination('/topic/b', 'topic'));
    recorder.destination('/topic/c', 'topic');
    const later = recorder.take(3, GAUGES);
    expect(later.destinations.map(({ name }) => name)).toEqual(['/topic/c']);
    expect(eventDestination(later.events.codes[0]!)).toBe(1);
  });
});

describe('Recorder.failure', () => {
  it('counts a row, and tells its sample once', () => {
    const recorder = newRecorder();
    recorder.failure(REFUSED);
    recorder.failure({ ...REFUSED, sample: 'another text' });
    expect(recorder.take(1, GAUGES).failures).toEqual([{ ...REFUSED, count: 2 }]);
    expect(recorder.take(2, GAUGES).failures).toEqual([]);
    recorder.failure(REFUSED);
    expect(recorder.take(3, GAUGES).failures).toEqual([{ ...REFUSED, count: 1, sample: null }]);
  });

  it('has a row of its own for each role, phase, kind and code', () => {
    const recorder = newRecorder();
    const others: Failure[] = [
      { ...REFUSED, role: 'publisher' },
      { ...REFUSED, phase: 'tls' },
      { ...REFUSED, kind: 'tcp-reset' },
      { ...REFUSED, code: 404 },
    ];
    for (const failure of [REFUSED, ...others]) recorder.failure(failure);
    expect(recorder.take(1, GAUGES).failures.map(({ count }) => count)).toEqual([1, 1, 1, 1, 1]);
  });

  it('takes secrets out of a sample before it cuts it, so that no half of one is left', () => {
    const recorder = newRecorder((text) => text.replaceAll('hush-hush', '***'));
    const before = 'x'.repeat(MAX_SAMPLE_LENGTH - 4);
    recorder.failure({ ...REFUSED, sample: `${before}hush-hush and more` });
    const [row] = recorder.take(1, GAUGES).failures;
    expect(row?.sample).toHaveLength(MAX_SAMPLE_LENGTH);
    expect(row?.sample).not.toContain('hush');
  });

  it('keeps no more rows than it has room for, whatever codes a target invents, and loses no count', () => {
    const recorder = newRecorder();
    const CODES = 5000;
    for (let code = 0; code < CODES; code++) recorder.failure({ ...REFUSED, kind: 'upgrade-status', code });
    const { failures } = recorder.take(1, GAUGES);
    expect(failures.length).toBeLessThanOrEqual(201);
    expect(failures.reduce((sum, { count }) => sum + count, 0)).toBe(CODES);
    expect(failures.find(({ code }) => code === null)?.count).toBe(CODES - 200);
  });
});

describe('Recorder, of the server', () => {
  it('counts versions and subprotocols, and keeps the first software and heart-beat', () => {
    const recorder = newRecorder();
    recorder.sawVersion('1.2');
    recorder.sawVersion('1.2');
    recorder.sawVersion('1.1');
    recorder.sawSubprotocol('v12.stomp');
    recorder.sawSoftware('RabbitMQ/3.10');
    recorder.sawSoftware('another');
    recorder.sawHeartbeat(10_000, 20_000);
    recorder.sawHeartbeat(0, 0);
    expect(recorder.take(1, GAUGES).server).toEqual({
      versions: { '1.2': 2, '1.1': 1 },
      subprotocols: { 'v12.stomp': 1 },
      software: 'RabbitMQ/3.10',
      heartbeatMs: { send: 10_000, receive: 20_000 },
    });
    expect(recorder.take(2, GAUGES).server.versions).toEqual({});
  });

  it('takes secrets out of names before it cuts them', () => {
    const recorder = newRecorder((text) => text.replaceAll('hush-hush', '***'));
    recorder.sawVersion(`${'x'.repeat(36)}hush-hush`);
    recorder.sawSubprotocol('token.hush-hush');
    const { versions, subprotocols } = recorder.take(1, GAUGES).server;
    expect(versions).toEqual({ [`${'x'.repeat(36)}***`]: 1 });
    expect(subprotocols).toEqual({ 'token.***': 1 });
  });

  it('bounds how many names, and how long ones, a target may make it keep', () => {
    const recorder = newRecorder((text) => text.replaceAll('hush', '***'));
    for (let n = 0; n < 1000; n++) recorder.sawVersion(`${n}-${'x'.repeat(1000)}`);
    recorder.sawSoftware(`hush ${'x'.repeat(1000)}`);
    const { versions, software } = recorder.take(1, GAUGES).server;
    expect(Object.keys(versions).length).toBeLessThanOrEqual(20);
    for (const name of Object.keys(versions)) expect(name.length).toBeLessThanOrEqual(40);
    expect(software).toHaveLength(MAX_SAMPLE_LENGTH);
    expect(software).not.toContain('hush');
  });
});
