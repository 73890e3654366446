import { type BrokerHandle, startBroker } from '../broker/host.js';
import type { RunPlan } from '../model/plan.js';

/** The target of a run, started where the plan asks for the embedded broker. */
export interface Target {
  /** The plan with target.urls filled in. */
  readonly plan: RunPlan;
  stop(): Promise<void>;
}

/** Throws `broker-failed`. */
export async function openTarget(plan: RunPlan): Promise<Target> {
  if (!plan.target.embedded) return { plan, stop: () => Promise.resolve() };
  const broker: BrokerHandle = await startBroker(credentialsOf(plan));
  return {
    plan: { ...plan, target: { ...plan.target, urls: [broker.url] } },
    stop: () => broker.stop(),
  };
}

function credentialsOf(_plan: RunPlan): Parameters<typeof startBroker>[0] {
  return {};
}
