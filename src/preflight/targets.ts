import { isIP } from 'node:net';
import type { Machine } from '../machine/machine.js';
import type { RunPlan } from '../model/plan.js';
import { type AddressKind, addressKind, addressText } from '../shared/ip-address.js';
import type { RunTarget } from './target-addresses.js';

/** What has every local port of a source address for itself: an address and a port. */
export interface Destination {
  /** `host:port` */
  readonly text: string;
  /** What it may turn out to be; empty: a name that is not resolved. */
  readonly kinds: readonly AddressKind[];
  /** On the loopback network, as far as can be told without looking a name up. */
  readonly loopback: boolean;
  readonly sockets: number;
}

/** Where the connections of a plan go. */
export interface Destinations {
  /** At least one. */
  readonly all: readonly Destination[];
  /** Sockets of the one that gets most. */
  readonly busiestSockets: number;
  /** Of all sockets, those over TLS. */
  readonly secureSockets: number;
  /** All are on this machine. */
  readonly local: boolean;
  /** Names whose addresses each are a destination, and that did not resolve. */
  readonly atLeast: boolean;
  /** Names that connections resolve by themselves: they may turn out to be one and the same address. */
  readonly mayCoincide: boolean;
}

type Plan = Pick<RunPlan, 'target' | 'publish'> & {
  readonly connect: Pick<RunPlan['connect'], 'connections'>;
};

/**
 * @param targets empty for the embedded broker
 * @param brokerProcesses of the embedded broker: each listens on a port of its own
 */
export function destinationsOf(
  plan: Plan,
  targets: readonly RunTarget[],
  brokerProcesses: number,
  machine: Pick<Machine, 'addresses'>,
): Destinations {
  if (plan.target.embedded) {
    const all = Array.from({ length: brokerProcesses }, (_, n): Destination => {
      const sockets = socketsOf(plan, n, brokerProcesses);
      return { text: `broker ${n + 1}`, kinds: ['4-loopback'], loopback: true, sockets };
    });
    return {
      all,
      busiestSockets: busiest(all),
      secureSockets: 0,
      local: true,
      atLeast: false,
      mayCoincide: false,
    };
  }
  const destinations = new Map<string, Destination>();
  let secureSockets = 0;
  for (const [n, target] of targets.entries()) {
    const sockets = socketsOf(plan, n, targets.length);
    if (target.url.startsWith('wss:')) secureSockets += sockets;
    const text = addressText(target.address ?? target.name, target.port);
    const before = destinations.get(text)?.sockets ?? 0;
    const kinds = [...new Set(target.hosts.map(addressKind))];
    const loopback = isLoopback(target.address ?? target.name);
    destinations.set(text, { text, kinds, loopback, sockets: before + sockets });
  }
  const all = [...destinations.values()];
  return {
    all,
    busiestSockets: busiest(all),
    secureSockets,
    local: targets.every(({ address, name }) => isLocal(address ?? name, machine)),
    atLeast: plan.target.addresses === 'all' && targets.some(({ open }) => open),
    mayCoincide: targets.length > 1 && targets.some(({ open }) => open),
  };
}

/** Connection n of the whole, and publisher n of all, go to target n mod targets. */
function socketsOf({ connect, publish }: Plan, target: number, targets: number): number {
  const publishers = publish.reduce((sum, entry) => sum + entry.publishers, 0);
  const dealt = (count: number): number => Math.floor(count / targets) + (target < count % targets ? 1 : 0);
  return dealt(connect.connections) + dealt(publishers);
}

function busiest(all: readonly Destination[]): number {
  return Math.max(...all.map(({ sockets }) => sockets));
}

function isLocal(host: string, { addresses }: Pick<Machine, 'addresses'>): boolean {
  return isLoopback(host) || addresses.some(({ address }) => address === host);
}

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
