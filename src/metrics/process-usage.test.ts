import { describe, expect, it } from 'vitest';
import { ProcessUsage, UsageOfSecond, mergeGeneratorRows } from './process-usage.js';
import type { Gauges } from './snapshot.js';
import { GAUGES } from './testing/snapshots.js';

const gauges = (changes: Partial<Gauges>): Gauges => ({ ...GAUGES, ...changes });

function rowOf(told: readonly (readonly [worker: number, changes: Partial<Gauges>])[]) {
  const second = new UsageOfSecond();
  for (const [worker, changes] of told) second.add(worker, gauges(changes));
  return { ...new ProcessUsage().close(second), lagMaxUs: 0, readDelayMaxUs: 0 };
}

describe('what a second says of the generator', () => {
  it('is of the worst worker, but what processes have adds up', () => {
    const row = rowOf([
      [0, { pid: 1, processRssBytes: 10, cpuWaitUs: 5000, loopDelayMaxUs: 900, utilization: 0.25 }],
      [
        1,
        { pid: 2, processRssBytes: 20, pausedUs: 3e6, openFiles: 70, heapLiveBytes: 30, heapLimitBytes: 40 },
      ],
    ]);
    expect(row).toMatchObject({
      rssBytes: 30,
      cpuWaitMs: 5,
      loopDelayMaxUs: 900,
      utilization: 0.25,
      pausedMs: 3000,
      openFiles: 70,
      heapShare: 0.75,
    });
  });

  it('has for each cause the time of the worst worker, and counts a worker once', () => {
    const row = rowOf([
      [0, { unsound: 'cpu-starved', spanUs: 300_000 }],
      [0, { unsound: 'cpu-starved', spanUs: 400_000 }],
      [1, { unsound: 'cpu-starved', spanUs: 500_000 }],
      [1, { unsound: 'loop-blocked', spanUs: 500_000 }],
      [2, {}],
    ]);
    expect(row.unsoundSec).toEqual({ 'cpu-starved': 0.7, 'loop-blocked': 0.5 });
    expect(row.unsoundWorkers).toBe(2);
  });

  it('keeps the time of each cause when rows become one', () => {
    const a = rowOf([[0, { unsound: 'gc-pauses', spanUs: 1e6, gcMaxUs: 7 }]]);
    const b = rowOf([
      [0, { unsound: 'gc-pauses', spanUs: 5e5 }],
      [1, { unsound: 'schedule-lag', spanUs: 1e6 }],
    ]);
    expect(mergeGeneratorRows(a, b)).toMatchObject({
      unsoundSec: { 'gc-pauses': 1.5, 'schedule-lag': 1 },
      unsoundWorkers: 2,
      gcMaxUs: 7,
    });
  });
});

describe('what came nearest to its limit', () => {
  it('is told with the moment, of whichever worker or process had the least room', () => {
    const usage = new ProcessUsage();
    usage.sawLimits(
      gauges({ heapLiveBytes: 50, heapLimitBytes: 100, openFiles: 900, openFilesLimit: 1000 }),
      1000,
    );
    usage.sawLimits(gauges({ heapLiveBytes: 60, heapLimitBytes: 200 }), 2000);
    usage.sawLimits(gauges({ openFiles: 295, openFilesLimit: 300 }), 3000);
    expect(usage.health).toEqual({
      heap: { used: 50, limit: 100, atMs: 1000 },
      openFiles: { used: 295, limit: 300, atMs: 3000 },
    });
  });
});
