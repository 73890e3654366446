import { readFileSync } from 'node:fs';
import os from 'node:os';

/** What this machine allows, as far as it tells; null where it does not (other systems than Linux). */
export interface Machine {
  readonly cores: number;
  readonly openFilesPerProcess: number | null;
  readonly localPorts: readonly [number, number] | null;
  readonly memoryAvailableBytes: number;
}

export function readMachine(): Machine {
  return {
    cores: os.availableParallelism(),
    openFilesPerProcess: openFilesLimit(),
    localPorts: localPortRange(),
    memoryAvailableBytes: memoryAvailableBytes(),
  };
}

// Node raises its soft limit to the hard one when it starts, so that this is the hard one.
function openFilesLimit(): number | null {
  const match = /^Max open files\s+(\d+|unlimited)/m.exec(read('/proc/self/limits'));
  if (match === null) return null;
  return match[1] === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(match[1]);
}

function localPortRange(): [number, number] | null {
  const match = /^(\d+)\s+(\d+)/.exec(read('/proc/sys/net/ipv4/ip_local_port_range'));
  return match === null ? null : [Number(match[1]), Number(match[2])];
}

function memoryAvailableBytes(): number {
  const match = /^MemAvailable:\s+(\d+) kB/m.exec(read('/proc/meminfo'));
  return match === null ? os.freemem() : Number(match[1]) * 1024;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
