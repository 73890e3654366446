import { EVENT } from '../../metrics/events.js';
import type { Snapshot } from '../../metrics/snapshot.js';
import { GAUGES, deltaOf, eventsOf, snapshotOf } from '../../metrics/testing/snapshots.js';
import { samplePlan } from '../../report/testing/sample-plan.js';
import type { IntervalHeader } from '../interval-log.js';

export const START_US = 7_000_000_000;

export const HEADER: IntervalHeader = {
  schema: 'stompede.intervals/3',
  stompede: '0.0.0-test',
  runId: '0badcafe',
  startedAt: '2026-03-01T12:00:00.000Z',
  workers: 2,
  processes: 1,
  plan: samplePlan('sample', 20, 10, 1000),
  environment: {
    node: 'v20.19.0',
    os: 'Linux',
    cpus: 2,
    cpuModel: 'a processor',
    memoryBytes: 8e9,
    openFilesPerProcess: 20_000,
    localPorts: [32_768, 60_999],
  },
};

/** Three seconds of two workers: 10 connections each, of which one fails, and one message to all. */
export function sampleSnapshots(): Snapshot[] {
  return [0, 1].flatMap((worker) => [0, 1, 2].map((row) => secondOf(worker, row)));
}

function secondOf(worker: number, row: number): Snapshot {
  const at = (sec: number): number => START_US + (row + sec) * 1e6 + worker;
  const gauges = { ...GAUGES, processCpuUs: (row + 1) * 300_000, processRssBytes: 50e6 + row };
  const base = { worker, row, untilUs: at(1), gauges };
  if (row === 0) {
    return snapshotOf({
      ...base,
      counts: { started: 10, opened: 9, settled: 10, failed: 1, confirmedByReceipt: 9, lateArrivals: 1 },
      latencies: {
        tcp: deltaOf([100, 250.7, 900]),
        'due.tcp': deltaOf([1000]),
        'lag.arrival': deltaOf([20, 30]),
      },
      failures: [
        {
          role: 'connection',
          phase: 'upgrade',
          kind: 'upgrade-status',
          code: 503,
          count: 1,
          sample: '503 full',
        },
      ],
      destinations: [{ name: '/topic/a', distribution: 'topic' }],
      addresses: {
        targets: [{ address: '127.0.0.1:80', attempted: 10, opened: 9, complete: 0, failed: 1 }],
        sources: [{ address: `127.0.0.${worker + 2}`, attempted: 10, opened: 9, complete: 0, failed: 1 }],
      },
      events: eventsOf([
        [at(0.1), EVENT.opened],
        [at(0.15), EVENT.asked, 0],
        [at(0.2), EVENT.live, 0],
      ]),
      server: {
        versions: { '1.2': 9 },
        subprotocols: { 'v12.stomp': 9 },
        software: 'a broker',
        heartbeatMs: null,
      },
    });
  }
  if (row === 1) {
    return snapshotOf({
      ...base,
      counts: { publishDue: 1, publishSent: 1, received: 2 },
      latencies: { delivery: deltaOf([5000, 7000]) },
      received: Uint32Array.from([0, Math.floor(at(0.5) / 1e6), 2]),
      events: eventsOf([[at(0.5), EVENT.sent, 0]]),
    });
  }
  return snapshotOf({
    ...base,
    counts: { complete: 9 },
    latencies: { close: deltaOf([40]) },
    events: eventsOf([
      [at(0.3), EVENT.ended, 0],
      [at(0.35), EVENT.gone, 0],
      [at(0.4), EVENT.closed],
    ]),
  });
}
