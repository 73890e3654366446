import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../metrics/snapshot.js';
import { samplePlan } from '../report/testing/sample-plan.js';
import { thresholdOf } from '../thresholds/testing/seconds.js';
import type { Aborted } from '../thresholds/watch.js';
import { Measuring } from './measuring.js';
import { START_US, sampleSnapshots } from './testing/intervals.js';

const PLAN = {
  ...samplePlan('sample', 20, 10, 1000),
  thresholds: [thresholdOf('connections.failed < 5%', { abort: true, afterMs: 2000 })],
};

function measuring(workers: number): {
  readonly measured: Measuring;
  readonly heard: number[];
  aborted: Aborted[];
} {
  const heard: number[] = [];
  const aborted: Aborted[] = [];
  const measured = new Measuring({
    plan: PLAN,
    workers,
    startUs: START_US,
    onSecond: ({ atSec }) => heard.push(atSec),
    onAborted: (by) => aborted.push(by),
  });
  return { measured, heard, aborted };
}

describe('Measuring', () => {
  it('tells each closed second, and the threshold that ends the run, as snapshots come', () => {
    const { measured, heard, aborted } = measuring(2);
    for (const snapshot of sampleSnapshots()) measured.add(snapshot);
    expect(heard).toEqual([0, 1, 2]);
    expect(aborted).toMatchObject([{ index: 0, atMs: 2000 }]);
  });

  it('comes to the same in whatever order the workers’ snapshots come', () => {
    const thresholds = [
      thresholdOf('connections.failed < 5%', { abort: true, afterMs: 2000 }),
      thresholdOf('deliveries.latency.max < 6000us', { windowMs: 1000 }),
      thresholdOf('deliveries.rate > 1/s', { windowMs: 2000 }),
    ];
    const told = (snapshots: readonly Snapshot[]): unknown => {
      const options = { plan: { ...PLAN, thresholds }, workers: 2, startUs: START_US };
      const measured = new Measuring(options);
      for (const snapshot of snapshots) measured.add(snapshot);
      measured.finish();
      const { watch } = measured;
      return [watch.aborted, ...thresholds.map((_, i) => watch.windowsOf(i)?.windows)];
    };
    const expected = told(sampleSnapshots());
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), (turns) => {
        // Each worker's own come in their order.
        const of = [0, 1].map((worker) => sampleSnapshots().filter((snapshot) => snapshot.worker === worker));
        const mixed = turns
          .map((turn) => of[turn ? 0 : 1]?.shift())
          .filter((snapshot) => snapshot !== undefined);
        expect(told([...mixed, ...of.flat()])).toEqual(expected);
      }),
    );
  });

  it('ends no run of which every worker has left', () => {
    const { measured, aborted } = measuring(3);
    for (const snapshot of sampleSnapshots()) measured.add(snapshot);
    // The third has said nothing, so no second was closed before.
    for (const worker of [0, 1, 2]) measured.leave(worker, null);
    measured.finish();
    expect(measured.aggregator.counts.failed).toBe(2);
    expect(aborted).toEqual([]);
  });

  it('ends no run that somebody has stopped', () => {
    const { measured, aborted } = measuring(2);
    measured.mark('stopAsked', START_US);
    for (const snapshot of sampleSnapshots()) measured.add(snapshot);
    expect(aborted).toEqual([]);
  });
});
