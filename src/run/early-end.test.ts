import { describe, expect, it } from 'vitest';
import { EarlyEnd } from './early-end.js';
import type { Stop } from './stop-signal.js';

/** A stop that the test asks for. */
function stopping(): { readonly stop: Stop; readonly ask: () => void } {
  const listeners: (() => void)[] = [];
  let asked = false;
  return {
    stop: {
      get asked() {
        return asked;
      },
      onAsked: (listener) => {
        if (asked) listener();
        else listeners.push(listener);
      },
      release: () => undefined,
    },
    ask: () => {
      asked = true;
      for (const listener of listeners) listener();
    },
  };
}

describe('EarlyEnd', () => {
  it('is none while nobody asks for it', () => {
    const early = new EarlyEnd(stopping().stop);
    expect([early.isAsked, early.ending]).toEqual([false, 'completed']);
  });

  it('comes by a stop', async () => {
    const { stop, ask } = stopping();
    const early = new EarlyEnd(stop);
    ask();
    await early.asked;
    expect([early.isAsked, early.ending]).toEqual([true, 'stopped']);
  });

  it('comes by a stop that was asked for before', async () => {
    const { stop, ask } = stopping();
    ask();
    const early = new EarlyEnd(stop);
    await early.asked;
    expect(early.ending).toBe('stopped');
  });

  it('comes by a threshold, and by a stop that follows it', async () => {
    const { stop, ask } = stopping();
    const early = new EarlyEnd(stop);
    early.cutShort();
    await early.asked;
    expect([early.isAsked, early.ending]).toEqual([true, 'cut-short']);
    ask();
    expect(early.ending).toBe('stopped');
  });
});
