import { describe, expect, it } from 'vitest';
import { type Pulse, standstillBetween } from './standstills.js';

const SLEEP_US = 21_000;
const BEFORE: Pulse = {
  atUs: 5_000_000,
  scheduled: { ranUs: 700, waitedUs: 30 },
  gcUs: 40,
  transfers: 5,
  messages: 10,
  connects: 2,
};

/** A second later, in which the thread did nothing but what is told. */
function secondIn(changes: {
  readonly ranUs?: number;
  readonly waitedUs?: number;
  readonly gcUs?: number;
  readonly transfers?: number;
  readonly messages?: number;
  readonly connects?: number;
}): Pulse {
  const { ranUs = 0, waitedUs = 0, gcUs = 0, transfers = 0, messages = 0, connects = 0 } = changes;
  return {
    atUs: BEFORE.atUs + 1_000_000,
    scheduled: { ranUs: 700 + ranUs, waitedUs: 30 + waitedUs },
    gcUs: BEFORE.gcUs + gcUs,
    transfers: BEFORE.transfers + transfers,
    messages: BEFORE.messages + messages,
    connects: BEFORE.connects + connects,
  };
}

describe('a standstill', () => {
  it.each([
    ['a pause, when the thread neither ran nor waited', {}, 'process-paused'],
    ['want of a CPU, when it waited for most of it', { ranUs: 3e5, waitedUs: 6e5 }, 'cpu-starved'],
    ['a blocked loop, when it ran without work that explains it', { ranUs: 9e5 }, 'loop-blocked'],
    [
      'a blocked loop, though some work was done too',
      { ranUs: 9e5, transfers: 4000, messages: 20_000 },
      'loop-blocked',
    ],
    ['garbage collection, when that was most of what it ran', { ranUs: 9e5, gcUs: 5e5 }, 'gc-pauses'],
    ['too much work, when its messages explain it', { ranUs: 9e5, messages: 50_000 }, 'cpu-saturated'],
    ['too much work, when its reads explain it', { ranUs: 9e5, transfers: 16_000 }, 'cpu-saturated'],
    ['too much work, when its connects explain it', { ranUs: 9e5, connects: 1500 }, 'cpu-saturated'],
  ] as const)('is %s', (_, changes, cause) => {
    expect(standstillBetween(BEFORE, secondIn(changes), SLEEP_US)).toEqual({ cause, us: 979_000 });
  });

  // The kernel's account has grains: of a short time it may have nothing at all yet.
  it('is no pause when it is short', () => {
    const soon = { ...BEFORE, atUs: BEFORE.atUs + 110_000 };
    expect(standstillBetween(BEFORE, soon, SLEEP_US)).toEqual({ cause: 'loop-blocked', us: 89_000 });
    const later = { ...BEFORE, atUs: BEFORE.atUs + 130_000 };
    expect(standstillBetween(BEFORE, later, SLEEP_US)).toEqual({ cause: 'process-paused', us: 109_000 });
  });

  it('is nothing while the loop sleeps as it may', () => {
    const soon = { ...BEFORE, atUs: BEFORE.atUs + 20_000 };
    expect(standstillBetween(BEFORE, soon, SLEEP_US).us).toBe(0);
  });

  it('has no better name where the kernel does not account for threads', () => {
    const after = { ...secondIn({}), scheduled: null };
    expect(standstillBetween(BEFORE, after, SLEEP_US)).toEqual({ cause: 'loop-blocked', us: 979_000 });
  });
});
