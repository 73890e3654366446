import type { Machine } from '../../machine/machine.js';
import type { Check } from '../../model/check.js';
import { formatCount } from '../../shared/units.js';
import type { Demand } from '../demand.js';
import { sourcesOf } from '../sources.js';
import { portsOf } from '../usable.js';
import { fail, ok, warn } from './check.js';

/** Of net.ipv4.ip_local_port_range="1024 65535". */
const WIDEST_PORTS = 64_512;
const WIDEN = 'sudo sysctl -w net.ipv4.ip_local_port_range="1024 65535"';

/** A source address has each local port once for one destination, which is an address and a port. */
export function localPorts(demand: Demand, machine: Machine): Check {
  const id = 'local-ports';
  const ports = portsOf(machine);
  const { destinations, sources } = demand;
  if (ports === null) return ok(id, 'the system does not tell how many there are');
  const most = ports * sources.count;
  const range = machine.localPorts?.join('-') ?? '';
  const each = `${formatCount(ports)} for each destination and source address (net.ipv4.ip_local_port_range ${range})`;
  const where = `${countOf(destinations.count, 'destination')}${destinations.atLeast ? ' or more' : ''}, ${sourcesText(demand)}`;
  const found = `${each}; ${where}; the busiest destination gets ${formatCount(destinations.busiestSockets)} connections`;
  if (destinations.busiestSockets <= most) return quick(demand, ports) ? ok(id, found) : slow(demand, found);
  const mend = howToMend(demand, ports, machine);
  return destinations.atLeast ? warn(id, found, mend) : fail(id, found, mend);
}

// The kernel tries ports of one parity first (__inet_hash_connect): with those in use each further connect goes through
// thousands of ports of the other, until it finds one that is free.
function quick({ destinations, sources }: Demand, ports: number): boolean {
  return sources.chosen || destinations.busiestSockets <= Math.floor(ports / 2);
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

function howToMend({ plan, client, destinations, sources }: Demand, ports: number, machine: Machine): string {
  const needed = destinations.busiestSockets;
  const chosen = ofOurChoice(client);
  const auto = { target: plan.target, connect: { localAddresses: 'auto' as const } };
  if (needed <= ports * sourcesOf(auto, machine).count) return chosen;
  if (needed <= WIDEST_PORTS * sources.count) return WIDEN;
  const addresses = formatCount(Math.ceil(needed / ports));
  return `${chosen}, with ${addresses} addresses on this machine (sudo ip address add <address> dev <device>), or more targets: target: [<url>, <url>]`;
}

function sourcesText({ sources }: Demand): string {
  if (!sources.chosen) return '1 source address (the kernel chooses)';
  return sources.count === Infinity
    ? 'source addresses as needed'
    : countOf(sources.count, 'source address', 'source addresses');
}

/** Addresses that connections are to start from have to be this machine's. */
export function sourceAddresses({ sources }: Demand): Check | null {
  if (!sources.chosen) return null;
  const { missing, count } = sources;
  const id = 'source-addresses';
  if (missing.length === 0)
    return ok(id, count === Infinity ? 'of 127.0.0.0/8, as needed' : formatCount(count));
  const [first = ''] = missing;
  const others = missing.length === 1 ? '' : ` and ${formatCount(missing.length - 1)} others are`;
  return warn(
    id,
    `${first}${others === '' ? ' is' : others} on no interface of this machine`,
    `sudo ip address add ${first} dev <device>`,
  );
}

/** Ports of connections that ended within the last minute can't be used again yet for the same destination. */
export function timeWait(demand: Demand, machine: Machine): Check | null {
  const { timeWaitSockets, timeWaitReuse } = machine;
  const ports = portsOf(machine);
  if (timeWaitSockets === null || ports === null) return null;
  const { destinations, sources } = demand;
  const reused = sources.chosen || timeWaitReuse === 1 || (timeWaitReuse === 2 && destinations.local);
  const id = 'time-wait';
  const found = `${formatCount(timeWaitSockets)} sockets in TIME_WAIT; net.ipv4.tcp_tw_reuse ${timeWaitReuse ?? 'not told'}`;
  const left = ports * sources.count - Math.min(timeWaitSockets, ports * sources.count);
  if (reused || destinations.busiestSockets <= left) return ok(id, found);
  return warn(
    id,
    `${found}: if they are of the same destination, too few local ports are left`,
    'sudo sysctl -w net.ipv4.tcp_tw_reuse=1, or wait a minute',
  );
}

function countOf(count: number, one: string, several = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : several}`;
}
