import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeenMessages } from './seen-messages.js';

describe('SeenMessages', () => {
  it('tells every copy from a message that comes late by less than the window', () => {
    const anyMessages = fc.array(
      fc.record({ publisher: fc.nat(3), seq: fc.nat(200), copies: fc.nat(2), delay: fc.nat(30) }),
      { minLength: 1, maxLength: 200 },
    );
    fc.assert(
      fc.property(anyMessages, (messages) => {
        const arrivals = messages.flatMap(({ publisher, seq, copies }) =>
          Array.from({ length: copies + 1 }, () => ({ publisher, seq })),
        );
        // Within a window: numbers of a publisher rise, but for a shuffle of neighbours.
        arrivals.sort((a, b) => Math.floor(a.seq / 16) - Math.floor(b.seq / 16));
        const [first, ...rest] = arrivals;
        const seen = new SeenMessages(first!.publisher, first!.seq);
        const model = new Set([`${first!.publisher} ${first!.seq}`]);
        for (const { publisher, seq } of rest) {
          const key = `${publisher} ${seq}`;
          expect(seen.isCopy(publisher, seq)).toBe(model.has(key));
          model.add(key);
        }
      }),
    );
  });

  it('takes what is further back for late', () => {
    const seen = new SeenMessages(0, 0);
    expect(seen.isCopy(0, 100)).toBe(false);
    expect(seen.isCopy(0, 68)).toBe(false);
    expect(seen.isCopy(0, 69)).toBe(false);
    expect(seen.isCopy(0, 69)).toBe(true);
  });
});
