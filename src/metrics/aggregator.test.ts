import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunResult, TimeBlock } from '../model/result.js';
import { Aggregator } from './aggregator.js';
import { EVENT } from './events.js';
import { decodePacked, samplesIn } from './hdr-encoding.js';
import { Recorder } from './recorder.js';
import type { Snapshot } from './snapshot.js';
import { interleave } from './testing/arbitraries.js';
import { type EventTold, GAUGES, deltaOf, eventsOf, snapshotOf } from './testing/snapshots.js';

const START_US = 1e9;
const DRAIN_US = 2e6;
const WORKERS = 3;
const workers = Array.from({ length: WORKERS }, (_, worker) => worker);
const newAggregator = (of: readonly number[] = workers): Aggregator =>
  new Aggregator({
    startUs: START_US,
    workers: of,
    drainUs: DRAIN_US,
    plannedTotalAtMs: (ms) => Math.floor(ms / 10),
  });

/** Something that a worker measures, so many milliseconds after the start. */
const anyDeed = fc.record({
  atMs: fc.nat(6000),
  what: fc.constantFrom('connect', 'complete', 'fail', 'publish', 'receive', 'sever'),
  destination: fc.constantFrom('/topic/a', '/topic/b', '/queue/c'),
  us: fc.nat(2_000_000),
});
const anyWorkday = fc.record({
  deeds: fc.array(anyDeed, { maxLength: 25 }),
  cutsMs: fc.array(fc.nat(6000), { maxLength: 8 }),
});
const anyWorkdays = fc.array(anyWorkday, { minLength: WORKERS, maxLength: WORKERS });
const anyPicks = fc.array(fc.nat(WORKERS - 1), { maxLength: 20 });
type Workday = typeof anyWorkday extends fc.Arbitrary<infer T> ? T : never;

function work({ deeds, cutsMs }: Workday, worker: number): Snapshot[] {
  const recorder = new Recorder(worker, (text) => text);
  recorder.begin(START_US);
  const rest = deeds.toSorted((a, b) => a.atMs - b.atMs);
  const gauges = { ...GAUGES, pid: worker, processCpuUs: 0 };
  return [...cutsMs.toSorted((a, b) => a - b), 6500].map((cutMs) => {
    while (rest[0] !== undefined && rest[0].atMs < cutMs) record(recorder, rest.shift()!);
    gauges.processCpuUs = cutMs * 100;
    return recorder.take(START_US + cutMs * 1000, { ...gauges });
  });
}

function record(recorder: Recorder, { atMs, what, destination, us }: Workday['deeds'][number]): void {
  const atUs = START_US + atMs * 1000;
  const distribution = destination.startsWith('/queue/') ? 'queue' : 'topic';
  const number = recorder.destination(destination, distribution);
  switch (what) {
    case 'connect':
      recorder.counts.started++;
      recorder.counts.opened++;
      recorder.latency('tcp', us);
      recorder.event(atUs, EVENT.opened);
      recorder.event(atUs, EVENT.asked, number);
      recorder.event(atUs + 1, EVENT.live, number);
      recorder.sawVersion('1.2');
      return;
    case 'complete':
      recorder.counts.complete++;
      recorder.event(atUs, EVENT.ended, number);
      recorder.event(atUs, EVENT.closed);
      return;
    case 'fail':
      recorder.counts.failed++;
      recorder.failure({
        role: 'connection',
        phase: 'upgrade',
        kind: 'upgrade-status',
        code: 500 + (us % 3),
        sample: 'no',
      });
      return;
    case 'publish':
      recorder.counts.publishSent++;
      recorder.event(atUs, EVENT.sent, number);
      return;
    case 'receive':
      recorder.received(number, atUs - us);
      recorder.latency('delivery', us);
      return;
    case 'sever':
      recorder.event(atUs, EVENT.severed, number, atUs - (us % DRAIN_US));
      recorder.event(atUs, EVENT.gone, number);
  }
}

function outcomeOf(snapshots: readonly Snapshot[]): unknown {
  const aggregator = newAggregator();
  const left = new Map(
    workers.map((worker) => [worker, snapshots.filter((s) => s.worker === worker).length]),
  );
  for (const snapshot of snapshots) {
    aggregator.add(snapshot);
    const { worker } = snapshot;
    left.set(worker, left.get(worker)! - 1);
    if (left.get(worker) === 0) aggregator.leave(worker, null);
  }
  aggregator.finish();
  const { counts, series, failures, server, timeline, cpuMs } = aggregator;
  return {
    counts,
    series,
    failures,
    server,
    cpuMs,
    timeline: {
      expected: timeline.expected,
      published: timeline.published,
      deliveries: timeline.deliveries,
      peakOpen: timeline.peakOpen,
      open: timeline.open,
    },
    histograms: aggregator.encodedHistograms(),
    summaries: [aggregator.latency('tcp').summary(), aggregator.latency('delivery').summary()],
  };
}

describe('Aggregator, of any workers', () => {
  it('comes to the same, in whatever order their snapshots come', () => {
    fc.assert(
      fc.property(anyWorkdays, anyPicks, anyPicks, (days, picks, otherPicks) => {
        const snapshots = days.map(work);
        expect(outcomeOf(interleave(snapshots, picks))).toEqual(outcomeOf(interleave(snapshots, otherPicks)));
      }),
      { numRuns: 60 },
    );
  });

  it('has rows that add up to the totals, and cover the run', () => {
    fc.assert(
      fc.property(anyWorkdays, anyPicks, (days, picks) => {
        const aggregator = newAggregator();
        for (const snapshot of interleave(days.map(work), picks)) aggregator.add(snapshot);
        aggregator.finish();
        const { series, counts, timeline } = aggregator;
        const sum = (of: (row: RunResult['series'][number]) => number): number =>
          series.reduce((total, row) => total + of(row), 0);
        expect(sum(({ started }) => started)).toBe(counts.started);
        expect(sum(({ complete }) => complete)).toBe(counts.complete);
        expect(sum(({ failed }) => failed)).toBe(counts.failed);
        expect(sum(({ received }) => received)).toBe(counts.received);
        expect(sum(({ published }) => published)).toBe(timeline.published);
        expect(sum(({ expected }) => expected)).toBe(timeline.expected);
        expect(sum(({ phases }) => phases.tcp?.count ?? 0)).toBe(aggregator.latency('tcp').count);
        expect(series.at(-1)?.open).toBe(timeline.open);
        expect(sum(({ widthSec }) => widthSec)).toBeCloseTo(6.5, 6);
      }),
      { numRuns: 60 },
    );
  });
});

describe('Aggregator, in blocks of time', () => {
  it('has all that was measured, of the same seconds as its rows', () => {
    fc.assert(
      fc.property(anyWorkdays, anyPicks, (days, picks) => {
        const aggregator = newAggregator();
        for (const snapshot of interleave(days.map(work), picks)) aggregator.add(snapshot);
        aggregator.finish();
        const { blocks, series } = aggregator;
        const figures = (
          of: Pick<TimeBlock, 'atSec' | 'widthSec' | 'started' | 'received' | 'published'>,
        ): number[] => [of.atSec, of.widthSec, of.started, of.received, of.published];
        expect(blocks.map(figures)).toEqual(series.map(figures));
        const samples = blocks.map(({ histograms }) =>
          histograms.tcp === undefined ? 0 : samplesIn(decodePacked(histograms.tcp)),
        );
        expect(samples).toEqual(series.map(({ phases }) => phases.tcp?.count ?? 0));
      }),
      { numRuns: 30 },
    );
  });
});

describe('Aggregator', () => {
  const at = (sec: number): number => START_US + sec * 1e6;

  it('closes a second as soon as every worker has reported past it, and not before', () => {
    const aggregator = newAggregator([0, 1]);
    aggregator.add(snapshotOf({ worker: 0, row: 0, untilUs: at(1.01) }));
    aggregator.add(snapshotOf({ worker: 0, row: 1, untilUs: at(2.01) }));
    expect(aggregator.series).toHaveLength(0);
    aggregator.add(snapshotOf({ worker: 1, row: 0, untilUs: at(1.02) }));
    expect(aggregator.series).toHaveLength(1);
    aggregator.leave(1, null);
    expect(aggregator.series).toHaveLength(2);
  });

  it('ends where the last worker ended, when none is left to wait for', () => {
    const aggregator = newAggregator([0]);
    aggregator.add(snapshotOf({ row: 0, untilUs: at(1) }));
    aggregator.add(snapshotOf({ row: 1, untilUs: at(1.8) }));
    aggregator.leave(0, null);
    aggregator.finish();
    expect(aggregator.series.map(({ atSec, widthSec }) => [atSec, widthSec])).toEqual([
      [0, 1],
      [1, 0.8],
    ]);
    expect(aggregator.lastUs).toBe(at(1.8));
  });

  it('takes back what has turned out not to be owed from the row in which it was expected', () => {
    const aggregator = newAggregator([0]);
    const topic = { name: '/topic/a', distribution: 'topic' } as const;
    const told = (row: number, events: readonly EventTold[]): void => {
      const destinations = row === 0 ? [topic] : [];
      aggregator.add(snapshotOf({ row, untilUs: at(row + 1), destinations, events: eventsOf(events) }));
    };
    told(0, [
      [at(0.1), EVENT.asked, 0],
      [at(0.1), EVENT.live, 0],
      [at(0.1), EVENT.asked, 0],
      [at(0.1), EVENT.live, 0],
      [at(0.7), EVENT.sent, 0],
      [at(0.8), EVENT.sent, 0],
    ]);
    expect(aggregator.series.map(({ expected }) => expected)).toEqual([4]);
    told(1, [
      [at(1.2), EVENT.sent, 0],
      [at(1.3), EVENT.severed, 0, at(0.75)],
      [at(1.3), EVENT.gone, 0],
      [at(1.4), EVENT.sent, 0],
    ]);
    expect(aggregator.series.map(({ expected }) => expected)).toEqual([3, 2]);
    expect(aggregator.timeline.expected).toBe(5);
  });

  it('counts CPU time of a process once, though each of its threads tells it', () => {
    const aggregator = newAggregator([0, 1]);
    const said = (worker: number, row: number, processCpuUs: number): void => {
      aggregator.add(snapshotOf({ worker, row, untilUs: at(row + 1), gauges: { ...GAUGES, processCpuUs } }));
    };
    said(0, 0, 400_000);
    said(1, 0, 390_000);
    said(1, 1, 900_000);
    said(0, 1, 910_000);
    aggregator.finish();
    expect(aggregator.cpuMs).toBe(910);
    expect(aggregator.series.map(({ generator }) => generator.cpuMs)).toEqual([400, 510]);
  });

  it('keeps the most memory that all processes together had', () => {
    const aggregator = newAggregator([0, 1]);
    const said = (worker: number, processRssBytes: number): void => {
      aggregator.add(snapshotOf({ worker, gauges: { ...GAUGES, pid: worker, processRssBytes } }));
    };
    said(0, 100);
    said(1, 70);
    said(0, 40);
    aggregator.finish();
    expect(aggregator.maxRssBytes).toBe(170);
  });

  it('lists failures with the most frequent first, of each side', () => {
    const aggregator = newAggregator([0]);
    const failure = { role: 'connection', phase: 'tcp', code: null, sample: 'x' } as const;
    aggregator.add(
      snapshotOf({
        failures: [
          { ...failure, kind: 'tcp-refused', count: 1 },
          { ...failure, kind: 'local-ports', count: 5 },
        ],
      }),
    );
    aggregator.add(snapshotOf({ failures: [{ ...failure, kind: 'tcp-refused', count: 9, sample: null }] }));
    expect(aggregator.failures).toEqual([
      { ...failure, kind: 'tcp-refused', count: 10, whileUnsound: 0, side: 'target' },
      { ...failure, kind: 'local-ports', count: 5, whileUnsound: 0, side: 'generator' },
    ]);
    expect(aggregator.failedIn('tcp')).toBe(15);
  });

  it('tells failures apart that a worker saw while it was not well, or read after it had stood still', () => {
    const aggregator = newAggregator([0]);
    const failure = { role: 'connection', phase: 'hold', kind: 'closed', code: null, sample: 'x' } as const;
    const failed = (count: number, gauges: Partial<Snapshot['gauges']>): void =>
      aggregator.add(snapshotOf({ failures: [{ ...failure, count }], gauges: { ...GAUGES, ...gauges } }));
    failed(1, { unsound: 'process-paused' });
    failed(20, { stoodStillBeforeUs: 3e6 });
    failed(300, {});
    expect(aggregator.failures).toMatchObject([{ count: 321, whileUnsound: 21 }]);
  });

  it('does not count publishers among the failures of a phase', () => {
    const aggregator = newAggregator([0]);
    aggregator.add(
      snapshotOf({
        failures: [
          { role: 'publisher', phase: 'tcp', kind: 'tcp-refused', code: null, count: 3, sample: 'x' },
        ],
      }),
    );
    expect(aggregator.failedIn('tcp')).toBe(0);
  });

  it('bounds how many names of versions a target may make it keep', () => {
    const aggregator = newAggregator([0]);
    for (let n = 0; n < 1000; n++) {
      const server = {
        versions: { [`v${n}`]: 1 },
        subprotocols: { [`p${n}`]: 1 },
        software: null,
        heartbeatMs: null,
      };
      aggregator.add(snapshotOf({ server }));
    }
    expect(Object.keys(aggregator.server.stompVersions).length).toBeLessThanOrEqual(50);
    expect(Object.keys(aggregator.server.subprotocols).length).toBeLessThanOrEqual(50);
  });

  it('encodes every latency that has a sample, and no other', () => {
    const aggregator = newAggregator([0]);
    aggregator.latency('tls');
    aggregator.add(snapshotOf({ latencies: { tcp: deltaOf([5]) } }));
    expect(Object.keys(aggregator.encodedHistograms())).toEqual(['tcp']);
  });
});

describe('Aggregator, when a worker dies', () => {
  const at = (sec: number): number => START_US + sec * 1e6;

  function withDeath(): Aggregator {
    const aggregator = newAggregator([0, 1]);
    const topic = { name: '/topic/a', distribution: 'topic' } as const;
    aggregator.add(
      snapshotOf({
        worker: 0,
        row: 0,
        untilUs: at(1),
        counts: { started: 10, opened: 9, complete: 2, failed: 1 },
        destinations: [topic],
        events: eventsOf([
          [at(0.1), EVENT.opened],
          [at(0.2), EVENT.live, 0],
        ]),
      }),
    );
    aggregator.add(
      snapshotOf({
        worker: 1,
        row: 1,
        untilUs: at(2),
        counts: { started: 4, complete: 4 },
        destinations: [topic],
        events: eventsOf([[at(1.5), EVENT.sent, 0]]),
      }),
    );
    aggregator.leave(0, 'out of memory');
    return aggregator;
  }

  it('counts what the worker had under way as failed, by the generator’s fault', () => {
    const aggregator = withDeath();
    expect(aggregator.failures).toEqual([
      {
        role: 'connection',
        phase: 'hold',
        kind: 'worker-lost',
        side: 'generator',
        code: null,
        count: 7,
        whileUnsound: 7,
        sample: 'out of memory',
      },
    ]);
    const { started, complete, failed } = aggregator.counts;
    expect(started - complete - failed).toBe(0);
  });

  it('has those failures in the series too', () => {
    const aggregator = withDeath();
    aggregator.finish();
    const rows = aggregator.series;
    expect(rows.reduce((sum, { failed }) => sum + failed, 0)).toBe(aggregator.counts.failed);
    expect(rows.reduce((sum, { failures }) => sum + (failures['worker-lost'] ?? 0), 0)).toBe(7);
  });

  it('owes its subscriptions nothing, and has none of its connections open, from its last word on', () => {
    const aggregator = withDeath();
    aggregator.finish();
    expect(aggregator.timeline.expected).toBe(0);
    expect(aggregator.series.map(({ open }) => open)).toEqual([1, 0]);
  });

  it('does not listen to it any more', () => {
    const aggregator = withDeath();
    const before = { ...aggregator.counts };
    aggregator.add(snapshotOf({ worker: 0, row: 1, untilUs: at(2), counts: { started: 1, complete: 8 } }));
    aggregator.leave(0, 'out of memory');
    expect(aggregator.counts).toEqual(before);
    expect(aggregator.failures).toHaveLength(1);
  });

  it('counts no failure for one that had nothing under way', () => {
    const aggregator = newAggregator([0, 1]);
    aggregator.leave(0, 'lost before the start');
    expect(aggregator.failures).toEqual([]);
  });
});
