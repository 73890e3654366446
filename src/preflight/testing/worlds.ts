import type { Machine } from '../../machine/machine.js';
import type { RunPlan } from '../../model/plan.js';
import { loadScenario } from '../../scenario/load.js';
import { targetsAt } from '../target-addresses.js';
import type { FoundSources, Ways } from '../ways.js';

/** A machine on which nothing is short. */
export const LARGE: Machine = {
  nodeVersion: 'v22.0.0',
  cores: 16,
  memoryAvailableBytes: 64e9,
  openFilesPerProcess: 1_000_000,
  openFilesHard: 1_000_000,
  openFilesCeiling: 1_048_576,
  openFilesOfSystem: { open: 5000, max: 9_000_000 },
  localPorts: [32_768, 60_999],
  reservedPorts: [],
  timeWaitSockets: 0,
  timeWaitReuse: 2,
  somaxconn: 4096,
  synBacklog: 4096,
  conntrack: null,
  tcpMemory: { tcpPages: 0, tcpPressurePages: 1_000_000, tcpLimitPages: 2_000_000 },
  group: { cpus: null, memoryAvailableBytes: null, tasksLeft: null },
  clockSource: 'tsc',
  clockSources: ['tsc', 'hpet'],
  threadsLeft: 100_000,
  addresses: [
    { address: '127.0.0.1', family: 4, interface: 'lo', internal: true },
    { address: '192.0.2.7', family: 4, interface: 'eth0', internal: false },
  ],
};

/** Elsewhere: none of its limits are this machine's. */
export const REMOTE = 'ws://broker.example.com:15674/ws';

/** The plan of a scenario as a file would have it, with 1,000 connections where it says nothing else. */
export function planOf(
  scenario: Readonly<Record<string, unknown>> = {},
  localAddresses?: RunPlan['connect']['localAddresses'],
): RunPlan {
  const text = JSON.stringify({
    target: REMOTE,
    connect: { connections: 1000 },
    subscribe: [{ destination: '/topic/a' }],
    publish: [{ destination: '/topic/a', rate: '1/s' }],
    ...scenario,
  });
  const options = { cwd: '/', variables: {}, set: [], readFile: () => text };
  const { plan } = loadScenario('plan.yaml', options);
  if (localAddresses === undefined) return plan;
  return { ...plan, connect: { ...plan.connect, localAddresses } };
}

/** What was found of the ways to a plan's targets, where nothing is looked up. */
export function waysOf(
  { target, connect }: RunPlan,
  sources: Partial<FoundSources> = {},
  hosts: Readonly<Record<string, readonly string[]>> = {},
): Ways {
  const { localAddresses } = connect;
  const chooses = localAddresses === 'auto' || localAddresses.length > 0;
  const given = localAddresses === 'auto' ? [] : localAddresses;
  return {
    targets: target.embedded ? [] : targetsAt(target, new Map(Object.entries(hosts))),
    sources: chooses ? { given, pools: [], refused: [], unreached: [], ...sources } : null,
  };
}

export function connections(count: number): Readonly<Record<string, unknown>> {
  return { connect: { connections: count } };
}
