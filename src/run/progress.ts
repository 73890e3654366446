import type { Aggregator } from '../metrics/aggregator.js';
import { zeroCounters } from '../metrics/counters.js';
import type { RunPlan } from '../model/plan.js';
import { Schedule } from '../pacing/schedule.js';

/** Where a run is. */
export type RunStage = 'preparing' | 'arriving' | 'holding' | 'draining' | 'leaving' | 'stopping';

/** What a person watching wants to know, once a second; rates and percentiles are of the last whole second. */
export interface Progress {
  readonly stage: RunStage;
  readonly elapsedMs: number;
  /** An estimate: what the schedules still ask for. */
  readonly leftMs: number;
  readonly planned: number;
  readonly started: number;
  readonly opened: number;
  readonly open: number;
  readonly settled: number;
  readonly complete: number;
  readonly failed: number;
  readonly receivedPerSec: number;
  readonly deliveryP99Us: number | null;
}

/** Where the run is by the clock, in milliseconds. */
export interface StageTimes {
  /** Since the start; negative before it. */
  readonly elapsedMs: number;
  readonly inStageMs: number;
}

/** @param aggregator null: nothing has begun */
export function progressOf(
  plan: RunPlan,
  stage: RunStage,
  { elapsedMs, inStageMs }: StageTimes,
  aggregator: Aggregator | null,
): Progress {
  const { started, opened, settled, complete, failed } = aggregator?.counts ?? zeroCounters();
  const row = aggregator?.lastRow;
  return {
    stage,
    elapsedMs: Math.max(0, elapsedMs),
    leftMs: leftMs(plan, stage, inStageMs),
    planned: plan.connect.connections,
    started,
    opened,
    open: aggregator?.timeline.open ?? 0,
    settled,
    complete,
    failed,
    receivedPerSec: row === undefined ? 0 : row.received / row.widthSec,
    deliveryP99Us: row?.delivery?.p99 ?? null,
  };
}

/** What a plan's schedules still ask for, in milliseconds, from a moment within a stage; what the target takes comes on top. */
export function leftMs(plan: RunPlan, stage: RunStage, inStageMs: number): number {
  const { connect, holdMs, disconnect, publish } = plan;
  const schedule = new Schedule(connect.stages);
  const publishers = publish.reduce((sum, entry) => sum + entry.publishers, 0);
  const preparingMs = publishers === 0 ? 0 : schedule.dueMs(publishers - 1);
  const rampMs = schedule.dueMs(connect.connections - 1);
  const leavingMs = disconnect.ratePerSec === null ? 0 : (connect.connections / disconnect.ratePerSec) * 1000;
  const left = (ofStageMs: number): number => Math.max(0, ofStageMs - inStageMs);
  if (stage === 'preparing') return left(preparingMs) + rampMs + holdMs + leavingMs;
  if (stage === 'arriving') return left(rampMs) + holdMs + leavingMs;
  if (stage === 'holding') return left(holdMs) + leavingMs;
  return left(leavingMs);
}
