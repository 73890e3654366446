import { describe, expect, it } from 'vitest';
import { type WorkerInterval, unsoundCause } from './soundness.js';

const WELL: WorkerInterval = {
  spanUs: 1_000_000,
  ranUs: 100_000,
  cpuWaitUs: 200_000,
  standstill: { cause: 'loop-blocked', us: 200_000 },
  standstillBefore: { cause: 'loop-blocked', us: 0 },
  readDelayMaxUs: 200_000,
  ownLagMaxUs: 200_000,
  utilization: 0.5,
};

describe('a worker', () => {
  it.each<[string, Partial<WorkerInterval>, ReturnType<typeof unsoundCause>]>([
    ['is well up to its limits', {}, null],
    [
      'is unwell for what made its loop stand still',
      { standstill: { cause: 'gc-pauses', us: 200_001 } },
      'gc-pauses',
    ],
    ['is starved when it waits for a CPU a fifth of the time', { cpuWaitUs: 200_001 }, 'cpu-starved'],
    ['is not starved while it runs longer than it waits', { cpuWaitUs: 4e5, ranUs: 4e5 }, null],
    ['is not starved by a moment, however short the interval', { spanUs: 1e5, cpuWaitUs: 9e4 }, null],
    [
      'has one cause, and a standstill goes before a wait',
      { standstill: { cause: 'process-paused', us: 3e6 }, cpuWaitUs: 4e5 },
      'process-paused',
    ],
    [
      'is blocked when what it read was old, though no single standstill was that long',
      { readDelayMaxUs: 200_001, standstill: { cause: 'loop-blocked', us: 150_000 } },
      'loop-blocked',
    ],
    [
      'is what held it up before when this interval began with what waited for that',
      {
        readDelayMaxUs: 1.2e6,
        standstill: { cause: 'loop-blocked', us: 20_000 },
        standstillBefore: { cause: 'cpu-saturated', us: 1.1e6 },
      },
      'cpu-saturated',
    ],
    ['is behind its schedule when it starts late by itself', { ownLagMaxUs: 200_001 }, 'schedule-lag'],
    [
      'is saturated when it is late and has no reserve',
      { ownLagMaxUs: 3e5, utilization: 1 },
      'cpu-saturated',
    ],
  ])('%s', (_, changes, cause) => {
    expect(unsoundCause({ ...WELL, ...changes })).toBe(cause);
  });
});
