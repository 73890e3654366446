import { describe, expect, it, vi } from 'vitest';
import { StopSignal } from './stop-signal.js';

type Signal = 'SIGINT' | 'SIGTERM';

/** The signals of a process, which come when the test says. */
class Signals {
  nowUs = 0;
  readonly #listeners = new Map<Signal, Set<() => void>>();

  onSignal(signal: Signal, listener: () => void): () => void {
    const listeners = this.#listeners.get(signal) ?? new Set();
    this.#listeners.set(signal, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  send(signal: Signal, atMs: number): void {
    this.nowUs = 5e9 + atMs * 1000;
    for (const listener of this.#listeners.get(signal) ?? []) listener();
  }
}

function listening(): { signals: Signals; stop: StopSignal; asked: () => number; left: () => number } {
  const signals = new Signals();
  const leave = vi.fn();
  const listener = vi.fn();
  const stop = new StopSignal(signals, leave, () => signals.nowUs);
  stop.onAsked(listener);
  return { signals, stop, asked: () => listener.mock.calls.length, left: () => leave.mock.calls.length };
}

describe('StopSignal', () => {
  it.each<Signal>(['SIGINT', 'SIGTERM'])(
    'asks for a stop on the first %s, and leaves nothing yet',
    (signal) => {
      const { signals, stop, asked, left } = listening();
      expect(stop.asked).toBe(false);
      signals.send(signal, 0);
      expect(stop.asked).toBe(true);
      expect([asked(), left()]).toEqual([1, 0]);
    },
  );

  it('takes the same press that arrives twice for one', () => {
    const { signals, asked, left } = listening();
    signals.send('SIGINT', 0);
    signals.send('SIGINT', 5);
    signals.send('SIGINT', 199);
    expect([asked(), left()]).toEqual([1, 0]);
  });

  it('leaves at once on a second one', () => {
    const { signals, asked, left } = listening();
    signals.send('SIGINT', 0);
    signals.send('SIGINT', 201);
    expect([asked(), left()]).toEqual([1, 1]);
  });

  it('leaves at once on a second one after a doubled first', () => {
    const { signals, left } = listening();
    signals.send('SIGINT', 0);
    signals.send('SIGINT', 3);
    signals.send('SIGTERM', 1000);
    expect(left()).toBe(1);
  });

  it('tells who asks only after it was asked, too', () => {
    const { signals, stop } = listening();
    signals.send('SIGINT', 0);
    const late = vi.fn();
    stop.onAsked(late);
    expect(late).toHaveBeenCalledOnce();
  });

  it('hears nothing any more once it is released', () => {
    const { signals, stop, asked } = listening();
    stop.release();
    signals.send('SIGINT', 0);
    signals.send('SIGTERM', 1000);
    expect([stop.asked, asked()]).toEqual([false, 0]);
  });

  it('lets go of what listened for one of several runs once that is released', () => {
    const { signals, stop, asked } = listening();
    const [first, second] = [vi.fn(), vi.fn()];
    const ofFirst = stop.forOneRun();
    ofFirst.onAsked(first);
    ofFirst.release();
    const ofSecond = stop.forOneRun();
    ofSecond.onAsked(second);
    signals.send('SIGINT', 0);
    expect([first.mock.calls.length, second.mock.calls.length, asked()]).toEqual([0, 1, 1]);
    expect(ofSecond.asked).toBe(true);
  });
});
