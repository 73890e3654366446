import { isIPv4 } from 'node:net';
import type { RunPlan } from '../model/plan.js';

/** Whether all of the target is known to be on the generator's own machine, and to share its memory. */
export function isBesideTarget({ target }: Pick<RunPlan, 'target'>): boolean {
  return target.embedded || (target.urls.length > 0 && target.urls.every(isLoopback));
}

/** Whether any of it is. */
export function sharesMachine({ target }: Pick<RunPlan, 'target'>): boolean {
  return target.embedded || target.urls.some(isLoopback);
}

function isLoopback(url: string): boolean {
  // A masked URL need not be one any more.
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return (
    hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))
  );
}
