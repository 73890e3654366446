import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClosedSecond } from '../metrics/closed-second.js';
import { zeroCounters } from '../metrics/counters.js';
import type { RunResult } from '../model/result.js';
import { passingRun } from '../report/testing/sample-result.js';
import type { RunObserver } from '../metrics/run-observer.js';
import { ENDED_WITHIN_MS, Observers } from './observers.js';

const RESULT: RunResult = passingRun();

function secondAt(atSec: number): ClosedSecond {
  return {
    atSec,
    widthSec: 1,
    counts: zeroCounters(),
    latencies: new Map(),
    failures: [],
    open: 0,
    published: 0,
    expected: 0,
    generator: RESULT.series[0]!.generator,
  };
}

/** Remembers what it heard; does what a test says instead, where it says something. */
function observer(does: Partial<RunObserver> = {}): RunObserver & { readonly heard: number[] } {
  const heard: number[] = [];
  return {
    heard,
    started: () => undefined,
    second: ({ atSec }) => {
      heard.push(atSec);
    },
    ended: () => Promise.resolve([]),
    ...does,
  };
}

function failing(): never {
  throw new Error('no socket');
}

describe('Observers', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells each of every second', () => {
    const [a, b] = [observer(), observer()];
    const observers = new Observers([a, b], failing);
    for (const sec of [0, 1, 2]) observers.second(secondAt(sec));
    expect([a.heard, b.heard]).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });

  it('tells one that threw nothing more, and says so once', () => {
    const dropped: string[] = [];
    const second = vi.fn(failing);
    const good = observer();
    const observers = new Observers([observer({ second }), good], (text) => dropped.push(text));
    for (const sec of [0, 1]) observers.second(secondAt(sec));
    expect(second).toHaveBeenCalledTimes(1);
    expect(dropped).toEqual([expect.stringContaining('no socket')]);
    expect(good.heard).toEqual([0, 1]);
  });

  it('hands back what each could not hand on, also of one that fails at the end', async () => {
    const observers = new Observers(
      [
        observer({ ended: () => Promise.resolve(['3 seconds were dropped.']) }),
        observer({ ended: () => Promise.reject(new Error('no socket')) }),
        observer({ ended: failing }),
      ],
      failing,
    );
    expect(await observers.ended(RESULT)).toEqual([
      '3 seconds were dropped.',
      'An exporter failed at the end of the run: no socket',
      'An exporter failed at the end of the run: no socket',
    ]);
  });

  it('does not wait for one that never ends', async () => {
    const ended = new Observers([observer({ ended: () => new Promise(() => undefined) })], failing).ended(
      RESULT,
    );
    await vi.advanceTimersByTimeAsync(ENDED_WITHIN_MS);
    expect(await ended).toEqual([expect.stringContaining('left behind')]);
  });
});
