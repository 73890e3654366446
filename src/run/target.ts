import { startBroker } from '../broker/host.js';
import type { RunPlan } from '../model/plan.js';

/** The target of a run, started where the plan asks for the embedded broker. */
export interface Target {
  /** The plan with target.urls filled in. */
  readonly plan: RunPlan;
  /** How a broker of ours came to its end by itself, a sentence for the result; null where it did not. */
  endedBy(): string | null;
  stop(): Promise<void>;
}

/** Throws `broker-failed`. */
export async function openTarget(plan: RunPlan): Promise<Target> {
  if (!plan.target.embedded) return { plan, endedBy: () => null, stop: () => Promise.resolve() };
  const broker = await startBroker();
  let endedBy: string | null = null;
  void broker.exited.then(({ code, signal }) => {
    endedBy = `The embedded broker ended during the run (${signal ?? `exit ${code ?? 0}`}).`;
  });
  return {
    plan: { ...plan, target: { ...plan.target, urls: [broker.url] } },
    endedBy: () => endedBy,
    stop: () => broker.stop(),
  };
}
