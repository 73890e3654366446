import { describe, expect, it } from 'vitest';
import { StompedeError } from '../shared/errors.js';
import { type FittingPlan, fitPlan } from './fit.js';
import type { Machine } from '../machine/machine.js';

const LARGE: Machine = {
  cores: 4,
  openFilesPerProcess: 1_000_000,
  localPorts: [32_768, 60_999],
  memoryAvailableBytes: 64e9,
};

const planOf = (connections: number, rest: Partial<FittingPlan> = {}): FittingPlan => ({
  connect: { connections },
  publish: [{ publishers: 1 }],
  target: { embedded: false, urls: ['ws://127.0.0.1:15674/ws'], addresses: 'first' },
  client: 'native',
  workers: 'auto',
  processes: 'auto',
  ...rest,
});

/** What fitPlan has against it. */
function refusal(plan: FittingPlan, machine: Partial<Machine>): StompedeError {
  try {
    fitPlan(plan, { ...LARGE, ...machine });
  } catch (error) {
    if (error instanceof StompedeError) return error;
    throw error;
  }
  throw new Error('the plan was taken to fit');
}

describe('fitPlan', () => {
  it('lays a plan out that fits', () => {
    expect(fitPlan(planOf(10_000), LARGE)).toEqual({
      workers: 4,
      threadsOfProcesses: [4],
      brokerProcesses: 0,
    });
  });

  it('refuses with the exit code of a machine that is too small', () => {
    const error = refusal(planOf(40_000), {});
    expect(error.code).toBe('machine-too-small');
    expect(error.exitCode).toBe(3);
  });

  it('says which ports there are, for how many targets, and where the limit is', () => {
    const error = refusal(planOf(28_232), {});
    expect(error.message).toContain('28233 connections');
    expect(error.message).toContain('28232 for each target address');
    expect(error.message).toContain('32768-60999; targets: 1');
    expect(error.hint).toContain('ip_local_port_range');
    expect(error.hint).toContain('28232');
  });

  it('has the ports once more for each further target, but not for another path of the same one', () => {
    const urls = (...all: string[]): Partial<FittingPlan> => ({
      target: { embedded: false, urls: all, addresses: 'first' },
    });
    const two = urls('ws://127.0.0.1:15674/ws', 'ws://127.0.0.2:15674/ws');
    expect(fitPlan(planOf(56_000, two), LARGE).workers).toBe(4);
    const same = urls('ws://127.0.0.1:15674/a', 'ws://127.0.0.1:15674/b');
    expect(refusal(planOf(56_000, same), {}).message).toContain('targets: 1');
  });

  it('takes it for granted that there are ports where the system does not say', () => {
    expect(fitPlan(planOf(40_000), { ...LARGE, localPorts: null }).workers).toBe(4);
  });

  it('says how much memory is needed, for each client by its own measure', () => {
    const little = { memoryAvailableBytes: 100e6 };
    expect(fitPlan(planOf(8000), { ...LARGE, ...little }).workers).toBe(4);
    const error = refusal(planOf(8000, { client: 'stompjs' }), little);
    expect(error.message).toContain('need about 481 MB');
    expect(error.message).toContain('100 MB are available');
    expect(error.hint).toContain('client: native');
  });

  it('says how many open files there are when the plan asks for too few processes', () => {
    const error = refusal(planOf(20_000, { processes: 2 }), { openFilesPerProcess: 4096 });
    expect(error.message).toContain('20001 sockets');
    expect(error.message).toContain('2 process(es) of 4096 open files');
    expect(error.hint).toContain('ulimit -n');
  });

  it('assumes a usual limit where the system does not say how many files may be open', () => {
    expect(
      fitPlan(planOf(20_000), { ...LARGE, openFilesPerProcess: null }).threadsOfProcesses.length,
    ).toBeGreaterThan(1);
  });

  it('has the embedded broker in as many processes as hold all sockets', () => {
    const embedded = { target: { embedded: true, urls: [], addresses: 'first' as const } };
    const machine = { ...LARGE, openFilesPerProcess: 20_000 };
    expect(fitPlan(planOf(10_000, embedded), machine).brokerProcesses).toBe(1);
    expect(fitPlan(planOf(100_000, embedded), machine).brokerProcesses).toBe(6);
  });

  it('says so when the processes of the embedded broker that were asked for are too few', () => {
    const broker = { faults: null, ledger: null, processes: 2 };
    const embedded = { target: { embedded: true, urls: [], addresses: 'first' as const, broker } };
    const error = refusal(planOf(50_000, embedded), { openFilesPerProcess: 20_000 });
    expect(error.message).toContain('embedded broker');
    expect(error.message).toContain('19927 sockets each');
  });
});
