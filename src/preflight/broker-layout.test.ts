import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BrokerSocketPlan, brokerProcessesOf, socketsOfBroker } from './broker-layout.js';

const planOf = (
  connections: number,
  publishers: readonly number[] = [],
  processes: number | 'auto' = 'auto',
): BrokerSocketPlan => ({
  connect: { connections },
  publish: publishers.map((count) => ({ publishers: count })),
  workers: 'auto',
  processes: 'auto',
  target: { broker: { faults: null, ledger: null, processes } },
});

/** Sockets of each process of the broker, dealt out one by one: connection n, and publisher n of all, to n mod processes. */
function socketsDealt({ connect, publish }: BrokerSocketPlan, processes: number): number[] {
  const sockets = Array.from({ length: processes }, () => 0);
  const publishers = publish.reduce((sum, entry) => sum + entry.publishers, 0);
  for (const things of [connect.connections, publishers]) {
    for (let n = 0; n < things; n++) sockets[n % processes]!++;
  }
  return sockets;
}

const anyPlan = fc
  .tuple(
    fc.integer({ min: 1, max: 50_000 }),
    fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 20 }),
    fc.oneof(fc.constant('auto' as const), fc.integer({ min: 1, max: 16 })),
  )
  .map(([connections, publishers, processes]) => planOf(connections, publishers, processes));
const anyOpenFiles = fc.integer({ min: 50, max: 60_000 });

describe('brokerProcessesOf', () => {
  it('gives no process more sockets than it may open', () => {
    fc.assert(
      fc.property(anyPlan, anyOpenFiles, (plan, openFiles) => {
        const processes = brokerProcessesOf(plan, openFiles);
        if (processes === null) return;
        expect(Math.max(...socketsDealt(plan, processes))).toBeLessThanOrEqual(
          socketsOfBroker(openFiles, processes),
        );
      }),
    );
  });

  it('has as few processes as hold them', () => {
    fc.assert(
      fc.property(anyPlan, anyOpenFiles, ({ connect, publish }, openFiles) => {
        const counts = publish.map(({ publishers }) => publishers);
        const processes = brokerProcessesOf(planOf(connect.connections, counts), openFiles);
        if (processes === null || processes === 1) return;
        const fewer = planOf(connect.connections, counts, processes - 1);
        expect(brokerProcessesOf(fewer, openFiles)).toBeNull();
      }),
    );
  });

  it.each<[string, BrokerSocketPlan, number, number | null]>([
    ['one for a small plan', planOf(500), 20_000, 1],
    ['one as long as one holds all', planOf(19_927, [1]), 20_000, 1],
    ['a second one for one socket more', planOf(19_928, [1]), 20_000, 2],
    ['six for 100,000 connections under 20,000 open files', planOf(100_000, [1]), 20_000, 6],
    ['the processes that were asked for', planOf(500, [], 4), 20_000, 4],
    ['nothing when those are too few', planOf(50_000, [], 2), 20_000, null],
    ['nothing when a process may hardly open a file', planOf(1), 50, null],
    ['one where the plan says nothing of a broker', { ...planOf(500), target: {} }, 20_000, 1],
  ])('is %s', (_, plan, openFiles, processes) => {
    expect(brokerProcessesOf(plan, openFiles)).toBe(processes);
  });
});
