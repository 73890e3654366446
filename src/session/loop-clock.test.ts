import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoopClock } from './loop-clock.js';

/** One turn of an event loop as Node's: timers, a poll that sleeps until something is readable, callbacks, immediates. */
interface Turn {
  readonly timersUs: number;
  /** How long until the next socket becomes readable, counted from when the turn before asked the kernel. */
  readonly nextReadableUs: readonly number[];
  /** How long the callback of each read takes, after its time stamp. */
  readonly callbackUs: number;
  readonly immediatesUs: number;
  /** The loop's own timer wakes it at the latest after this. */
  readonly sleepUs: number;
}

const anyTurn: fc.Arbitrary<Turn> = fc.record({
  timersUs: fc.constantFrom(0, 0, 5, 300, 300_000),
  nextReadableUs: fc.array(fc.integer({ min: 1, max: 50_000 }), { maxLength: 4 }),
  callbackUs: fc.constantFrom(1, 20, 400, 80_000),
  immediatesUs: fc.constantFrom(0, 10, 5000),
  sleepUs: fc.constantFrom(0, 1000, 21_000),
});

interface Read {
  readonly readableUs: number;
  readonly stampUs: number;
  readonly delayUs: number;
}

/** Goes through the turns with a clock of its own, and tells of each read what is true and what the LoopClock said. */
function simulate(turns: readonly Turn[], ticks: 'never' | 'first' | 'last'): Read[] {
  let atUs = 1_000_000;
  let sleptUs = 0;
  let immediates: (() => void)[] = [];
  const reads: Read[] = [];
  let reading = { readableUs: 0, stampUs: 0 };
  const clock = new LoopClock({
    nowUs: () => atUs,
    sleptUs: () => sleptUs,
    atTurnEnd: (callback) => immediates.push(callback),
    record: (delayUs) => reads.push({ ...reading, delayUs }),
  });
  let waiting: number[] = [];
  let lastAskedUs = atUs;
  for (const { timersUs, nextReadableUs, callbackUs, immediatesUs, sleepUs } of turns) {
    waiting.push(...nextReadableUs.map((inUs) => lastAskedUs + inUs));
    atUs += timersUs;
    const earliestUs = Math.min(...waiting);
    if (earliestUs > atUs) {
      const wakeUs = Math.min(earliestUs, atUs + sleepUs);
      sleptUs += wakeUs - atUs;
      atUs = wakeUs;
    }
    lastAskedUs = atUs;
    const readable = waiting.filter((us) => us <= lastAskedUs);
    waiting = waiting.filter((us) => us > lastAskedUs);
    const { turn } = clock;
    for (const readableUs of readable) {
      reading = { readableUs, stampUs: atUs };
      clock.stamped(atUs);
      atUs += callbackUs;
    }
    const due = immediates;
    immediates = [];
    const tick = (): void => {
      clock.checking(turn);
      atUs += immediatesUs;
      clock.checked();
    };
    if (ticks === 'first') tick();
    for (const callback of due) callback();
    if (ticks === 'last') tick();
  }
  return reads;
}

describe('the read delay that a LoopClock tells', () => {
  it('is never less than the true one, whatever the loop does', () => {
    fc.assert(
      fc.property(
        fc.array(anyTurn, { minLength: 1, maxLength: 30 }),
        fc.constantFrom('never', 'first', 'last'),
        (turns, ticks) => {
          for (const { readableUs, stampUs, delayUs } of simulate(turns, ticks)) {
            expect(delayUs).toBeGreaterThanOrEqual(stampUs - readableUs);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is the true one for what an idle loop wakes up for', () => {
    const idle: Turn = {
      timersUs: 0,
      nextReadableUs: [9000],
      callbackUs: 50,
      immediatesUs: 10,
      sleepUs: 21_000,
    };
    const reads = simulate([idle, idle, { ...idle, nextReadableUs: [9000, 9000, 9000] }], 'last');
    expect(reads.map(({ delayUs }) => delayUs)).toEqual([0, 0, 0, 50, 100]);
  });

  it('is as long as a timer held the loop up', () => {
    const blocked: Turn = {
      timersUs: 300_000,
      nextReadableUs: [10],
      callbackUs: 1,
      immediatesUs: 0,
      sleepUs: 0,
    };
    const [read] = simulate([blocked], 'last');
    expect(read?.delayUs).toBe(300_000);
  });

  it('counts stamps and keeps the longest delay until it is asked for', () => {
    let nowUs = 0;
    const clock = new LoopClock({
      nowUs: () => nowUs,
      sleptUs: () => 0,
      atTurnEnd: () => undefined,
      record: () => undefined,
    });
    for (nowUs of [10, 40, 70]) clock.stamped(nowUs);
    expect(clock.stamps).toBe(3);
    expect([clock.takeDelayMaxUs(), clock.takeDelayMaxUs()]).toEqual([70, 0]);
  });
});
