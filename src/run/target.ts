import { startBroker, type BrokerOptions } from '../broker/host.js';
import type { RunPlan } from '../model/plan.js';
import { messageOf } from '../shared/errors.js';

/** The target of a run, started where the plan asks for the embedded broker. */
export interface Target {
  /** The plan with target.urls filled in. */
  readonly plan: RunPlan;
  /** How a broker of ours came to its end by itself, a sentence for the result; null where it did not. */
  endedBy(): string | null;
  /** Never rejects: what went wrong with the broker's ledger comes back, a sentence each. May be called more than once. */
  stop(): Promise<readonly string[]>;
}

/** `pathOf` makes a path of the plan absolute: relative ones are in the run's folder. Throws `broker-failed`, `output-unwritable`. */
export async function openTarget(plan: RunPlan, pathOf: (path: string) => string): Promise<Target> {
  if (!plan.target.embedded) return { plan, endedBy: () => null, stop: () => Promise.resolve([]) };
  const broker = await startBroker(brokerOptions(plan, pathOf));
  let endedBy: string | null = null;
  void broker.exited.then(({ code, signal }) => {
    endedBy = `The embedded broker ended during the run (${signal ?? `exit ${code ?? 0}`}).`;
  });
  return {
    plan: { ...plan, target: { ...plan.target, urls: [broker.url] } },
    endedBy: () => endedBy,
    stop: () =>
      broker.stop().then(
        () => [],
        (error: unknown) => [messageOf(error)],
      ),
  };
}

function brokerOptions({ target }: RunPlan, pathOf: (path: string) => string): BrokerOptions {
  const { faults = null, ledger = null } = target.broker ?? {};
  return {
    ...(faults === null ? {} : { faults }),
    ...(ledger === null ? {} : { ledger: pathOf(ledger) }),
  };
}
