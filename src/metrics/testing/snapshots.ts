import { type EventType, EventBuffer } from '../events.js';
import { type HistogramDelta, IntervalHistogram } from '../interval-histogram.js';
import type { Gauges, Snapshot } from '../snapshot.js';

export const GAUGES: Gauges = {
  spanUs: 1e6,
  processCpuUs: 0,
  processRssBytes: 0,
  pid: 1,
  openFiles: 0,
  openFilesLimit: 0,
  cpuWaitUs: 0,
  gcMaxUs: 0,
  utilization: 0,
  loopDelayMaxUs: 0,
  pausedUs: 0,
  stoodStillBeforeUs: 0,
  ownLagMaxUs: 0,
  heapLiveBytes: 0,
  heapLimitBytes: 0,
  unsound: null,
};

/** A snapshot of nothing but what is given. */
export function snapshotOf(given: Partial<Snapshot>): Snapshot {
  return {
    worker: 0,
    row: 0,
    untilUs: 0,
    counts: {},
    latencies: {},
    failures: [],
    destinations: [],
    events: eventsOf([]),
    received: new Uint32Array(),
    server: { versions: {}, subprotocols: {}, software: null, heartbeatMs: null },
    addresses: { targets: [], sources: [] },
    gauges: GAUGES,
    ...given,
  };
}

export type EventTold = readonly [
  atUs: number,
  type: EventType,
  destination?: number,
  sinceUs?: number,
  doubtUs?: number,
];

export function eventsOf(events: readonly EventTold[]): Snapshot['events'] {
  const buffer = new EventBuffer();
  for (const [atUs, type, destination = 0, sinceUs = 0, doubtUs] of events)
    buffer.add(atUs, type, destination, sinceUs, doubtUs);
  return buffer.take();
}

/** What an interval in which these were recorded hands over. */
export function deltaOf(latenciesUs: readonly number[]): HistogramDelta {
  const histogram = new IntervalHistogram();
  for (const us of latenciesUs) histogram.record(us);
  const delta = histogram.take();
  if (delta === undefined) throw new Error('an interval without a sample has no delta');
  return delta;
}
