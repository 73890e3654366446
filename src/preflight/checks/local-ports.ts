import type { Machine } from '../../machine/machine.js';
import type { Check } from '../../model/check.js';
import { ADDRESS_KINDS } from '../../shared/ip-address.js';
import { type PortRange, countPorts, withoutPorts } from '../../shared/port-ranges.js';
import { formatCount } from '../../shared/units.js';
import type { Demand } from '../demand.js';
import type { Destination } from '../targets.js';
import { portsOf, portsOfOurChoice } from '../usable.js';
import { sourceCount } from '../ways.js';
import { fail, ok, warn } from './check.js';

const WIDEST: PortRange = [1024, 65_535];
/** Then every address of a name is a destination by itself, and known before the run. */
const APART = 'target: { urls: [<url>, <url>], addresses: all }';
const WIDEN = `sudo sysctl -w net.ipv4.ip_local_port_range="${WIDEST.join(' ')}"`;

/** A source address has each local port once for one destination, which is an address and a port. */
export function localPorts(demand: Demand, machine: Machine): Check {
  const id = 'local-ports';
  const { destinations, sources } = demand;
  const ports = sources === null ? portsOf(machine) : countPorts(portsOfOurChoice(machine));
  if (ports === null) return ok(id, 'the system does not tell how many there are');
  const tightest = tightestOf(demand, inPractice(demand));
  const { fewest, most } = sourcesTowards(demand, tightest);
  const range = machine.localPorts?.join('-') ?? 'not told';
  const each = `${formatCount(ports)} for each destination and source address (net.ipv4.ip_local_port_range ${range})`;
  const where = `${countOf(destinations.all.length, 'destination')}${destinations.atLeast ? ' or more' : ''}, ${sourcesText(demand, most)}`;
  const found = `${each}; ${where}; the busiest destination gets ${formatCount(tightest.sockets)} connections`;
  if (tightest.sockets <= ports * fewest) {
    return sources !== null || isQuick(tightest, ports) ? ok(id, found) : slow(demand, found);
  }
  const mend = alone(demand, ports) ? APART : howToMend(demand, tightest, ports, machine);
  const mayDo = destinations.atLeast || tightest.sockets <= ports * most;
  return mayDo ? warn(id, found, mend) : fail(id, found, mend);
}

/** Where we choose the ports, what may be the same destination shares them. */
function inPractice({
  destinations: { all, mayCoincide },
  sources,
  sockets,
}: Demand): readonly Destination[] {
  return sources !== null && mayCoincide ? all.map((one) => ({ ...one, sockets })) : all;
}

/** They only do not fit because they share. */
function alone(demand: Demand, ports: number): boolean {
  const { all, mayCoincide } = demand.destinations;
  const tightest = tightestOf(demand, all);
  return (
    mayCoincide &&
    demand.sources !== null &&
    tightest.sockets <= ports * sourcesTowards(demand, tightest).fewest
  );
}

/** The destination that has the fewest source addresses for what it gets. */
function tightestOf(demand: Demand, destinations: readonly Destination[]): Destination {
  const share = (destination: Destination): number =>
    destination.sockets / sourcesTowards(demand, destination).fewest;
  return destinations.reduce((worst, one) => (share(one) > share(worst) ? one : worst));
}

/** A name may be of several kinds. Where there is none the kernel chooses one, or there are no connections at all. */
function sourcesTowards(
  { sources }: Demand,
  { kinds }: Destination,
): { readonly fewest: number; readonly most: number } {
  if (sources === null) return { fewest: 1, most: 1 };
  const counts = (kinds.length === 0 ? ADDRESS_KINDS : kinds).map((kind) => sourceCount(sources, kind));
  const usable = counts.filter((count) => count > 0);
  return usable.length === 0
    ? { fewest: 1, most: 1 }
    : { fewest: Math.min(...usable), most: Math.max(...usable) };
}

// The kernel tries ports of one parity first (__inet_hash_connect): with those in use each further connect goes through
// thousands of ports of the other, until it finds one that is free.
function isQuick({ sockets }: Destination, ports: number): boolean {
  return sockets <= Math.floor(ports / 2);
}

function slow({ client }: Demand, found: string): Check {
  return warn(
    'local-ports',
    `${found}: beyond half of the ports the kernel searches long for the next one, about 1 ms of CPU for each connect`,
    ofOurChoice(client),
  );
}

function ofOurChoice(client: Demand['client']): string {
  return `${client === 'native' ? '' : 'client: native, and '}connect.localAddresses: auto`;
}

function howToMend(demand: Demand, tightest: Destination, ports: number, machine: Machine): string {
  const { plan, client } = demand;
  const { sockets } = tightest;
  const chosen = ofOurChoice(client);
  const isAuto = plan.connect.localAddresses === 'auto';
  if (!isAuto && sockets <= ports * foundByAuto(tightest, machine)) return chosen;
  const widest = countPorts(withoutPorts(WIDEST, machine.reservedPorts));
  if (widest > ports && sockets <= widest * sourcesTowards(demand, tightest).fewest) return WIDEN;
  const addresses = formatCount(Math.ceil(sockets / ports));
  return `${chosen}, with ${addresses} addresses on this machine (sudo ip address add <address> dev <device>), or more targets: target: [<url>, <url>]`;
}

/** At least so many: which interface leads to the target is known only when it is asked for. */
function foundByAuto({ loopback, text, kinds }: Destination, { addresses }: Machine): number {
  const isV6 = text.startsWith('[') || (kinds.every((kind) => kind.startsWith('6')) && kinds.length > 0);
  if (loopback) return isV6 ? 1 : Infinity;
  const counts = new Map<string, number>();
  for (const entry of addresses) {
    if (entry.internal || entry.family !== (isV6 ? 6 : 4) || entry.address.startsWith('fe80:')) continue;
    counts.set(entry.interface, (counts.get(entry.interface) ?? 0) + 1);
  }
  return counts.size === 0 ? 1 : Math.min(...counts.values());
}

function sourcesText({ sources }: Demand, count: number): string {
  if (sources === null) return '1 source address (the kernel chooses)';
  return count === Infinity
    ? 'source addresses as needed'
    : countOf(count, 'source address', 'source addresses');
}

/** Ports of connections that ended within the last minute can't be used again yet for the same destination. */
export function timeWait(demand: Demand, machine: Machine): Check | null {
  const { timeWaitSockets, timeWaitReuse } = machine;
  const ports = portsOf(machine);
  if (timeWaitSockets === null || ports === null) return null;
  const { destinations, sources } = demand;
  const reused = sources !== null || timeWaitReuse === 1 || (timeWaitReuse === 2 && destinations.local);
  const id = 'time-wait';
  const found = `${formatCount(timeWaitSockets)} sockets in TIME_WAIT; net.ipv4.tcp_tw_reuse ${timeWaitReuse ?? 'not told'}`;
  if (reused || destinations.busiestSockets <= Math.max(0, ports - timeWaitSockets)) return ok(id, found);
  return warn(
    id,
    `${found}: if they are of the same destination, too few local ports are left`,
    'sudo sysctl -w net.ipv4.tcp_tw_reuse=1, or wait a minute',
  );
}

function countOf(count: number, one: string, several = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : several}`;
}
