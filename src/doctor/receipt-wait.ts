import type { RunPlan } from '../model/plan.js';

/** How a server answered a frame that asked for a RECEIPT. `closed`: with close 1000. */
export type Answer = 'receipt' | 'closed' | 'none';

export type ReceiptStep = 'subscribe' | 'unsubscribe' | 'disconnect';

/** Where no connection of the plan waits for it, a RECEIPT is only worth knowing of: most servers give it at once. */
const LOOK_MS = 3000;
/** Where all would wait for it; the plan's own time-out may be an hour. */
const AWAITED_MS = 10_000;

/**
 * Whether a connection of the plan fails where that RECEIPT does not come.
 *
 * @param subscribe how SUBSCRIBE was answered: a run asks for the RECEIPT of UNSUBSCRIBE only where that gave one
 */
export function isAwaited(
  { subscribe: [entry] }: Pick<RunPlan, 'subscribe'>,
  step: ReceiptStep,
  subscribe: Answer | null,
): boolean {
  if (step === 'disconnect') return true;
  if (entry === undefined || entry.confirm === 'none' || entry.confirm === 'message') return false;
  if (step === 'unsubscribe') return subscribe === 'receipt';
  return entry.confirm === 'receipt' || !entry.awaitMessage;
}

/** How long a RECEIPT is waited for: never longer than the plan does. */
export function receiptWaitMs(plan: RunPlan, step: ReceiptStep, subscribe: Answer | null): number {
  const atMost = isAwaited(plan, step, subscribe) ? AWAITED_MS : LOOK_MS;
  return Math.min(atMost, plan.timeoutsMs[step]);
}
