import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { PublishPlan } from '../model/plan.js';
import { parseEndpoint } from '../session/endpoint.js';
import type { Publisher } from '../session/publisher.js';
import { SimulatedHost } from '../session/testing/simulated-host.js';
import { PublishEntry, template } from './publishing.js';

const ENDPOINT = parseEndpoint('ws://127.0.0.1/');

const PLAN: PublishPlan = {
  destination: '/topic/{{ publisher }}',
  deliversTo: '/topic/{{ publisher }}',
  publishers: 1,
  ratePerSec: 10,
  sizeBytes: 100,
  body: null,
  contentType: 'text/plain',
  stamp: 'body',
  receipt: false,
  headers: {},
};

describe('a publish entry', () => {
  it('sends message m of its plan at m / rate, by publisher m mod publishers, on whichever share that is', () => {
    const sizes = fc.record({
      publishers: fc.integer({ min: 1, max: 7 }),
      of: fc.integer({ min: 1, max: 5 }),
      ratePerSec: fc.constantFrom(0.5, 3, 10, 1000),
      messages: fc.integer({ min: 0, max: 40 }),
    });
    fc.assert(
      fc.property(sizes, ({ publishers, of, ratePerSec, messages }) => {
        const host = new SimulatedHost();
        const startUs = host.nowUs();
        // Due moments are rounded as floating-point numbers; half an interval is far from both neighbours.
        const untilUs = startUs + ((messages - 0.5) / ratePerSec) * 1e6;
        const due: { inEntry: number; seq: number }[] = [];
        for (let index = 0; index < of; index++) {
          const plan = { ...PLAN, publishers, ratePerSec };
          const entry = new PublishEntry(plan, { index, of }, 0, host, () => ENDPOINT);
          const numbers = new Map<Publisher, number>(
            entry.publishers.map((publisher, local) => [publisher, local * of + index]),
          );
          for (const publisher of entry.publishers) {
            vi.spyOn(publisher, 'due').mockImplementation((seq) => {
              due.push({ inEntry: numbers.get(publisher) ?? -1, seq });
            });
          }
          const dispatcher = entry.begin(startUs, () => undefined);
          expect(dispatcher === null).toBe(entry.publishers.length === 0);
          while (dispatcher !== null && dispatcher.poll(untilUs) <= untilUs);
        }
        const expected = Array.from({ length: messages }, (_, m) => ({
          inEntry: m % publishers,
          seq: Math.floor(m / publishers),
        }));
        const byMessage = (a: { inEntry: number; seq: number }, b: { inEntry: number; seq: number }) =>
          a.seq - b.seq || a.inEntry - b.inEntry;
        expect(due.sort(byMessage)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('connects publisher n of the whole plan to the target of n', () => {
    const asked: number[] = [];
    const endpointOf = (n: number) => {
      asked.push(n);
      return ENDPOINT;
    };
    new PublishEntry({ ...PLAN, publishers: 5 }, { index: 1, of: 2 }, 10, new SimulatedHost(), endpointOf);
    expect(asked).toEqual([11, 13]);
  });
});

it('throws for a template that scenario/ would not have let through', () => {
  expect(() => template('{{ nonsense }}', ['index'])).toThrow('does not parse');
});
