import type { FailureKind } from '../../model/failures.js';
import type { Phase, Stage } from '../../model/phases.js';
import type { PhaseResult, SeriesRow } from '../../model/result.js';
import { Random } from './random.js';
import { curveOf, secondOf, summaryOf } from './statistics.js';

export interface SimulatedFault {
  /** `hold` or a phase. */
  readonly phase: Stage;
  readonly kind: FailureKind;
  /** Of all connections that come to the phase. */
  readonly share: number;
}

export interface Simulation {
  readonly seed: number;
  readonly connections: number;
  readonly ratePerSec: number;
  readonly holdSec: number;
  readonly messagesPerSec: number;
  readonly faults: readonly SimulatedFault[];
}

export interface Simulated {
  readonly complete: number;
  readonly failed: number;
  readonly peakOpen: number;
  readonly dropped: number;
  readonly failures: ReadonlyMap<SimulatedFault, number>;
  readonly phases: Partial<Record<Phase, PhaseResult>>;
  readonly delivery: {
    readonly us: readonly number[];
    readonly published: number;
    readonly expected: number;
  };
  readonly holdStartSec: number;
  readonly durationSec: number;
  readonly series: readonly SeriesRow[];
}

const MEDIAN_US: readonly (readonly [Phase, number, number])[] = [
  ['tcp', 180, 0.35],
  ['upgrade', 950, 0.5],
  ['connect', 620, 0.55],
  ['subscribe', 540, 0.6],
  ['message', 240_000, 0.6],
  ['unsubscribe', 480, 0.5],
  ['disconnect', 700, 0.6],
  ['close', 310, 0.4],
];
/** The index of the first phase after the hold. */
const HELD = 5;

/** A run that never happened: every connection through its phases by chance, counted second by second. */
export function simulate(plan: Simulation): Simulated {
  const random = new Random(plan.seed);
  const rampSec = plan.connections / plan.ratePerSec;
  const holdStartSec = Math.ceil(rampSec) + 1;
  const durationSec = holdStartSec + plan.holdSec + 3;
  const seconds = Array.from({ length: Math.ceil(durationSec) }, () => new Second());
  const second = (atSec: number): Second =>
    seconds[Math.min(seconds.length - 1, Math.floor(atSec))] ?? new Second();

  const samples = new Map<Phase, number[]>();
  const failedIn = new Map<Stage, number>();
  const failures = new Map<SimulatedFault, number>();
  let complete = 0;
  let dropped = 0;
  const faultAt = (stage: Stage): SimulatedFault | undefined =>
    plan.faults.find((candidate) => candidate.phase === stage && random.next() < candidate.share);

  for (let n = 0; n < plan.connections; n++) {
    let atSec = n / plan.ratePerSec;
    second(atSec).started++;
    let open = false;
    let fault: SimulatedFault | undefined;
    for (const [i, [phase, medianUs, spread]] of MEDIAN_US.entries()) {
      if (i === HELD) {
        fault = faultAt('hold');
        if (fault !== undefined) {
          atSec = holdStartSec + plan.holdSec * random.next();
          dropped++;
          break;
        }
        atSec = holdStartSec + plan.holdSec + random.next() * 2;
      }
      fault = faultAt(phase);
      if (fault !== undefined) break;
      const us = random.latencyUs(medianUs, spread);
      atSec += us / 1_000_000;
      push(samples, phase, us);
      push(second(atSec).phases, phase, us);
      if (phase === 'upgrade') {
        second(atSec).opened++;
        open = true;
      }
      if (phase === 'close') second(atSec).closed++;
    }
    if (fault === undefined) {
      complete++;
      second(atSec).complete++;
      continue;
    }
    const ended = second(atSec);
    ended.failed++;
    if (open) ended.closed++;
    ended.failures.set(fault.kind, (ended.failures.get(fault.kind) ?? 0) + 1);
    failures.set(fault, (failures.get(fault) ?? 0) + 1);
    failedIn.set(fault.phase, (failedIn.get(fault.phase) ?? 0) + 1);
  }

  const delivery: number[] = [];
  let published = 0;
  let expected = 0;
  let open = 0;
  let peakOpen = 0;
  const series = seconds.map((row, atSec): SeriesRow => {
    const publishing = atSec < holdStartSec + plan.holdSec && plan.connections > 0;
    const due = publishing ? open * plan.messagesPerSec : 0;
    const latencies = Array.from({ length: Math.min(due, 400) }, () =>
      random.latencyUs(900 + open * 2, 0.45),
    );
    delivery.push(...latencies);
    published += publishing ? plan.messagesPerSec : 0;
    expected += due;
    open += row.opened - row.closed;
    peakOpen = Math.max(peakOpen, open);
    return {
      atSec,
      widthSec: 1,
      plannedTotal: Math.min(plan.connections, Math.round((atSec + 1) * plan.ratePerSec)),
      started: row.started,
      opened: row.opened,
      complete: row.complete,
      failed: row.failed,
      open,
      published: publishing ? plan.messagesPerSec : 0,
      expected: due,
      received: due,
      failures: Object.fromEntries(row.failures),
      phases: Object.fromEntries([...row.phases].map(([phase, us]) => [phase, secondOf(us)])),
      delivery: secondOf(latencies),
      generator: {
        cpuMs: 40 + Math.round(open / 4 + random.next() * 30),
        rssBytes: 96_000_000 + open * 6_000,
        lagMaxUs: random.latencyUs(400, 0.8),
        readDelayMaxUs: 900,
        cpuWaitMs: 3,
        gcMaxUs: 700,
        utilization: 0.2,
        unsoundWorkers: 0,
        unsoundSec: {},
        loopDelayMaxUs: 1_200,
        pausedMs: 0,
        ownLagMaxUs: 1_500,
        heapShare: 0.01,
        openFiles: 40 + open,
        machineBusy: 0.4,
      },
    };
  });

  const phases: Partial<Record<Phase, PhaseResult>> = {};
  for (const [phase] of MEDIAN_US) {
    const us = samples.get(phase) ?? [];
    if (us.length === 0 && !failedIn.has(phase)) continue;
    const late = us.map((value) => value + random.latencyUs(300, 0.9));
    phases[phase] = {
      count: us.length,
      failed: failedIn.get(phase) ?? 0,
      unconfirmed: 0,
      us: summaryOf(us),
      fromDueUs: phase === 'tcp' ? summaryOf(late) : null,
      curve: curveOf(us),
    };
  }
  return {
    complete,
    failed: plan.connections - complete,
    peakOpen,
    dropped,
    failures,
    phases,
    delivery: { us: delivery, published, expected },
    holdStartSec,
    durationSec,
    series,
  };
}

class Second {
  started = 0;
  opened = 0;
  closed = 0;
  complete = 0;
  failed = 0;
  readonly failures = new Map<FailureKind, number>();
  readonly phases = new Map<Phase, number[]>();
}

function push(into: Map<Phase, number[]>, phase: Phase, us: number): void {
  const list = into.get(phase);
  if (list === undefined) into.set(phase, [us]);
  else list.push(us);
}
