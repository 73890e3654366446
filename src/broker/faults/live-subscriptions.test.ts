import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveSubscriptions, type Seated } from './live-subscriptions.js';

const DESTINATIONS = ['a', 'b', 'c'];

describe('somebody of another destination', () => {
  it('is found whenever there is one, whoever has come and gone', () => {
    const all = DESTINATIONS.flatMap((destination) =>
      Array.from({ length: 4 }, (): Seated => ({ destination, seat: 0 })),
    );
    fc.assert(
      fc.property(fc.array(fc.nat(all.length - 1), { maxLength: 60 }), (toggled) => {
        const live = new LiveSubscriptions<Seated>();
        const present = new Set<Seated>();
        for (const at of toggled) {
          const each = all[at]!;
          if (present.delete(each)) {
            live.remove(each);
          } else {
            live.add(each);
            present.add(each);
          }
          for (const destination of [...DESTINATIONS, 'none']) {
            const others = [...present].filter((other) => other.destination !== destination);
            const found = live.elsewhere(destination);
            expect(found === undefined).toBe(others.length === 0);
            if (found !== undefined) expect(others).toContain(found);
          }
        }
      }),
    );
  });

  it('is another one each time', () => {
    const live = new LiveSubscriptions<Seated>();
    const others = [1, 2, 3].map((): Seated => ({ destination: 'b', seat: 0 }));
    for (const each of others) live.add(each);
    live.add({ destination: 'a', seat: 0 });
    expect(new Set([1, 2, 3].map(() => live.elsewhere('a')))).toEqual(new Set(others));
  });
});
