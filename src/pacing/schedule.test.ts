import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RateStage, Schedule } from './schedule.js';

const constant = (perSec: number, durationMs: number | null = null): RateStage => ({
  fromPerSec: perSec,
  toPerSec: perSec,
  durationMs,
});
const ramp = (fromPerSec: number, toPerSec: number, durationMs: number): RateStage => ({
  fromPerSec,
  toPerSec,
  durationMs,
});

/** Whole rates from 0 on, as ramps and plateaus, the last one never 0, so that every arrival is due sometime. */
const anyStages = fc
  .tuple(
    fc.array(
      fc.record({
        fromPerSec: fc.integer({ min: 0, max: 2000 }),
        toPerSec: fc.integer({ min: 0, max: 2000 }),
        durationMs: fc.integer({ min: 0, max: 60_000 }),
      }),
      { maxLength: 4 },
    ),
    fc.integer({ min: 1, max: 2000 }),
  )
  .map(([stages, perSec]): RateStage[] => [...stages, constant(perSec)]);

const anyArrival = fc.integer({ min: 0, max: 200_000 });

/** N(t) by the midpoint rule, exact for rates that are linear within each stage. */
function integral(stages: readonly RateStage[], ms: number): number {
  let arrivals = 0;
  let startMs = 0;
  for (const { fromPerSec, toPerSec, durationMs } of stages) {
    const lengthMs = durationMs ?? Infinity;
    const withinMs = Math.min(ms - startMs, lengthMs);
    if (withinMs < 0) break;
    if (withinMs === 0) continue;
    const endPerSec =
      durationMs === null ? fromPerSec : fromPerSec + ((toPerSec - fromPerSec) * withinMs) / lengthMs;
    arrivals += (((fromPerSec + endPerSec) / 2) * withinMs) / 1000;
    startMs += lengthMs;
  }
  return arrivals;
}

describe('Schedule.dueMs', () => {
  it.each<[string, RateStage[], number, number]>([
    ['the first arrival of a constant rate', [constant(500)], 0, 0],
    ['the second arrival of a constant rate', [constant(500)], 1, 2],
    ['an arrival an hour away', [constant(500)], 1_800_000, 3_600_000],
    ['a rate below one a second', [constant(0.5)], 3, 6000],
    ['the last of a first stage', [constant(100, 10_000), constant(1000, 30_000)], 999, 9990],
    ['the first of a second stage', [constant(100, 10_000), constant(1000, 30_000)], 1000, 10_000],
    ['the second of a second stage', [constant(100, 10_000), constant(1000, 30_000)], 1001, 10_001],
    ['what the last stage left over, at its last rate', [constant(100, 1000)], 150, 1500],
    ['the first of a ramp from zero', [ramp(0, 100, 10_000)], 0, 0],
    ['a ramp from zero: 5 t² arrivals after t seconds', [ramp(0, 100, 10_000)], 125, 5000],
    ['a ramp upwards from a rate', [ramp(10, 30, 2000)], 40, 2000],
    ['a ramp down: 100 t - 5 t²', [ramp(100, 0, 10_000), constant(1)], 375, 5000],
    ['a stage without length', [constant(100, 0), constant(10)], 1, 100],
    ['a delay before the first', [constant(0, 3000), constant(10)], 0, 3000],
    [
      'a pause, at whose beginning nothing more is due',
      [constant(10, 1000), constant(0, 5000), constant(10)],
      10,
      6000,
    ],
    ['what never comes after a ramp to zero', [ramp(100, 0, 10_000)], 500, Infinity],
    ['the last before a ramp to zero ends', [ramp(100, 0, 10_000)], 480, 8000],
    ['what an endless rate of zero never brings', [constant(0)], 0, Infinity],
  ])('%s', (_, stages, n, dueMs) => {
    expect(new Schedule(stages).dueMs(n)).toBeCloseTo(dueMs, 6);
  });

  it('never falls', () => {
    fc.assert(
      fc.property(anyStages, anyArrival, (stages, n) => {
        const schedule = new Schedule(stages);
        expect(schedule.dueMs(n + 1)).toBeGreaterThanOrEqual(schedule.dueMs(n));
      }),
    );
  });

  it('is where the integral of the rate reaches the number of the arrival', () => {
    fc.assert(
      fc.property(anyStages, anyArrival, (stages, n) => {
        expect(integral(stages, new Schedule(stages).dueMs(n))).toBeCloseTo(n, 3);
      }),
    );
  });
});

describe('Schedule.countAt', () => {
  it.each<[string, RateStage[], number, number]>([
    ['nothing before the start', [constant(100)], -1, 0],
    ['the first arrival at once', [constant(100)], 0, 1],
    ['no arrival early', [constant(100)], 9.999, 1],
    ['an arrival at its very moment', [constant(100)], 10, 2],
    ['two stages together', [constant(100, 10_000), constant(1000)], 11_000, 2001],
    ['nothing in a delay before the first', [constant(0, 3000), constant(10)], 2999, 0],
    ['nothing in a pause', [constant(10, 1000), constant(0, 5000), constant(10)], 5999, 10],
    ['the end of a pause', [constant(10, 1000), constant(0, 5000), constant(10)], 6000, 11],
    ['no more than a ramp to zero brings', [ramp(100, 0, 10_000)], 60_000, 500],
  ])('counts %s', (_, stages, ms, count) => {
    expect(new Schedule(stages).countAt(ms)).toBe(count);
  });

  it('counts exactly the arrivals that are due until then', () => {
    fc.assert(
      fc.property(anyStages, anyArrival, (stages, n) => {
        const schedule = new Schedule(stages);
        const dueMs = schedule.dueMs(n);
        expect(schedule.countAt(dueMs)).toBeGreaterThanOrEqual(n + 1);
        expect(schedule.countAt(dueMs - 1e-6)).toBeLessThanOrEqual(n);
      }),
    );
  });

  // At a large time or count the last digit of a sum is worth more than any fixed tolerance.
  it('loses no arrival to rounding, days into a fast run', () => {
    const schedule = new Schedule([constant(3, 86_400_000), constant(7_000)]);
    for (let n = 400_000_000; n < 400_001_000; n++) expect(schedule.countAt(schedule.dueMs(n))).toBe(n + 1);
  });
});
