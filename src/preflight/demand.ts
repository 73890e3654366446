import type { Machine } from '../machine/machine.js';
import type { ArrivalStage, ClientKind, RunPlan } from '../model/plan.js';
import { expectationsOf } from '../scenario/expectations.js';
import type { Layout } from './fit.js';
import { socketsOfPlan } from './layout.js';
import { type Destinations, destinationsOf } from './targets.js';
import type { FoundSources, Ways } from './ways.js';

/** What a plan asks of the machine, once it is laid out. */
export interface Demand {
  readonly plan: RunPlan;
  readonly client: ClientKind;
  readonly layout: Layout;
  /** Connections and publishers. */
  readonly sockets: number;
  readonly destinations: Destinations;
  /** null: the kernel chooses where connections start. */
  readonly sources: FoundSources | null;
  readonly embedded: boolean;
  /** The highest rate of the schedule. */
  readonly connectsPerSec: number;
  /** Of the busiest five seconds: a short burst may wait for a CPU and do no harm. */
  readonly sustainedConnectsPerSec: number;
  readonly messagesPerSec: number;
  readonly deliveriesPerSec: number;
}

const BURST_SEC = 5;

export function demandOf(plan: RunPlan, layout: Layout, machine: Machine, ways: Ways): Demand {
  const { messagesPerSec, deliveriesPerSec } = expectationsOf(plan);
  const sockets = socketsOfPlan(plan);
  const connectsPerSec = peakRatePerSec(plan.connect.stages, plan.connect.connections);
  return {
    plan,
    client: plan.client,
    layout,
    sockets,
    destinations: destinationsOf(plan, ways.targets, Math.max(1, layout.brokerProcesses), machine),
    sources: ways.sources,
    embedded: plan.target.embedded,
    connectsPerSec,
    sustainedConnectsPerSec: Math.min(connectsPerSec, plan.connect.connections / BURST_SEC),
    messagesPerSec,
    deliveriesPerSec,
  };
}

/** The highest rate of all stages that begin before the last arrival. */
export function peakRatePerSec(stages: readonly ArrivalStage[], connections: number): number {
  let peak = 0;
  let arrived = 0;
  for (const { fromPerSec, toPerSec, durationMs } of stages) {
    if (arrived >= connections) break;
    peak = Math.max(peak, fromPerSec, toPerSec);
    arrived += durationMs === null ? Infinity : ((fromPerSec + toPerSec) / 2) * (durationMs / 1000);
  }
  return peak;
}
