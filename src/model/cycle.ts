import { isIP } from 'node:net';
import { type Phase, PHASES } from './phases.js';
import type { RunPlan } from './plan.js';

/** The phases that a scenario's cycle has. */
export function phasesOf(plan: RunPlan): readonly Phase[] {
  // A masked URL need not be one any more.
  const urls = plan.target.urls.filter((url) => URL.canParse(url)).map((url) => new URL(url));
  const has: Partial<Record<Phase, boolean>> = {
    dns: urls.some(({ hostname }) => isIP(hostname.replace(/^\[|\]$/g, '')) === 0),
    tls: urls.some(({ protocol }) => protocol === 'wss:'),
    subscribe: plan.subscribe.length > 0,
    message: plan.subscribe.some(({ awaitMessage }) => awaitMessage),
    unsubscribe: plan.subscribe.length > 0,
  };
  return PHASES.filter((phase) => has[phase] ?? true);
}
