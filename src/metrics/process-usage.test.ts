import { describe, expect, it } from 'vitest';
import { ProcessUsage, UsageOfSecond, mergeGeneratorRows } from './process-usage.js';
import type { Gauges } from './snapshot.js';
import { GAUGES } from './testing/snapshots.js';

const gauges = (changes: Partial<Gauges>): Gauges => ({ ...GAUGES, ...changes });

function rowOf(
  told: readonly Partial<Gauges>[],
  unsound: readonly Parameters<UsageOfSecond['wasUnsound']>[] = [],
) {
  const second = new UsageOfSecond();
  for (const changes of told) second.add(gauges(changes));
  for (const each of unsound) second.wasUnsound(...each);
  return { ...new ProcessUsage().close(second), lagMaxUs: 0, readDelayMaxUs: 0 };
}

describe('what a second says of the generator', () => {
  it('is of the worst worker, but what processes have adds up', () => {
    const row = rowOf([
      { pid: 1, processRssBytes: 10, cpuWaitUs: 5000, loopDelayMaxUs: 900, utilization: 0.25 },
      { pid: 2, processRssBytes: 20, pausedUs: 3e6, openFiles: 70, heapLiveBytes: 30, heapLimitBytes: 40 },
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
    const row = rowOf(
      [],
      [
        [0, 'cpu-starved', 300_000, 10],
        [0, 'cpu-starved', 400_000, 20],
        [1, 'cpu-starved', 500_000, 0],
        [1, 'loop-blocked', 500_000, 0],
      ],
    );
    expect(row.unsoundSec).toEqual({ 'cpu-starved': 0.7, 'loop-blocked': 0.5 });
    expect(row).toMatchObject({ unsoundWorkers: 2, loopDelayMaxUs: 20 });
  });

  it('is not sound while a worker reads what had waited for it, but that is no time of any cause', () => {
    expect(rowOf([], [[0, null, 1e6, 4e6]])).toMatchObject({
      unsoundWorkers: 1,
      unsoundSec: {},
      loopDelayMaxUs: 4e6,
    });
  });

  it('keeps the time of each cause when rows become one', () => {
    const a = rowOf([{ gcMaxUs: 7 }], [[0, 'gc-pauses', 1e6, 0]]);
    const b = rowOf(
      [],
      [
        [0, 'gc-pauses', 5e5, 0],
        [1, 'schedule-lag', 1e6, 0],
      ],
    );
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
