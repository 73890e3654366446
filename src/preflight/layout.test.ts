import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SocketPlan, layOut, socketsOfPlan, socketsOfProcess } from './layout.js';

const planOf = (
  connections: number,
  publishers: readonly number[] = [],
  rest: Partial<SocketPlan> = {},
): SocketPlan => ({
  connect: { connections },
  publish: publishers.map((count) => ({ publishers: count })),
  workers: 'auto',
  processes: 'auto',
  ...rest,
});

const anyPlan = fc
  .record({
    connections: fc.integer({ min: 1, max: 50_000 }),
    publishers: fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 20 }),
    workers: fc.oneof(fc.constant('auto' as const), fc.integer({ min: 1, max: 16 })),
    processes: fc.oneof(
      { weight: 3, arbitrary: fc.constant('auto' as const) },
      fc.integer({ min: 1, max: 8 }),
    ),
  })
  .map(({ connections, publishers, workers, processes }) =>
    planOf(connections, publishers, { workers, processes }),
  );
const anyCores = fc.integer({ min: 1, max: 16 });
const anyOpenFiles = fc.integer({ min: 256, max: 60_000 });

/** Sockets of each worker, dealt out one by one, as workers do. */
function socketsOfWorkers(plan: SocketPlan, workers: number): number[] {
  const sockets = Array.from({ length: workers }, () => 0);
  for (const things of [plan.connect.connections, ...plan.publish.map(({ publishers }) => publishers)]) {
    for (let n = 0; n < things; n++) sockets[n % workers]!++;
  }
  return sockets;
}

/** Whether every process can hold what its threads will have. */
function fits(plan: SocketPlan, threadsOfProcesses: readonly number[], openFiles: number): boolean {
  const sockets = socketsOfWorkers(
    plan,
    threadsOfProcesses.reduce((sum, threads) => sum + threads, 0),
  );
  let first = 0;
  return threadsOfProcesses.every((threads) => {
    const own = sockets.slice(first, first + threads).reduce((sum, count) => sum + count, 0);
    first += threads;
    return own <= socketsOfProcess(openFiles, threads);
  });
}

describe('layOut', () => {
  it('has every worker in exactly one process, and no process without one', () => {
    fc.assert(
      fc.property(anyPlan, anyCores, anyOpenFiles, (plan, cores, openFiles) => {
        const layout = layOut(plan, cores, openFiles);
        if (layout === null) return;
        expect(layout.threadsOfProcesses.reduce((sum, threads) => sum + threads, 0)).toBe(layout.workers);
        expect(Math.min(...layout.threadsOfProcesses)).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it('gives no process more sockets than it may open, however they are dealt out', () => {
    fc.assert(
      fc.property(anyPlan, anyCores, anyOpenFiles, (plan, cores, openFiles) => {
        const layout = layOut(plan, cores, openFiles);
        if (layout !== null) expect(fits(plan, layout.threadsOfProcesses, openFiles)).toBe(true);
      }),
    );
  });

  it('does with as few processes as it can', () => {
    fc.assert(
      fc.property(anyPlan, anyCores, anyOpenFiles, (plan, cores, openFiles) => {
        const layout = layOut({ ...plan, processes: 'auto' }, cores, openFiles);
        if (layout === null || layout.threadsOfProcesses.length === 1) return;
        const fewer = layout.threadsOfProcesses.length - 1;
        expect(layOut({ ...plan, processes: fewer }, cores, openFiles)).toBeNull();
      }),
    );
  });

  it('has the processes and at least the workers that a plan asks for, or nothing', () => {
    fc.assert(
      fc.property(anyPlan, anyCores, anyOpenFiles, (plan, cores, openFiles) => {
        const layout = layOut(plan, cores, openFiles);
        if (layout === null) return;
        if (plan.processes !== 'auto') expect(layout.threadsOfProcesses).toHaveLength(plan.processes);
        if (plan.workers !== 'auto') expect(layout.workers).toBeGreaterThanOrEqual(plan.workers);
      }),
    );
  });

  it.each<[string, SocketPlan, number, number, readonly number[] | null]>([
    ['one thread for a small plan', planOf(500), 8, 20_000, [1]],
    ['a thread for each core when there is work for them', planOf(10_000), 2, 20_000, [2]],
    ['no more threads than there is work for', planOf(2500), 8, 20_000, [3]],
    ['more processes when the open files of one do not suffice', planOf(50_000), 2, 20_000, [1, 1, 1]],
    ['the workers that were asked for', planOf(100, [], { workers: 3 }), 8, 20_000, [3]],
    ['the processes that were asked for', planOf(100, [], { workers: 3, processes: 2 }), 8, 20_000, [2, 1]],
    [
      'nothing when the processes asked for are too few',
      planOf(50_000, [], { processes: 2 }),
      2,
      20_000,
      null,
    ],
    ['nothing when a process may hardly open a file', planOf(1), 1, 50, null],
  ])('has %s', (_, plan, cores, openFiles, threadsOfProcesses) => {
    expect(layOut(plan, cores, openFiles)?.threadsOfProcesses ?? null).toEqual(threadsOfProcesses);
  });

  // Each entry is dealt out from the first worker on: with many entries of one publisher that one has them all.
  it('knows that the first worker has the publishers of all small entries', () => {
    const entries = Array.from({ length: 300 }, () => 1);
    const openFiles = 1000;
    const layout = layOut(planOf(1400, entries), 2, openFiles);
    expect(layout?.threadsOfProcesses.length).toBeGreaterThan(2);
    expect(fits(planOf(1400, entries), layout!.threadsOfProcesses, openFiles)).toBe(true);
    expect(fits(planOf(1400, entries), [1, 1], openFiles)).toBe(false);
  });
});

describe('socketsOfPlan', () => {
  it('counts each connection and each publisher', () => {
    expect(socketsOfPlan(planOf(1000, [3, 1]))).toBe(1004);
  });
});
