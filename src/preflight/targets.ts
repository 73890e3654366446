import { isIP } from 'node:net';
import type { Machine } from '../machine/machine.js';
import type { RunPlan } from '../model/plan.js';

/** Where the connections of a plan go: what a check needs to know of it without looking a name up. */
export interface Destinations {
  /** Pairs of host and port: each has every local port for itself. */
  readonly count: number;
  /** Sockets of the one that gets most. */
  readonly busiestSockets: number;
  /** All are on this machine. */
  readonly local: boolean;
  /** Names whose addresses are each a destination: how many there are is known only once they are looked up. */
  readonly atLeast: boolean;
}

/** @param brokerProcesses of the embedded broker: each listens on a port of its own */
export function destinationsOf(
  { target }: Pick<RunPlan, 'target'>,
  sockets: number,
  brokerProcesses: number,
  machine: Pick<Machine, 'addresses'>,
): Destinations {
  if (target.embedded) {
    const busiestSockets = Math.ceil(sockets / brokerProcesses) + 1;
    return { count: brokerProcesses, busiestSockets, local: true, atLeast: false };
  }
  const urls = target.urls.map((url) => new URL(url));
  const urlsOfHost = new Map<string, number>();
  for (const { host } of urls) urlsOfHost.set(host, (urlsOfHost.get(host) ?? 0) + 1);
  const most = Math.max(1, ...urlsOfHost.values());
  return {
    count: urlsOfHost.size,
    busiestSockets: Math.ceil(sockets / urls.length) * most,
    local: urls.every(({ hostname }) => isLocal(hostname, machine)),
    atLeast: target.addresses === 'all' && urls.some(({ hostname }) => isIP(plain(hostname)) === 0),
  };
}

/** Whether a host of a URL is this machine, as far as can be told without looking it up. */
export function isLocal(hostname: string, { addresses }: Pick<Machine, 'addresses'>): boolean {
  const host = plain(hostname);
  return isLoopback(host) || addresses.some(({ address }) => address === host);
}

export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

function plain(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
