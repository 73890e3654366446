import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dispatcher } from './dispatcher.js';

interface Started {
  readonly k: number;
  readonly dueUs: number;
  readonly atUs: number;
}

/** A dispatcher in simulated time: it is polled at the moments it asks for, each later by what the test says. */
function simulate(dueUs: readonly number[], latenessUs: (poll: number) => number): Started[] {
  const started: Started[] = [];
  let nowUs = 0;
  const dispatcher = new Dispatcher(
    dueUs.length,
    (k) => dueUs[k] ?? Infinity,
    (k, due) => {
      started.push({ k, dueUs: due, atUs: nowUs });
      return true;
    },
  );
  for (let poll = 0; ; poll++) {
    const nextUs = dispatcher.poll(nowUs);
    if (nextUs === Infinity) return started;
    nowUs = nextUs + latenessUs(poll);
  }
}

const anyDue = fc.array(fc.nat(50_000), { maxLength: 300 }).map((moments) => moments.sort((a, b) => a - b));
const anyLateness = fc.array(fc.nat(20_000), { minLength: 1, maxLength: 20 });

describe('Dispatcher', () => {
  it('starts everything once, in order and never early, however late it is polled', () => {
    fc.assert(
      fc.property(anyDue, anyLateness, (dueUs, lateness) => {
        const started = simulate(dueUs, (poll) => lateness[poll % lateness.length] ?? 0);
        expect(started.map(({ k }) => k)).toEqual(dueUs.map((_, k) => k));
        expect(started.map((start) => start.dueUs)).toEqual(dueUs);
        for (const start of started) expect(start.atUs).toBeGreaterThanOrEqual(start.dueUs);
      }),
    );
  });

  it('knows how many are due and not started', () => {
    fc.assert(
      fc.property(anyDue, fc.nat(60_000), fc.nat(60_000), (dueUs, polledUs, askedUs) => {
        const dispatcher = new Dispatcher(
          dueUs.length,
          (k) => dueUs[k] ?? Infinity,
          () => true,
        );
        dispatcher.poll(polledUs);
        const due = dueUs.slice(dispatcher.started).filter((us) => us <= askedUs);
        expect(dispatcher.overdue(askedUs)).toBe(due.length);
      }),
    );
  });

  it('starts at the due moment itself when it is polled when it asks to be', () => {
    const started = simulate([0, 10, 10, 25], () => 0);
    expect(started.map(({ atUs }) => atUs)).toEqual([0, 10, 10, 25]);
  });

  it('bounds the burst of one poll, and asks for the next one at once', () => {
    let started = 0;
    const dispatcher = new Dispatcher(
      1000,
      () => 0,
      () => {
        started++;
        return true;
      },
    );
    expect(dispatcher.poll(5)).toBe(5);
    expect(started).toBeGreaterThan(0);
    expect(started).toBeLessThan(1000);
  });

  it('offers again what could not be started, and nothing after it meanwhile', () => {
    const offered: number[] = [];
    let blocked = true;
    const dispatcher = new Dispatcher(
      3,
      (k) => k,
      (k) => {
        offered.push(k);
        return k === 0 || !blocked;
      },
    );
    expect(dispatcher.poll(10)).toBe(Infinity);
    expect(dispatcher.poll(11)).toBe(Infinity);
    expect(offered).toEqual([0, 1, 1]);
    expect(dispatcher.started).toBe(1);
    blocked = false;
    dispatcher.poll(12);
    expect(offered).toEqual([0, 1, 1, 1, 2]);
    expect(dispatcher.finished).toBe(true);
  });

  it('starts nothing more once it is stopped, also from within a start', () => {
    const started: number[] = [];
    const dispatcher = new Dispatcher(
      Infinity,
      (k) => k,
      (k) => {
        started.push(k);
        if (k === 2) dispatcher.stop();
        return true;
      },
    );
    expect(dispatcher.poll(100)).toBe(Infinity);
    expect(dispatcher.poll(200)).toBe(Infinity);
    expect(started).toEqual([0, 1, 2]);
    expect(dispatcher.finished).toBe(true);
  });

  it('is finished from the beginning when there is nothing to start', () => {
    const dispatcher = new Dispatcher(
      0,
      () => 0,
      () => true,
    );
    expect(dispatcher.finished).toBe(true);
    expect(dispatcher.poll(0)).toBe(Infinity);
  });
});
