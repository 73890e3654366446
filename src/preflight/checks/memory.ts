import type { Machine } from '../../machine/machine.js';
import type { Check } from '../../model/check.js';
import { formatBytes, formatCount } from '../../shared/units.js';
import {
  BROKER_CONNECTION_BYTES,
  CONNECTION_BYTES,
  KERNEL_SOCKET_BYTES,
  PROCESS_BYTES,
  THREAD_BYTES,
  TLS_BYTES,
} from '../costs.js';
import type { Demand } from '../demand.js';
import { memoryOf } from '../usable.js';
import { fail, ok, warn } from './check.js';

/** More than this share of what is free, and something else that starts may end the run. */
const TIGHT = 0.8;

/** What is needed, by what connections were measured to take, against what is free. */
export function memory(demand: Demand, machine: Machine): Check {
  const id = 'memory';
  const needed = memoryNeededBytes(demand);
  const free = memoryOf(machine);
  const grouped = free < machine.memoryAvailableBytes ? ' in this control group' : '';
  const { secureSockets } = demand.destinations;
  const tls = secureSockets === 0 ? '' : `, ${formatCount(secureSockets)} of them over TLS`;
  const found = `about ${formatBytes(needed)} for ${formatCount(demand.sockets)} connections (client: ${demand.client}${tls}), ${formatBytes(free)} available${grouped}`;
  if (needed <= free * TIGHT) return ok(id, found);
  const mend = howToMend(demand, needed, free, grouped !== '');
  return needed <= free ? warn(id, found, mend) : fail(id, found, mend);
}

/** Of the generator, of the kernel's sockets, and of the embedded broker where there is one. */
export function memoryNeededBytes({ sockets, client, layout, embedded, destinations }: Demand): number {
  const { workers, threadsOfProcesses, brokerProcesses } = layout;
  // Several processes have one beside them that coordinates.
  const processes = threadsOfProcesses.length + (threadsOfProcesses.length > 1 ? 1 : 0) + brokerProcesses;
  return (
    sockets * CONNECTION_BYTES[client] +
    destinations.secureSockets * TLS_BYTES +
    sockets * KERNEL_SOCKET_BYTES * (destinations.local ? 2 : 1) +
    (embedded ? sockets * BROKER_CONNECTION_BYTES : 0) +
    processes * PROCESS_BYTES +
    workers * THREAD_BYTES
  );
}

function howToMend(demand: Demand, needed: number, free: number, grouped: boolean): string {
  const { plan, client } = demand;
  if (client === 'stompjs' && memoryNeededBytes({ ...demand, client: 'native' }) <= free * TIGHT)
    return 'client: native';
  const destinations = { ...demand.destinations, secureSockets: 0 };
  const empty = memoryNeededBytes({ ...demand, sockets: 0, destinations });
  const each = (needed - empty) / demand.sockets;
  const most = Math.floor((free * TIGHT - empty) / each) - (demand.sockets - plan.connect.connections);
  const more = grouped
    ? `a memory limit of ${formatBytes(needed / TIGHT)} for this control group (docker run --memory, systemd MemoryMax=)`
    : 'a machine with more memory';
  return most >= 1 ? `connect.connections: ${most}, or ${more}` : more;
}
