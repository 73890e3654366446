import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nowUs } from '../../shared/clock.js';
import { DelayLine } from './delay-line.js';

describe('DelayLine', () => {
  it('does everything once, in the order of its time and then of its asking, and nothing too early', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 40 }), async (delaysMs) => {
        const line = new DelayLine();
        const done: { index: number; delayMs: number; lateUs: number }[] = [];
        const start = nowUs();
        await new Promise<void>((resolve) => {
          for (const [index, delayMs] of delaysMs.entries()) {
            line.after(delayMs, () => {
              done.push({ index, delayMs, lateUs: nowUs() - start - delayMs * 1000 });
            });
          }
          line.after(30, resolve);
        });
        expect(line.length).toBe(0);
        expect(done.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual([...delaysMs.keys()]);
        expect(done.every(({ lateUs }) => lateUs >= 0)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps the order of equal delays', async () => {
    const line = new DelayLine();
    const done: number[] = [];
    await new Promise<void>((resolve) => {
      for (let n = 0; n < 100; n++) line.after(5, () => done.push(n));
      line.after(6, resolve);
    });
    expect(done).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  it('does what is added by what it does in a later round', async () => {
    const line = new DelayLine();
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      line.after(1, () => {
        line.after(0, resolve);
        setImmediate(() => order.push('event loop'));
      });
    });
    expect(order).toEqual(['event loop']);
  });

  it('does at once what comes when too many wait', async () => {
    const line = new DelayLine(1);
    line.after(60_000, () => undefined);
    await new Promise<void>((resolve) => {
      line.after(60_000, resolve);
    });
    expect(line.length).toBe(1);
    line.clear();
  });

  it('forgets what waits when it is cleared', async () => {
    const line = new DelayLine();
    const done: string[] = [];
    line.after(1, () => done.push('cleared'));
    line.clear();
    await new Promise<void>((resolve) => {
      line.after(5, resolve);
    });
    expect(done).toEqual([]);
  });
});
