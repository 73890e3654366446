import { describe, expect, it } from 'vitest';
import { expectationsOf } from './expectations.js';
import { loadText } from './testing/load-text.js';

const expected = (yaml: string) => expectationsOf(loadText(`target: embedded\n${yaml}`).plan);

describe('the last arrival', () => {
  it.each([
    ['{ connections: 1, rate: 1/s }', 0],
    ['{ connections: 1001, rate: 100/s }', 10_000],
    // 10 s at 100/s are 1,000; 1,000 more at 200/s take 5 s.
    ['{ connections: 2001, stages: [{ rate: 100/s, for: 10s }, { rate: 200/s, for: 1s }] }', 15_000],
    // From 0 to 100/s in 10 s are 500: half the time a quarter of them.
    ['{ connections: 126, stages: [{ to: 100/s, for: 10s }] }', 5000],
    // 1,000, then a ramp from 100 to 300/s: its first 5 s have 750.
    ['{ connections: 1751, stages: [{ rate: 100/s, for: 10s }, { to: 300/s, for: 10s }] }', 15_000],
    // 100, then a ramp down from 100 to 50/s with 750 in 10 s, then 950 at 50/s in 19 s.
    ['{ connections: 1801, stages: [{ rate: 100/s, for: 1s }, { to: 50/s, for: 10s }] }', 30_000],
  ])('of %s is due after %d ms', (connect, ms) => {
    expect(expected(`connect: ${connect}`).lastArrivalMs).toBeCloseTo(ms, 6);
  });
});

describe('deliveries per second', () => {
  const connect = 'connect: { connections: 1000 }';
  it.each([
    ['/topic/a', '{ destination: /topic/a, rate: 3/s }', 3000],
    ['/topic/{{ index % 10 }}', '{ destination: "/topic/{{ seq % 10 }}", rate: 3/s }', 300],
    ['/topic/{{ index % 10 }}', '{ destination: "/topic/{{ seq % 20 }}", rate: 3/s }', 150],
    ['/topic/{{ index % 10 }}', '{ destination: /topic/3, rate: 3/s }, { destination: /topic/x }', 300],
    ['/queue/a', '{ destination: /queue/a, rate: 3/s }', 3],
    ['/topic/b', '{ destination: /topic/a, rate: 3/s }', 0],
  ])('at %s from %s are %d', (subscribe, publish, perSec) => {
    const yaml = `${connect}\nsubscribe: [{ destination: "${subscribe}" }]\npublish: [${publish}]`;
    expect(expected(yaml).deliveriesPerSec).toBeCloseTo(perSec, 6);
  });

  it('add up over several subscriptions of each connection', () => {
    const yaml = `${connect}\nsubscribe: [{ destination: a }, { destination: a }]\npublish: [{ destination: a }]`;
    expect(expected(yaml).deliveriesPerSec).toBe(2000);
  });
});

it.each([
  ['', 0],
  ['publish: [{ destination: a, publishers: 51 }, { destination: b, publishers: 50 }]', 10_000],
])('publishers connect before all others, at the same rate: %j', (publish, preparingMs) => {
  const yaml = `connect: { connections: 101, rate: 10/s }\nhold: 5s\ndisconnect: { rate: unlimited }\n${publish}`;
  expect(expected(yaml)).toMatchObject({ preparingMs, lastArrivalMs: 10_000, totalMs: preparingMs + 15_000 });
});

it('the total is the arrivals, the hold and the leaving', () => {
  const yaml = 'connect: { connections: 101, rate: 10/s }\nhold: 5s\ndisconnect: { rate: 50/s }';
  expect(expected(yaml)).toMatchObject({ lastArrivalMs: 10_000, leavingMs: 2000, totalMs: 17_000 });
});

describe('a note', () => {
  const sub = (rest: string): string => `subscribe: [{ destination: "/topic/{{ index % 4 }}"${rest} }]`;
  it.each([
    [
      `${sub('')}\npublish: [{ destination: /topic/1 }]`,
      'arrive at only 1 of the 4 destinations of subscribe[0]',
    ],
    [`${sub('')}\npublish: [{ destination: /topic/9 }]`, 'do not arrive at subscribe[0]'],
    [sub(', awaitMessage: true'), 'waits for messages that others have to publish'],
    [
      `${sub('')}\npublish: [{ destination: "/topic/{{ seq % 4 }}", rate: 6/min }]`,
      'every 40 s: longer than',
    ],
    ['subscribe: [{ destination: /queue/a }]\npublish: [{ destination: /queue/a }]', 'one subscriber'],
    ['connect: { tls: { insecure: true } }', 'Certificates are not checked'],
  ])('on %j', (yaml, words) => {
    expect(expected(yaml).notes.join('\n')).toContain(words);
  });

  it('is not made where there is nothing to say', () => {
    expect(expected(`${sub('')}\npublish: [{ destination: "/topic/{{ seq % 4 }}" }]`).notes).toEqual([]);
  });
});
