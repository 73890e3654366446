import os from 'node:os';
import type { Machine } from '../machine/machine.js';
import type { EnvironmentInfo } from '../model/result.js';

export function environmentInfo(machine: Machine, nodeVersion: string): EnvironmentInfo {
  return {
    node: nodeVersion,
    os: `${os.type()} ${os.release()} ${os.arch()}`,
    cpus: machine.cores,
    cpuModel: os.cpus()[0]?.model ?? 'unknown',
    memoryBytes: os.totalmem(),
    openFilesPerProcess: machine.openFilesPerProcess,
    localPorts: machine.localPorts,
  };
}
