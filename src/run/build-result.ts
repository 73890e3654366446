import { findAll } from '../health/find.js';
import type { Measured } from '../health/measured.js';
import type { Aggregator } from '../metrics/aggregator.js';
import { phasesOf } from '../model/cycle.js';
import { PHASES, type Phase } from '../model/phases.js';
import { generatorVerdict } from '../model/findings.js';
import type { RunPlan } from '../model/plan.js';
import type {
  DeliveryResult,
  EnvironmentInfo,
  Outcome,
  PhaseResult,
  PublishingResult,
  RunInfo,
  RunResult,
} from '../model/result.js';
import { LATE_TOLERANCE_US } from '../pacing/schedule.js';
import { formatCount } from '../shared/units.js';
import { thresholdVerdicts } from '../thresholds/verdicts.js';
import { wholeRun } from '../thresholds/whole-run.js';
import { addressNotes } from './address-notes.js';
import type { Measuring } from './measuring.js';
import { judge } from './verdict.js';

export interface ResultInput {
  /** Finished. */
  readonly measuring: Measuring;
  /** Masked. */
  readonly plan: RunPlan;
  readonly run: RunInfo;
  /** How the conducting ended; a generator that failed turns it into `invalid`. */
  readonly ended: Exclude<Outcome, 'invalid'>;
  /** Why each lost worker was lost. */
  readonly lost: readonly string[];
  readonly workers: number;
  readonly processes: number;
  readonly environment: EnvironmentInfo;
  readonly version: string;
  readonly notes: readonly string[];
}

/** The finished record of a run. Every statistic is taken here; reporters only show it. */
export function buildResult(input: ResultInput): RunResult {
  const { plan, lost } = input;
  const { aggregator, watch } = input.measuring;
  const { counts, timeline, failures } = aggregator;
  const connections = {
    planned: plan.connect.connections,
    attempted: counts.started,
    complete: counts.complete,
    failed: counts.failed,
    unfinished: counts.started - counts.complete - counts.failed,
    peakOpen: timeline.peakOpen,
    droppedWhileHolding: counts.droppedWhileHolding,
    droppedAgeUs: aggregator.latency('drop.age').summary(),
    droppedIdleUs: aggregator.latency('drop.idle').summary(),
  };
  const publishing = publishingResult(aggregator, plan);
  const deliveries = deliveryResult(aggregator);
  const measured: Measured = {
    schema: 'stompede.result/1',
    stompede: input.version,
    run: input.run,
    connections,
    phases: phaseResults(aggregator, plan),
    schedule: {
      lateCount: counts.lateArrivals,
      lateToleranceUs: LATE_TOLERANCE_US,
      lagUs: aggregator.latency('lag.arrival').summary(),
    },
    publishing,
    failures,
    deliveries,
    server: aggregator.server,
    addresses: aggregator.addresses,
    generator: {
      readDelayUs: aggregator.latency('read.delay').summary(),
      cpuMs: aggregator.cpuMs,
      maxRssBytes: aggregator.maxRssBytes,
      workers: input.workers,
      processes: input.processes,
      workersLost: lost.length,
      bytesReceived: counts.bytesReceived,
      bytesSent: counts.bytesSent,
      health: { lostReasons: lost, ...aggregator.health },
    },
    series: aggregator.series,
    blocks: aggregator.blocks,
    plan,
    environment: input.environment,
    histograms: aggregator.encodedHistograms(),
    notes: [
      ...input.notes,
      ...lost.map((reason) => `A worker was lost: ${reason}.`),
      ...addressNotes(aggregator.addresses),
      ...deliveryNotes(aggregator),
    ],
  };
  const findings = findAll(measured);
  const generator = { ...measured.generator, verdict: generatorVerdict(findings) };
  const unsound =
    generator.verdict === 'invalid' || lost.length > 0 || failures.some(({ side }) => side === 'generator');
  const outcome = unsound ? 'invalid' : input.ended;
  const thresholds = thresholdVerdicts({
    plan,
    whole: wholeRun({ aggregator, plan, durationMs: input.run.durationMs, deliveries, findings }),
    watch,
    facts: { connections, deliveries, outOfOrder: counts.outOfOrder, publishing, failures },
    ended: input.ended,
    workersLost: lost.length,
  });
  const verdict = judge({
    outcome: input.ended === 'stopped' ? 'stopped' : outcome,
    connections,
    deliveries,
    failures,
    workersLost: lost.length,
    findings,
    thresholds,
  });
  return {
    ...measured,
    outcome,
    verdict,
    thresholds,
    comparison: null,
    repeats: null,
    findings,
    generator,
  };
}

function phaseResults(aggregator: Aggregator, plan: RunPlan): RunResult['phases'] {
  const results: Partial<Record<Phase, PhaseResult>> = {};
  const planned = phasesOf(plan);
  for (const phase of PHASES) {
    const latency = aggregator.latency(phase);
    if (!planned.includes(phase) && latency.count + aggregator.failedIn(phase) === 0) continue;
    const unconfirmed = unconfirmedIn(phase, aggregator);
    const fromDue = phase === 'dns' || phase === 'tcp' ? aggregator.latency(`due.${phase}`).summary() : null;
    results[phase] = {
      count: latency.count + unconfirmed,
      failed: aggregator.failedIn(phase),
      unconfirmed,
      us: latency.summary(),
      fromDueUs: fromDue,
      curve: latency.curve(),
    };
  }
  return results;
}

function unconfirmedIn(phase: Phase, { counts }: Aggregator): number {
  if (phase === 'subscribe') return counts.subscribeUnconfirmed;
  if (phase === 'unsubscribe') return counts.unsubscribeUnconfirmed;
  return 0;
}

function publishingResult(aggregator: Aggregator, plan: RunPlan): PublishingResult {
  const { counts } = aggregator;
  return {
    publishersPlanned: plan.publish.reduce((sum, { publishers }) => sum + publishers, 0),
    publishersFailed: counts.publishersFailed,
    due: counts.publishDue,
    sent: counts.publishSent,
    unsent: counts.publishUnsent,
    lateCount: counts.publishLate,
    lagUs: aggregator.latency('lag.publish').summary(),
    receiptUs: aggregator.latency('publish.receipt').summary(),
    receiptsMissing: counts.publishReceiptsMissing,
  };
}

function deliveryResult(aggregator: Aggregator): DeliveryResult {
  const { counts, timeline } = aggregator;
  const { expected, received, lost, edge, copies } = timeline.deliveries;
  const latency = aggregator.latency('delivery');
  return {
    published: timeline.published,
    expected,
    received,
    lost,
    late: counts.late,
    edge: edge + counts.early,
    duplicated: counts.duplicated + copies,
    reordered: counts.reordered,
    misrouted: counts.misrouted,
    corrupted: counts.corrupted,
    foreign: counts.foreign,
    unaccounted: counts.unaccounted,
    latencyUs: latency.summary(),
    latencyFromDueUs: aggregator.latency('due.delivery').summary(),
    curve: latency.curve(),
  };
}

/** What of the deliveries can't be told. */
function deliveryNotes({ counts, timeline }: Aggregator): string[] {
  const { copies, excused } = timeline.deliveries;
  const notes: string[] = [];
  if (copies > 0) {
    notes.push(
      `${formatCount(copies)} more deliveries came of queues than were sent to them: copies that another subscriber got. Each may hide a message that never came.`,
    );
  }
  if (excused > 0) {
    notes.push(
      `${formatCount(excused)} of the deliveries that never came can't be told from ones that a failed publisher never sent, or that were on their way to a connection or a worker when it ended: they count as edge, and not as lost.`,
    );
  }
  if (counts.untold > 0) {
    notes.push(
      `Of ${formatCount(counts.untold)} deliveries it could not be told whether they were copies: they were too far behind, or from too many publishers.`,
    );
  }
  return notes;
}
