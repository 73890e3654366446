import { existsSync } from 'node:fs';
import os from 'node:os';
import { describe, expect, it } from 'vitest';
import { openFilesLimit, openFilesOfSystem, readMachine, threadsLeft } from './machine.js';

describe('readMachine', () => {
  it('knows the cores and the memory of any system', () => {
    const { cores, memoryAvailableBytes } = readMachine(process.version);
    expect(cores).toBe(os.availableParallelism());
    expect(memoryAvailableBytes).toBeGreaterThan(1e6);
    expect(memoryAvailableBytes).toBeLessThanOrEqual(os.totalmem());
  });

  it('knows the addresses of this machine', () => {
    expect(readMachine(process.version).addresses).toContainEqual(
      expect.objectContaining({ address: '127.0.0.1', family: 4, internal: true }),
    );
  });

  it.runIf(existsSync('/proc/self/limits'))('knows the limits of Linux', () => {
    const machine = readMachine(process.version);
    const { openFilesPerProcess, localPorts } = machine;
    expect(openFilesPerProcess).toBeGreaterThanOrEqual(256);
    expect(machine.openFilesHard).toBeGreaterThanOrEqual(openFilesPerProcess ?? Infinity);
    expect(machine.openFilesOfSystem?.max).toBeGreaterThan(machine.openFilesOfSystem?.open ?? Infinity);
    expect(localPorts?.[0]).toBeGreaterThan(0);
    expect(localPorts?.[1]).toBeGreaterThan(localPorts?.[0] ?? Infinity);
    expect(localPorts?.[1]).toBeLessThan(65_536);
    expect(machine.threadsLeft).toBeGreaterThan(0);
  });
});

describe('what Linux tells', () => {
  it('has the soft limit of open files before the hard one, and "unlimited" for none', () => {
    const limits = 'Max open files            300                  20000                files\n';
    expect(openFilesLimit(limits, 'soft')).toBe(300);
    expect(openFilesLimit(limits, 'hard')).toBe(20_000);
    expect(openFilesLimit('Max open files  1024  unlimited  files\n', 'hard')).toBe(Number.MAX_SAFE_INTEGER);
    expect(openFilesLimit('', 'soft')).toBeNull();
  });

  it('has the open files of all processes and their limit in fs.file-nr', () => {
    expect(openFilesOfSystem('4553\t0\t2466170\n')).toEqual({ open: 4553, max: 2_466_170 });
    expect(openFilesOfSystem('')).toBeNull();
  });

  it('has the threads that there are after the slash of /proc/loadavg', () => {
    expect(threadsLeft(1000, '0.10 0.20 0.30 2/345 6789\n')).toBe(655);
    expect(threadsLeft(1000, '')).toBeNull();
  });
});
