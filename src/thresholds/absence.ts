import { phasesOf } from '../model/cycle.js';
import { type Phase, PHASES, type Stage } from '../model/phases.js';
import type { RunPlan } from '../model/plan.js';

/** Why a plan has nothing of a metric: such a threshold could never be told, and is refused before the run. */
type Absence = (plan: RunPlan) => string | null;

const WHY: Readonly<Partial<Record<Phase, string>>> = {
  dns: 'the target is an address, not a name',
  tls: 'no target is a wss:// URL',
  subscribe: 'nothing is subscribed to',
  message: 'no connection waits for a first message',
  unsubscribe: 'nothing is subscribed to',
};

export function noSuchPhase(stage: Stage): Absence {
  return (plan) => {
    if (stage === 'publish') return nothingPublished(plan);
    const phase = PHASES.find((name) => name === stage);
    if (phase === undefined || phasesOf(plan).includes(phase)) return null;
    return WHY[phase] ?? 'its cycle has no such phase';
  };
}

export const nothingPublished: Absence = ({ publish }) =>
  publish.length === 0 ? 'nothing is published' : null;

export const noReceipts: Absence = (plan) =>
  nothingPublished(plan) ??
  (plan.publish.some(({ receipt }) => receipt !== false)
    ? null
    : 'no receipts are asked for (publish[].receipt)');

/** Only this run's own messages are timed. */
export const nothingDelivered: Absence = (plan) =>
  nothingPublished(plan) ?? (plan.subscribe.length === 0 ? 'nothing is subscribed to' : null);
