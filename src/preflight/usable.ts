import type { Machine } from '../machine/machine.js';
import { type PortRange, countPorts, withoutPorts } from '../shared/port-ranges.js';

/** Where the system doesn't say: macOS's usual hard limit for a process. */
const OPEN_FILES_UNKNOWN = 10_240;
/** RFC 6335 section 6, where the system does not say what it uses. */
const DYNAMIC_PORTS: PortRange = [49_152, 65_535];

export function openFilesOf({ openFilesPerProcess }: Pick<Machine, 'openFilesPerProcess'>): number {
  return openFilesPerProcess ?? OPEN_FILES_UNKNOWN;
}

/**
 * CPUs that can be used all the time. Of a control group's quota only whole ones: the kernel stops a group that has
 * used its quota up until the next period, and every thread of it then stands still.
 */
export function usableCores({ cores, group }: Pick<Machine, 'cores' | 'group'>): number {
  return group.cpus === null ? cores : Math.max(1, Math.min(cores, Math.floor(group.cpus)));
}

/** Memory that is free, and that the control groups of this process let it have. */
export function memoryOf({ memoryAvailableBytes, group }: Machine): number {
  return Math.min(memoryAvailableBytes, group.memoryAvailableBytes ?? Infinity);
}

type Ports = Pick<Machine, 'localPorts' | 'reservedPorts'>;

/** Local ports that the kernel gives out for each destination and source address; null: it is not told. */
export function portsOf({ localPorts, reservedPorts }: Ports): number | null {
  return localPorts === null ? null : countPorts(withoutPorts(localPorts, reservedPorts));
}

/** Those that we take where we choose them ourselves. */
export function portsOfOurChoice({ localPorts, reservedPorts }: Ports): readonly PortRange[] {
  return withoutPorts(localPorts ?? DYNAMIC_PORTS, reservedPorts);
}
