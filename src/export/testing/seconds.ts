import type { ClosedSecond } from '../../metrics/closed-second.js';
import { type Counters, zeroCounters } from '../../metrics/counters.js';
import { deltaOf } from '../../metrics/testing/snapshots.js';
import type { Latency } from '../../model/phases.js';
import type { GeneratorRow } from '../../model/result.js';
import { LiveRun } from '../live-run.js';
import type { RunIdentity } from '../protocol.js';
import { SecondsBuffer } from '../seconds-buffer.js';

export const IDENTITY: RunIdentity = {
  runId: '1a2b3c4d',
  name: 'checkout',
  startedAtMs: 1_800_000_000_250,
  plannedConnections: 500,
};

const GENERATOR: GeneratorRow = {
  cpuMs: 250,
  rssBytes: 80_000_000,
  lagMaxUs: 0,
  readDelayMaxUs: 0,
  cpuWaitMs: 2,
  gcMaxUs: 900,
  utilization: 0.25,
  unsoundWorkers: 0,
  unsoundSec: {},
  loopDelayMaxUs: 1500,
  pausedMs: 0,
  ownLagMaxUs: 200,
  heapShare: 0.1,
  openFiles: 60,
  machineBusy: 0.5,
};

export interface SecondTold extends Partial<Omit<ClosedSecond, 'counts' | 'latencies' | 'generator'>> {
  readonly counts?: Partial<Counters>;
  /** By latency, what was recorded: microseconds. */
  readonly recorded?: Readonly<Partial<Record<Latency, readonly number[]>>>;
  readonly generator?: Partial<GeneratorRow>;
}

/** A second of nothing but what is told. */
export function secondOf({ counts, recorded = {}, generator, ...told }: SecondTold): ClosedSecond {
  const latencies = (Object.entries(recorded) as [Latency, readonly number[]][])
    .filter(([, us]) => us.length > 0)
    .map(([latency, us]) => [latency, [deltaOf(us)]] as const);
  return {
    atSec: 0,
    widthSec: 1,
    failures: [],
    open: 0,
    published: 0,
    expected: 0,
    ...told,
    counts: { ...zeroCounters(), ...counts },
    latencies: new Map(latencies),
    generator: { ...GENERATOR, ...generator },
  };
}

/** A run of these seconds, as an exporter has it. */
export function runOf(seconds: readonly SecondTold[], identity: Partial<RunIdentity> = {}): LiveRun {
  const run = new LiveRun({ ...IDENTITY, ...identity }, '0.1.0');
  const buffer = new SecondsBuffer();
  for (const second of seconds) {
    buffer.add(secondOf(second));
    const totals = buffer.take();
    if (totals !== null) run.add(totals);
  }
  return run;
}

/** With something of everything. */
export function busyRun(identity: Partial<RunIdentity> = {}): LiveRun {
  return runOf(
    [
      {
        counts: { started: 40, opened: 38, failed: 2, bytesReceived: 12_000, bytesSent: 9000 },
        failures: [
          { role: 'connection', phase: 'upgrade', kind: 'upgrade-status', code: 503, count: 2, sample: 'no' },
        ],
        open: 38,
        recorded: { connect: [800, 1200, 40_000], tcp: [90, 110], 'due.tcp': [95, 300] },
      },
      {
        atSec: 1,
        counts: { publishDue: 20, received: 700, complete: 0 },
        published: 20,
        expected: 720,
        open: 38,
        recorded: { delivery: [0, 400, 900, 2_500_000], connect: [900] },
      },
    ],
    identity,
  );
}
