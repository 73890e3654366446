import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT, EventBuffer, eventCode, eventDestination, eventType } from './events.js';

const anyType = fc.constantFrom(...Object.values(EVENT));
const anyDestination = fc.nat(2 ** 28 - 1);

describe('an event’s code', () => {
  it('gives back its type and its destination', () => {
    fc.assert(
      fc.property(anyType, anyDestination, (type, destination) => {
        const [code] = new Uint32Array([eventCode(type, destination)]);
        expect(eventType(code!)).toBe(type);
        expect(eventDestination(code!)).toBe(destination);
      }),
    );
  });
});

describe('EventBuffer', () => {
  it('hands over everything that was added, in its order, however much it is', () => {
    const buffer = new EventBuffer();
    const expected = Array.from({ length: 5000 }, (_, n) => n * 1.5);
    expected.forEach((atUs, n) => {
      buffer.add(atUs, EVENT.sent, n);
    });
    const { atUs, codes } = buffer.take();
    expect([...atUs]).toEqual(expected);
    expect([...codes].map(eventDestination)).toEqual(expected.map((_, n) => n));
  });

  it('begins every interval empty, and leaves alone what it has handed over', () => {
    const buffer = new EventBuffer();
    buffer.add(1, EVENT.opened, 0);
    const first = buffer.take();
    buffer.add(2, EVENT.closed, 0);
    const second = buffer.take();
    expect([...first.atUs]).toEqual([1]);
    expect([...second.atUs]).toEqual([2]);
    expect([...second.codes].map(eventType)).toEqual([EVENT.closed]);
    expect(buffer.take().atUs).toHaveLength(0);
  });
});
