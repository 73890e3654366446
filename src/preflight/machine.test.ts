import { existsSync } from 'node:fs';
import os from 'node:os';
import { describe, expect, it } from 'vitest';
import { readMachine } from './machine.js';

describe('readMachine', () => {
  it('knows the cores and the memory of any system', () => {
    const { cores, memoryAvailableBytes } = readMachine();
    expect(cores).toBe(os.availableParallelism());
    expect(memoryAvailableBytes).toBeGreaterThan(1e6);
    expect(memoryAvailableBytes).toBeLessThanOrEqual(os.totalmem());
  });

  it.runIf(existsSync('/proc/self/limits'))('knows the open files and local ports of Linux', () => {
    const { openFilesPerProcess, localPorts } = readMachine();
    expect(openFilesPerProcess).toBeGreaterThanOrEqual(256);
    expect(localPorts?.[0]).toBeGreaterThan(0);
    expect(localPorts?.[1]).toBeGreaterThan(localPorts?.[0] ?? Infinity);
    expect(localPorts?.[1]).toBeLessThan(65_536);
  });
});
