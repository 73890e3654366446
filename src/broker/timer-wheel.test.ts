import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimerWheel, WheelTimer } from './timer-wheel.js';

class Recorder extends WheelTimer {
  readonly expired: number[] = [];
  readonly #wheel: TimerWheel;

  constructor(wheel: TimerWheel) {
    super();
    this.#wheel = wheel;
  }

  override expire(): void {
    this.expired.push(this.#wheel.nowMs);
  }
}

const TICK_MS = 10;

describe('TimerWheel', () => {
  it('expires every timer once, never early, and in the first advance that reaches its tick', () => {
    const delays = fc.array(fc.nat({ max: 30_000 }), { maxLength: 30 });
    const steps = fc.array(fc.nat({ max: 20_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(delays, steps, fc.nat({ max: 1e9 }), (delaysMs, stepsMs, startMs) => {
        const wheel = new TimerWheel(TICK_MS, startMs);
        const timers = delaysMs.map((delayMs) => {
          const timer = new Recorder(wheel);
          wheel.schedule(timer, delayMs);
          return { timer, dueMs: startMs + delayMs };
        });
        let nowMs = startMs;
        for (const stepMs of [...stepsMs, 40_000]) {
          nowMs += stepMs;
          wheel.advance(nowMs);
          for (const { timer, dueMs } of timers) {
            if (timer.expired.length === 0) expect(nowMs).toBeLessThan(dueMs + 2 * TICK_MS);
          }
        }
        for (const { timer, dueMs } of timers) {
          expect(timer.expired).toHaveLength(1);
          expect(timer.expired[0]).toBeGreaterThanOrEqual(dueMs);
        }
      }),
    );
  });

  it('does not expire a cancelled timer, even one that is cancelled by another of the same tick', () => {
    const wheel = new TimerWheel(TICK_MS, 0);
    const other = new Recorder(wheel);
    class Canceller extends WheelTimer {
      override expire(): void {
        wheel.cancel(other);
      }
    }
    wheel.schedule(new Canceller(), 20);
    wheel.schedule(other, 20);
    wheel.advance(1000);
    expect(other.expired).toEqual([]);
  });

  it('keeps only the last schedule of a timer', () => {
    const wheel = new TimerWheel(TICK_MS, 0);
    const timer = new Recorder(wheel);
    wheel.schedule(timer, 20);
    wheel.schedule(timer, 50);
    wheel.advance(30);
    expect(timer.expired).toEqual([]);
    wheel.advance(60);
    expect(timer.expired).toEqual([60]);
  });
});
