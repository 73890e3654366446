import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../metrics/snapshot.js';
import type { MachineSample } from '../model/health.js';
import type { RunResult } from '../model/result.js';
import { buildResult } from './build-result.js';
import { INTERVALS_FILE, type IntervalLine, IntervalLog } from './interval-log.js';
import { Measuring } from './measuring.js';
import { rebuildResult } from './rebuild.js';
import { thresholdOf } from '../thresholds/testing/seconds.js';
import type { Aborted } from '../thresholds/watch.js';
import { newFolder } from './testing/folder.js';
import { HEADER, START_US, sampleSnapshots } from './testing/intervals.js';

const MACHINE: MachineSample = {
  atUs: 0,
  cpuBusyMs: 0,
  cpuTotalMs: 0,
  tcpPages: 1,
  tcpPressurePages: 100,
  tcpLimitPages: 200,
  segmentsSent: 10,
  segmentsRetransmitted: 0,
  groupMemoryBytes: null,
  groupMemoryLimitBytes: null,
  throttledMs: null,
};

const START: IntervalLine = { type: 'mark', mark: 'start', atUs: START_US };
const SNAPSHOTS = sampleSnapshots().map((snapshot): IntervalLine => ({ type: 'snapshot', snapshot }));

function of(worker: number): readonly Snapshot[] {
  return sampleSnapshots().filter((snapshot) => snapshot.worker === worker);
}

async function folderWith(lines: readonly IntervalLine[], header = HEADER): Promise<string> {
  const folder = newFolder();
  const log = new IntervalLog(path.join(folder, INTERVALS_FILE));
  log.write({ type: 'header', header });
  for (const line of lines) log.write(line);
  await log.close();
  return folder;
}

/** What the live run would have made of the same snapshots. */
function live(left: readonly (readonly [number, string | null])[], plan = HEADER.plan): RunResult {
  const { workers } = HEADER;
  const aborted: Aborted[] = [];
  const onAborted = (by: Aborted): number => aborted.push(by);
  const measuring = new Measuring({ plan, workers, startUs: START_US, onAborted });
  for (const snapshot of sampleSnapshots()) measuring.add(snapshot);
  for (const [worker, reason] of left) measuring.leave(worker, reason);
  measuring.finish();
  const durationMs = Math.round((measuring.aggregator.lastUs - START_US) / 1000);
  return buildResult({
    measuring,
    plan,
    run: {
      id: HEADER.runId,
      name: 'sample',
      startedAt: HEADER.startedAt,
      endedAt: '2026-03-01T12:00:03.000Z',
      durationMs,
      marksMs: { holdStart: 1500 },
    },
    ended: aborted.length > 0 ? 'cut-short' : 'aborted',
    lost: left.flatMap(([worker, reason]) => (reason === null ? [] : [`worker ${worker}: ${reason}`])),
    workers: HEADER.workers,
    processes: HEADER.processes,
    environment: HEADER.environment,
    version: HEADER.stompede,
    notes: [],
  });
}

describe('rebuildResult', () => {
  const hold: IntervalLine = { type: 'mark', mark: 'holdStart', atUs: START_US + 1.5e6 };

  it('comes to what the live run would have come to', async () => {
    const rebuilt = rebuildResult(await folderWith([START, ...SNAPSHOTS, hold]));
    const { notes } = rebuilt;
    expect({ ...rebuilt, notes: [] }).toEqual(live([]));
    expect(notes[0]).toContain('Rebuilt');
    expect(rebuilt.connections).toMatchObject({ attempted: 20, complete: 18, failed: 2, peakOpen: 2 });
    expect(rebuilt.deliveries).toMatchObject({ published: 2, expected: 4, received: 4 });
    expect(rebuilt.outcome).toBe('aborted');
    expect(rebuilt.verdict.exitCode).toBe(130);
  });

  it('finds of the generator what the live run would have found', async () => {
    const unwell = sampleSnapshots().map((snapshot) => ({
      ...snapshot,
      gauges: { ...snapshot.gauges, unsound: 'cpu-starved' as const, cpuWaitUs: 700_000 },
    }));
    const machine = [0, 1, 2].map((sec): IntervalLine => ({
      type: 'machine',
      sample: { ...MACHINE, atUs: START_US + sec * 1e6, cpuBusyMs: sec * 900, cpuTotalMs: sec * 1000 },
    }));
    const snapshots = unwell.map((snapshot): IntervalLine => ({ type: 'snapshot', snapshot }));
    const rebuilt = rebuildResult(await folderWith([START, ...machine, ...snapshots]));
    expect(rebuilt.findings).toMatchObject([
      { kind: 'cpu-starved', evidence: { values: { cpuWaitMaxMs: 700, machineBusyPercent: 90 } } },
    ]);
    expect(rebuilt.generator.verdict).toBe('doubtful');
  });

  it('judges thresholds as the live run did, in windows and at its end', async () => {
    const thresholds = [
      thresholdOf('deliveries.latency.max < 6000us', { windowMs: 1000 }),
      thresholdOf('connections.failed < 5%', { windowMs: 1000 }),
      thresholdOf('connections.failed < 20%', { abort: true }),
      thresholdOf('phases.tcp.p99 < 1us'),
    ];
    const plan = { ...HEADER.plan, thresholds };
    const lines = [START, ...SNAPSHOTS, hold, { type: 'end', ended: 'completed' } as const];
    const rebuilt = rebuildResult(await folderWith(lines, { ...HEADER, plan }));
    const own = rebuilt.thresholds.filter(({ implied }) => !implied);
    expect(own.map(({ outcome }) => outcome)).toEqual(['miss', 'miss', 'pass', 'too-few']);
    expect(own[0]).toMatchObject({ observed: 7000, windows: { judged: 1, missed: 1, worstFromMs: 1000 } });
    const { thresholds: liveOnes } = live([], plan);
    // The live run here has no end of its own, so what is about all of it is not known.
    expect(own.slice(0, 2)).toEqual(liveOnes.slice(0, 2));
  });

  it('finds that a threshold had ended the run, and at the same moment', async () => {
    const plan = {
      ...HEADER.plan,
      thresholds: [thresholdOf('connections.failed < 5%', { abort: true })],
    };
    const cut: IntervalLine[] = [
      { type: 'mark', mark: 'cutShort', atUs: START_US + 1.2e6 },
      { type: 'end', ended: 'cut-short' },
    ];
    const rebuilt = rebuildResult(await folderWith([START, ...SNAPSHOTS, hold, ...cut], { ...HEADER, plan }));
    const expected = live([], plan);
    expect(rebuilt.thresholds).toEqual(expected.thresholds);
    expect(rebuilt.verdict).toEqual(expected.verdict);
    expect(rebuilt.thresholds[0]).toMatchObject({ outcome: 'miss', observed: 0.1, abortedAtMs: 1000 });
    expect([rebuilt.outcome, rebuilt.verdict.exitCode]).toEqual(['cut-short', 5]);
    expect(rebuilt.run.marksMs.stopAsked).toBe(1200);
  });

  it('knows that no threshold ended a run that was asked to stop before', async () => {
    const plan = {
      ...HEADER.plan,
      thresholds: [thresholdOf('connections.failed < 5%', { abort: true })],
    };
    const asked: IntervalLine = { type: 'mark', mark: 'stopAsked', atUs: START_US + 0.5e6 };
    const lines = [START, asked, ...SNAPSHOTS, { type: 'end', ended: 'stopped' } as const];
    const rebuilt = rebuildResult(await folderWith(lines, { ...HEADER, plan }));
    expect(rebuilt.thresholds[0]).toMatchObject({ outcome: 'miss', abortedAtMs: null });
    expect(rebuilt.verdict.exitCode).toBe(130);
  });

  it.each(['completed', 'stopped', 'cut-short'] as const)(
    'takes a run that says it was %s at its word',
    async (ended) => {
      const rebuilt = rebuildResult(await folderWith([START, ...SNAPSHOTS, hold, { type: 'end', ended }]));
      expect(rebuilt.outcome).toBe(ended);
      expect(rebuilt.notes).toEqual(['Rebuilt from interval data.']);
    },
  );

  it('comes to the same with a worker lost', async () => {
    const left: IntervalLine[] = [
      { type: 'left', worker: 0, reason: 'killed' },
      { type: 'left', worker: 1, reason: null },
    ];
    const rebuilt = rebuildResult(await folderWith([START, ...SNAPSHOTS, hold, ...left]));
    const expected = live([
      [0, 'killed'],
      [1, null],
    ]);
    expect({ ...rebuilt, notes: [] }).toEqual({ ...expected, notes: [] });
    expect(rebuilt.outcome).toBe('invalid');
    expect(rebuilt.notes).toContain('A worker was lost: worker 0: killed.');
  });

  it('knows of a worker that was lost before the start, and does not wait for it', async () => {
    const lost: IntervalLine = { type: 'left', worker: 1, reason: 'no memory' };
    const ofFirst = of(0).map((snapshot): IntervalLine => ({ type: 'snapshot', snapshot }));
    const rebuilt = rebuildResult(await folderWith([lost, START, ...ofFirst]));
    expect(rebuilt.generator.workersLost).toBe(1);
    expect(rebuilt.series.map(({ atSec }) => atSec)).toEqual([0, 1, 2]);
    expect(rebuilt.connections.attempted).toBe(10);
  });

  it('knows of a worker that was done before the start: nothing of it is missing', async () => {
    const [first, second] = [0, 1].map((worker): IntervalLine => ({ type: 'left', worker, reason: null }));
    const destinations = [{ name: '/queue/a', distribution: 'queue' as const }];
    const ofQueue = of(0).map((snapshot): IntervalLine => ({
      type: 'snapshot',
      snapshot: snapshot.row === 0 ? { ...snapshot, destinations } : snapshot,
    }));
    const ended: IntervalLine = { type: 'end', ended: 'stopped' };
    const rebuilt = rebuildResult(await folderWith([second!, START, ...ofQueue, first!, ended]));
    expect(rebuilt).toEqual(rebuildResult(await folderWith([START, second!, ...ofQueue, first!, ended])));
    // One was sent, and a queue gives it once: where all is known, what came besides is a copy.
    expect(rebuilt.deliveries).toMatchObject({ published: 1, received: 1, duplicated: 1 });
  });

  it('has a result of a run that was killed in its first second', async () => {
    const rebuilt = rebuildResult(await folderWith([START]));
    expect(rebuilt.connections).toMatchObject({ planned: 20, attempted: 0 });
    expect(rebuilt.run.durationMs).toBe(0);
  });

  it('has none of a run that never started', async () => {
    const folder = await folderWith([]);
    expect(() => rebuildResult(folder)).toThrow('ended before anything was measured');
  });
});
