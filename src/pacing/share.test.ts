import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Schedule } from './schedule.js';
import { PublisherShare, dealtCount, dealtIndex } from './share.js';

const anyWorkers = fc.integer({ min: 1, max: 40 });

function sharesOf(workers: number): { index: number; of: number }[] {
  return Array.from({ length: workers }, (_, index) => ({ index, of: workers }));
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const rising = (a: number, b: number): number => a - b;

describe('dealtCount and dealtIndex', () => {
  it('deal out every arrival exactly once', () => {
    fc.assert(
      fc.property(fc.nat(2000), anyWorkers, (total, workers) => {
        const dealt = sharesOf(workers).flatMap((share) =>
          upTo(dealtCount(total, share)).map((k) => dealtIndex(k, share)),
        );
        expect(dealt.sort(rising)).toEqual(upTo(total));
      }),
    );
  });

  it('give shares that differ by one at most', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), anyWorkers, (total, workers) => {
        const counts = sharesOf(workers).map((share) => dealtCount(total, share));
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('add the rates up to the whole at every moment, whatever the schedule', () => {
    const stage = fc.record({
      fromPerSec: fc.integer({ min: 1, max: 500 }),
      toPerSec: fc.integer({ min: 1, max: 500 }),
      durationMs: fc.integer({ min: 1, max: 5000 }),
    });
    const stages = fc.array(stage, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(stages, fc.nat(1000), anyWorkers, fc.nat(15_000), (plan, total, workers, ms) => {
        const schedule = new Schedule(plan);
        const dueByShare = sharesOf(workers).map((share) =>
          upTo(dealtCount(total, share)).map((k) => schedule.dueMs(dealtIndex(k, share))),
        );
        const dueUntil = dueByShare.flat().filter((dueMs) => dueMs <= ms).length;
        expect(dueUntil).toBe(Math.min(total, schedule.countAt(ms)));
        expect(dueByShare.flat().sort(rising)).toEqual(upTo(total).map((n) => schedule.dueMs(n)));
      }),
    );
  });
});

describe('PublisherShare', () => {
  const anyEntry = { publishers: fc.integer({ min: 1, max: 60 }), workers: anyWorkers };
  const sharesWithWork = (publishers: number, workers: number): PublisherShare[] =>
    sharesOf(workers)
      .map((share) => new PublisherShare(publishers, share))
      .filter(({ count }) => count > 0);

  it('puts every publisher of an entry on exactly one share', () => {
    fc.assert(
      fc.property(anyEntry.publishers, anyEntry.workers, (publishers, workers) => {
        const dealt = sharesWithWork(publishers, workers).flatMap((share) =>
          upTo(share.count).map((local) => share.publisher(local)),
        );
        expect(dealt.sort(rising)).toEqual(upTo(publishers));
      }),
    );
  });

  it('sends every message of an entry exactly once, in its publisher’s turn', () => {
    fc.assert(
      fc.property(
        anyEntry.publishers,
        anyEntry.workers,
        fc.integer({ min: 1, max: 5 }),
        (publishers, workers, rounds) => {
          const sent: number[] = [];
          for (const share of sharesWithWork(publishers, workers)) {
            for (let k = 0; k < share.count * rounds; k++) {
              const { local, seq } = share.message(k);
              const message = share.entryIndex(local, seq);
              expect(message % publishers).toBe(share.publisher(local));
              sent.push(message);
            }
          }
          expect(sent.sort(rising)).toEqual(upTo(publishers * rounds));
        },
      ),
    );
  });

  it('sends a share’s messages in the order in which they are due', () => {
    fc.assert(
      fc.property(anyEntry.publishers, anyEntry.workers, (publishers, workers) => {
        for (const share of sharesWithWork(publishers, workers)) {
          const messages = upTo(share.count * 3).map((k) => {
            const { local, seq } = share.message(k);
            return share.entryIndex(local, seq);
          });
          expect(messages).toEqual([...messages].sort(rising));
        }
      }),
    );
  });

  it('counts each publisher’s own messages from 0 without a gap', () => {
    const share = new PublisherShare(5, { index: 1, of: 2 });
    const sent = upTo(6).map((k) => share.message(k));
    expect(sent.filter(({ local }) => local === 1).map(({ seq }) => seq)).toEqual([0, 1, 2]);
  });
});
