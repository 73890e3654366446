import { isIP } from 'node:net';
import type { Machine } from '../machine/machine.js';
import type { RunPlan } from '../model/plan.js';
import { isLoopback } from './targets.js';

/** Addresses of this machine that connections start from. */
export interface Sources {
  /** Infinity: as many as are needed, from 127.0.0.0/8. */
  readonly count: number;
  /** Chosen by us; false: by the kernel, always the same one. */
  readonly chosen: boolean;
  /** Those of the plan that no interface of this machine has. */
  readonly missing: readonly string[];
}

export function sourcesOf(
  { connect, target }: Pick<RunPlan, 'target'> & { connect: Pick<RunPlan['connect'], 'localAddresses'> },
  { addresses }: Pick<Machine, 'addresses'>,
): Sources {
  const { localAddresses } = connect;
  if (localAddresses === 'auto') {
    const hosts = target.urls.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ''));
    if (target.embedded || hosts.every((host) => isLoopback(host) && host !== '::1')) {
      return { count: Infinity, chosen: true, missing: [] };
    }
    const family = hosts.some((host) => isIP(host) === 6) ? 6 : 4;
    return { count: mostOnOneInterface(addresses, family), chosen: true, missing: [] };
  }
  const known = new Set(addresses.map(({ address }) => address));
  // Linux has all of 127.0.0.0/8, and an interface tells of 127.0.0.1 only.
  const missing = localAddresses.filter((address) => !known.has(address) && !address.startsWith('127.'));
  return { count: Math.max(1, localAddresses.length), chosen: localAddresses.length > 0, missing };
}

/** Which interface leads to the target is known only once it is asked; at least one address it has. */
function mostOnOneInterface(addresses: Machine['addresses'], family: 4 | 6): number {
  const counts = new Map<string, number>();
  for (const entry of addresses) {
    if (entry.internal || entry.family !== family || entry.address.startsWith('fe80:')) continue;
    counts.set(entry.interface, (counts.get(entry.interface) ?? 0) + 1);
  }
  return Math.max(1, ...counts.values());
}
