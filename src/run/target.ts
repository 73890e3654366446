import { startBrokers, type BrokerHandle, type BrokerOptions } from '../broker/cluster/host.js';
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

/**
 * `brokerProcesses`: how many the embedded broker is. `pathOf` makes a path of the plan absolute: relative ones are in
 * the run's folder. Throws `broker-failed`, `output-unwritable`.
 */
export async function openTarget(
  plan: RunPlan,
  brokerProcesses: number,
  pathOf: (path: string) => string,
): Promise<Target> {
  if (!plan.target.embedded) return { plan, endedBy: () => null, stop: () => Promise.resolve([]) };
  const { brokers, stop } = await startBrokers(brokerOptions(plan, pathOf), brokerProcesses);
  const ends: string[] = [];
  for (const [index, broker] of brokers.entries()) {
    void broker.exited.then(({ code, signal }) => {
      ends.push(`${nameOf(index, brokers)} ended during the run (${signal ?? `exit ${code ?? 0}`}).`);
    });
  }
  return {
    plan: { ...plan, target: { ...plan.target, urls: brokers.map(({ url }) => url) } },
    endedBy: () => (ends.length === 0 ? null : ends.join(' ')),
    stop: () =>
      stop().then(
        () => [],
        (error: unknown) => [messageOf(error)],
      ),
  };
}

function nameOf(index: number, brokers: readonly BrokerHandle[]): string {
  if (brokers.length === 1) return 'The embedded broker';
  return `Process ${index + 1} of ${brokers.length} of the embedded broker, ${brokers[index]?.url ?? ''},`;
}

function brokerOptions({ target }: RunPlan, pathOf: (path: string) => string): BrokerOptions {
  const { faults = null, ledger = null } = target.broker ?? {};
  return {
    ...(faults === null ? {} : { faults }),
    ...(ledger === null ? {} : { ledger: pathOf(ledger) }),
  };
}
