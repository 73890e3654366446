import { describe, expect, it } from 'vitest';
import type { Machine } from '../machine/machine.js';
import type { RunPlan } from '../model/plan.js';
import { StompedeError } from '../shared/errors.js';
import { type Fit, admit, fit } from './fit.js';
import { LARGE, connections, planOf, waysOf } from './testing/worlds.js';

/** What is said against it. */
function refusal(plan: RunPlan, machine: Partial<Machine>): StompedeError {
  try {
    admit(plan, { ...LARGE, ...machine }, waysOf(plan), false);
  } catch (error) {
    if (error instanceof StompedeError) return error;
    throw error;
  }
  throw new Error('the plan was taken to fit');
}

function laidOut(scenario: Parameters<typeof planOf>[0], machine: Partial<Machine>): Fit {
  const plan = planOf(scenario);
  return fit(plan, { ...LARGE, ...machine }, waysOf(plan));
}

describe('a plan that fits', () => {
  it('is laid out', () => {
    const plan = planOf(connections(10_000));
    expect(admit(plan, LARGE, waysOf(plan), false)).toEqual({
      layout: { workers: 11, threadsOfProcesses: [11], brokerProcesses: 0 },
      warnings: [],
    });
  });

  it('has no more threads than whole CPUs of its control group', () => {
    const { layout } = laidOut(connections(10_000), { group: { ...LARGE.group, cpus: 2.5 } });
    expect(layout.workers).toBe(2);
  });

  it('has the embedded broker in as many processes as hold all sockets', () => {
    const machine = { openFilesPerProcess: 20_000 };
    const processesOf = (count: number): number =>
      laidOut({ ...connections(count), target: 'embedded' }, machine).layout.brokerProcesses;
    expect([10_000, 100_000].map(processesOf)).toEqual([1, 6]);
  });

  it('has some usual limit of open files where the system does not say', () => {
    const { layout } = laidOut(connections(20_000), { openFilesPerProcess: null });
    expect(layout.threadsOfProcesses.length).toBeGreaterThan(1);
  });
});

describe('a plan that does not fit', () => {
  it('is refused with the exit code of a machine that is too small', () => {
    const error = refusal(planOf(connections(40_000)), {});
    expect(error.code).toBe('machine-too-small');
    expect(error.exitCode).toBe(3);
    expect(error.hint).toContain('--force');
  });

  it('is told of every check that fails, with what was found and what mends it', () => {
    const { message } = refusal(planOf(connections(40_000)), { memoryAvailableBytes: 100e6 });
    expect(message).toContain('local-ports: 28,232 for each destination');
    expect(message).toContain('\n    sudo sysctl -w net.ipv4.ip_local_port_range="1024 65535"');
    expect(message).toContain('memory: about');
  });

  it('is run all the same when it is forced, with a sentence about each', () => {
    const plan = planOf(connections(40_000));
    const { layout, warnings } = admit(plan, LARGE, waysOf(plan), true);
    expect(layout.workers).toBe(16);
    expect(warnings).toEqual([expect.stringContaining('too small for the plan (local-ports)')]);
  });

  it('is laid out as it asked to be, when open files are what it lacks', () => {
    const plan = planOf({ ...connections(20_000), processes: 2 });
    const { layout } = admit(plan, { ...LARGE, openFilesPerProcess: 1000 }, waysOf(plan), true);
    expect(layout.threadsOfProcesses).toHaveLength(2);
  });
});
