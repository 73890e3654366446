import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EVENT, eventCode, eventType } from './events.js';
import { PendingEvents } from './pending-events.js';

type Event = readonly [atUs: number, code: number, sinceUs: number, doubtUs: number, worker: number];

function taken(pending: PendingEvents, untilUs: number): Event[] {
  const told: Event[] = [];
  pending.takeBefore(untilUs, (...event) => told.push(event));
  return told;
}

const types = fc.constantFrom(...Object.values(EVENT));
const event = fc
  .tuple(fc.integer({ min: 0, max: 50 }), types, fc.nat(1000), fc.double({ noNaN: true }), fc.nat(255))
  .map(([atUs, type, number, sinceUs, worker]): Event => [
    atUs + 0.5,
    eventCode(type, number),
    sinceUs,
    sinceUs / 2,
    worker,
  ]);

it('tells each event once, by its moment, its type and the order in which they came, whenever it is asked', () => {
  const steps = fc.array(fc.tuple(fc.array(event, { maxLength: 20 }), fc.integer({ min: 0, max: 60 })));
  fc.assert(
    fc.property(steps, (all) => {
      const pending = new PendingEvents();
      let waiting: Event[] = [];
      for (const [events, untilUs] of all) {
        for (const one of events) pending.add(...one);
        waiting.push(...events);
        const due = waiting
          .filter(([atUs]) => atUs < untilUs)
          .sort((a, b) => a[0] - b[0] || eventType(a[1]) - eventType(b[1]));
        waiting = waiting.filter(([atUs]) => atUs >= untilUs);
        expect(taken(pending, untilUs)).toEqual(due);
      }
      expect(taken(pending, Infinity)).toHaveLength(waiting.length);
    }),
  );
});

it('keeps what waits when a long wait for one worker has ended, and goes on', () => {
  const pending = new PendingEvents();
  for (let us = 0; us < 100_000; us++) pending.add(us, us & 0xff, us, us, us & 7);
  expect(taken(pending, 99_990)).toHaveLength(99_990);
  for (let us = 100_000; us < 101_000; us++) pending.add(us, us & 0xff, us, us, us & 7);
  const rest = taken(pending, Infinity);
  expect(rest).toHaveLength(1010);
  expect(rest[0]).toEqual([99_990, 99_990 & 0xff, 99_990, 99_990, 99_990 & 7]);
  expect(rest.at(-1)?.[0]).toBe(100_999);
});
