import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeenBudget, SeenMessages, type Sight } from './seen-messages.js';

/** So far below the highest number everything is told exactly. */
const HORIZON = 32 + 4096;

const newSeen = (bytes?: number): SeenMessages => new SeenMessages(new SeenBudget(bytes));

/** By definition, from all that ever came. */
class Model {
  readonly #came = new Set<number>();
  #highest = -1;

  see(seq: number): Sight {
    const sight = seq > this.#highest ? 'next' : this.#came.has(seq) ? 'copy' : 'reordered';
    this.#came.add(seq);
    this.#highest = Math.max(this.#highest, seq);
    return sight;
  }

  get highest(): number {
    return this.#highest;
  }
}

/** How far the next number is from the highest: mostly the next one, with gaps, late ones and copies. */
const anyStep = fc.oneof(
  { weight: 12, arbitrary: fc.constant(1) },
  { weight: 3, arbitrary: fc.integer({ min: -40, max: 40 }) },
  { weight: 2, arbitrary: fc.integer({ min: -HORIZON + 1, max: 200 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 6000 }) },
);

describe('SeenMessages', () => {
  it('tells every copy and every late message, up to 4,128 behind the highest', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.array(anyStep, { maxLength: 400 }), (first, steps) => {
        const seen = newSeen();
        const model = new Model();
        expect(seen.see(0, first)).toBe(model.see(first));
        for (const step of steps) {
          const seq = model.highest + step;
          if (seq < 0) continue;
          expect([seq, seen.see(0, seq)]).toEqual([seq, model.see(seq)]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('follows each publisher by itself', () => {
    const anyArrivals = fc.array(fc.tuple(fc.nat(5), fc.nat(300)), { maxLength: 300 });
    fc.assert(
      fc.property(anyArrivals, (arrivals) => {
        const seen = newSeen();
        const models = Array.from({ length: 6 }, () => new Model());
        for (const [key, seq] of arrivals) expect(seen.see(key, seq)).toBe(models[key]!.see(seq));
      }),
    );
  });

  it('tells a copy of anything, however old, as long as nothing has ever been missing', () => {
    const seen = newSeen();
    for (let seq = 100; seq < 20_000; seq++) expect(seen.see(0, seq)).toBe('next');
    for (const seq of [100, 5000, 19_000, 19_999]) expect(seen.see(0, seq)).toBe('copy');
  });

  it('can’t tell what is further behind than it remembers, once something is missing', () => {
    const seen = newSeen();
    for (let seq = 0; seq < 10_000; seq++) if (seq % 100 !== 0) seen.see(0, seq);
    expect(seen.see(0, 9999 - HORIZON)).toBe('behind');
    expect(seen.see(0, 9999 - HORIZON + 1)).toBe('copy');
    expect(seen.see(0, 6000)).toBe('reordered');
    expect(seen.see(0, 6000)).toBe('copy');
  });

  it('is right after a jump of any size', () => {
    for (const jump of [31, 32, 33, 4095, 4096, 4127, 4128, 4129, 1e9]) {
      const seen = newSeen();
      for (let seq = 0; seq < 50; seq++) seen.see(0, seq);
      expect(seen.see(0, 49 + jump)).toBe('next');
      expect([jump, seen.see(0, 48 + jump)]).toEqual([jump, jump === 1 ? 'copy' : 'reordered']);
      expect([jump, seen.see(0, 49)]).toEqual([jump, jump < HORIZON ? 'copy' : 'behind']);
    }
  });
});

describe('SeenMessages, of a budget', () => {
  it('follows no publisher for whom there is no memory left', () => {
    const budget = new SeenBudget(250);
    const [a, b] = [new SeenMessages(budget), new SeenMessages(budget)];
    expect([a.see(1, 0), a.see(2, 0), b.see(1, 0)]).toEqual(['next', 'next', 'untold']);
    expect([a.see(2, 0), b.see(1, 0)]).toEqual(['copy', 'untold']);
    a.release();
    expect([b.see(1, 0), b.see(1, 0)]).toEqual(['next', 'copy']);
  });

  it('takes no more than a quarter of the heap', () => {
    const publishersOf = (budget: SeenBudget): number => {
      const seen = new SeenMessages(budget);
      let publishers = 0;
      while (publishers < 10_000 && seen.see(publishers, 0) === 'next') publishers++;
      return publishers;
    };
    expect(publishersOf(SeenBudget.ofHeap(4_480))).toBe(publishersOf(new SeenBudget(1_120)));
    expect(SeenBudget.ofHeap(4 * 1024 ** 3).take(256 * 1024 ** 2 + 1)).toBe(false);
  });

  it('gives back all that it took', () => {
    const budget = new SeenBudget(1000);
    for (let round = 0; round < 10; round++) {
      const seen = new SeenMessages(budget);
      for (const seq of [0, 50, 100, 40]) expect(seen.see(1, seq)).not.toBe('untold');
      expect(seen.see(1, 40)).toBe('copy');
      seen.release();
    }
  });

  it('takes what is behind the window for a copy, and says so, where there is no memory for more', () => {
    const seen = newSeen(200);
    for (let seq = 0; seq < 100; seq++) if (seq !== 50) seen.see(0, seq);
    expect(seen.see(0, 50)).toBe('behind');
    expect(seen.see(0, 10)).toBe('behind');
    expect(seen.see(0, 90)).toBe('copy');
  });
});
