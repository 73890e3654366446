import type { Machine } from '../machine/machine.js';
import type { Check } from '../model/check.js';
import { cores } from './checks/cpu.js';
import { localPorts, timeWait } from './checks/local-ports.js';
import { memory } from './checks/memory.js';
import { acceptQueue, conntrack, tcpMemory } from './checks/network-tables.js';
import { brokerOpenFiles, openFiles, systemFiles } from './checks/open-files.js';
import { sourceAddresses } from './checks/source-addresses.js';
import { clockSource, nodeVersion, threads } from './checks/system.js';
import type { Demand } from './demand.js';

/** Everything that can be said of a plan and a machine before the first socket. What the system does not tell is left out. */
export function machineChecks(demand: Demand, machine: Machine): readonly Check[] {
  return [
    nodeVersion(machine),
    openFiles(demand, machine),
    demand.embedded ? brokerOpenFiles(demand, machine) : null,
    systemFiles(demand, machine),
    localPorts(demand, machine),
    sourceAddresses(demand),
    timeWait(demand, machine),
    acceptQueue(demand, machine),
    conntrack(demand, machine),
    memory(demand, machine),
    tcpMemory(demand, machine),
    cores(demand, machine),
    threads(demand, machine),
    clockSource(machine),
  ].filter((check) => check !== null);
}
