import type { Machine } from '../machine/machine.js';
import type { Check } from '../model/check.js';
import { formatBytes, formatCount } from '../shared/units.js';
import { ok } from './checks/check.js';
import { limitText } from './checks/open-files.js';
import { clockSource, nodeVersion } from './checks/system.js';
import { CONNECTION_BYTES, KERNEL_SOCKET_BYTES, PROCESS_BYTES } from './costs.js';
import { socketsOfProcess } from './layout.js';
import { memoryOf, openFilesOf, portsOf, usableCores } from './usable.js';

/** What a machine is, where there is no plan to compare it with. What the system does not tell is left out. */
export function machineFacts(machine: Machine): readonly Check[] {
  const { openFilesOfSystem: system, conntrack, tcpMemory, group } = machine;
  const ports = portsOf(machine);
  return [
    nodeVersion(machine),
    ok('open-files', limitText(machine)),
    system &&
      ok('system-open-files', `${formatCount(system.max)} in all, ${formatCount(system.open)} in use`),
    ports === null
      ? null
      : ok(
          'local-ports',
          `${formatCount(ports)} for each destination and source address (net.ipv4.ip_local_port_range ${machine.localPorts?.join('-') ?? ''})`,
        ),
    machine.timeWaitSockets === null
      ? null
      : ok(
          'time-wait',
          `${formatCount(machine.timeWaitSockets)} sockets in TIME_WAIT; net.ipv4.tcp_tw_reuse ${machine.timeWaitReuse ?? 'not told'}`,
        ),
    machine.somaxconn === null || machine.synBacklog === null
      ? null
      : ok(
          'accept-queue',
          `net.core.somaxconn ${formatCount(machine.somaxconn)}, net.ipv4.tcp_max_syn_backlog ${formatCount(machine.synBacklog)}, for a target on this machine`,
        ),
    conntrack &&
      ok(
        'conntrack',
        `${formatCount(conntrack.max)} connections can be tracked, ${formatCount(conntrack.count)} are`,
      ),
    ok(
      'memory',
      `${formatBytes(memoryOf(machine))} available${memoryOf(machine) < machine.memoryAvailableBytes ? ' in this control group' : ''}`,
    ),
    tcpMemory.tcpPages === null || tcpMemory.tcpPressurePages === null
      ? null
      : ok(
          'tcp-memory',
          `${formatCount(tcpMemory.tcpPages)} pages in use, pressure from ${formatCount(tcpMemory.tcpPressurePages)}`,
        ),
    ok(
      'cores',
      `${formatCount(machine.cores)}${group.cpus === null ? '' : `, of which a control group allows ${formatCount(group.cpus)}`}`,
    ),
    clockSource(machine),
  ].filter((check) => check !== null);
}

/** How many connections a machine holds, and what ends it. */
export interface Capacity {
  readonly connections: number;
  /** The check that there are no more. */
  readonly endedBy: 'local-ports' | 'memory' | 'system-open-files' | 'conntrack';
  /** How many processes of the generator that takes. */
  readonly processes: number;
}

/** What is left for everything else on the machine. */
const SPARE_SHARE = 0.2;

/**
 * To one destination (an address and a port) on another machine, with the native client and without TLS.
 *
 * @param sourceAddresses how many of this machine's addresses connections start from
 */
export function capacityOf(machine: Machine, sourceAddresses: number): Capacity {
  const { openFilesOfSystem: system, conntrack } = machine;
  const perProcess = Math.max(1, socketsOfProcess(openFilesOf(machine), 1));
  const bytesEach = CONNECTION_BYTES.native + KERNEL_SOCKET_BYTES + PROCESS_BYTES / perProcess;
  const fixedBytes = PROCESS_BYTES * (1 + usableCores(machine));
  const limits: readonly (readonly [Capacity['endedBy'], number])[] = [
    ['local-ports', (portsOf(machine) ?? Infinity) * sourceAddresses],
    ['memory', (memoryOf(machine) * (1 - SPARE_SHARE) - fixedBytes) / bytesEach],
    ['system-open-files', system === null ? Infinity : (system.max - system.open) * (1 - SPARE_SHARE)],
    ['conntrack', conntrack === null || conntrack.count === 0 ? Infinity : conntrack.max - conntrack.count],
  ];
  const [endedBy, most] = limits.reduce((least, limit) => (limit[1] < least[1] ? limit : least));
  const connections = Math.max(0, Math.floor(most));
  return { connections, endedBy, processes: Math.max(1, Math.ceil(connections / perProcess)) };
}
