import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GeneratorRow } from '../model/result.js';
import { Recorder } from './recorder.js';
import { Series } from './series.js';
import type { Gauges } from './snapshot.js';
import { GAUGES } from './testing/snapshots.js';

const START_US = 7e6;
const QUIET = { open: 0, published: 0, expected: 0 };

type Told = readonly [untilSec: number, gauges?: Partial<Gauges>];

/** What the rows say of a generator with one worker that hands over at these moments. */
function rowsOf(told: readonly Told[], seconds: number): readonly GeneratorRow[] {
  const recorder = new Recorder(0, (text) => text);
  recorder.begin(START_US);
  const series = new Series(START_US, () => 0);
  let lastSec = 0;
  for (const [untilSec, gauges] of told) {
    const spanUs = (untilSec - lastSec) * 1e6;
    series.add(recorder.take(START_US + untilSec * 1e6, { ...GAUGES, spanUs, ...gauges }));
    lastSec = untilSec;
  }
  for (let second = 0; second < seconds; second++) series.close(QUIET);
  return series.rows.map(({ generator }) => generator);
}

const unsound = (told: readonly Told[]): number[] =>
  rowsOf(told, 7).flatMap(({ unsoundWorkers }, second) => (unsoundWorkers > 0 ? [second] : []));

describe('an interval in which a worker was not well', () => {
  it('is no sound time of any second that it reaches into', () => {
    const paused: Told = [4.9, { unsound: 'process-paused', loopDelayMaxUs: 2.7e6 }];
    const told: readonly Told[] = [[1.01], [2.01], paused, [5.01], [6.01]];
    expect(unsound(told)).toEqual([2, 3, 4]);
    const rows = rowsOf(told, 7);
    expect(rows.map(({ loopDelayMaxUs }) => loopDelayMaxUs)).toEqual([0, 0, 2.7e6, 2.7e6, 2.7e6, 0, 0]);
    expect(rows.map(({ unsoundSec }) => unsoundSec['process-paused'] ?? 0)).toEqual([
      0, 0, 0.99, 1, 0.9, 0, 0,
    ]);
  });

  it('is of one second alone when it ends some milliseconds after the edge of the next', () => {
    const told: readonly Told[] = [[1.004], [2.03, { unsound: 'cpu-starved' }], [3.001]];
    expect(unsound(told)).toEqual([1]);
    expect(rowsOf(told, 7)[1]?.unsoundSec).toEqual({ 'cpu-starved': 1.026 });
  });

  it('leaves the next second unsound where what had waited for its end is read in it', () => {
    const told: readonly Told[] = [
      [1.01],
      [4.02, { unsound: 'process-paused', loopDelayMaxUs: 2.9e6 }],
      [5.01, { stoodStillBeforeUs: 2.9e6 }],
      [6.01],
    ];
    expect(unsound(told)).toEqual([1, 2, 3, 4]);
    expect(rowsOf(told, 7)[4]).toMatchObject({ unsoundSec: {}, loopDelayMaxUs: 2.9e6 });
  });

  it('has in all rows together the time that it lasted', () => {
    const anyInterval = fc.tuple(fc.double({ min: 0.1, max: 3, noNaN: true }), fc.boolean());
    fc.assert(
      fc.property(fc.array(anyInterval, { minLength: 1, maxLength: 6 }), (intervals) => {
        let untilSec = 0;
        let unwellSec = 0;
        const told = intervals.map(([sec, unwell]): Told => {
          untilSec += sec;
          if (unwell) unwellSec += sec;
          return [untilSec, unwell ? { unsound: 'gc-pauses' } : {}];
        });
        const rows = rowsOf(told, 20);
        const sum = rows.reduce((total, { unsoundSec }) => total + (unsoundSec['gc-pauses'] ?? 0), 0);
        expect(sum).toBeCloseTo(unwellSec, 1);
      }),
      { numRuns: 100 },
    );
  });
});
