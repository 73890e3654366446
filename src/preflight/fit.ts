import type { RunPlan } from '../model/plan.js';
import { StompedeError } from '../shared/errors.js';
import { brokerProcessesOf, socketsOfBroker } from './broker-layout.js';
import { type SocketPlan, type WorkerLayout, layOut, socketsOfPlan } from './layout.js';
import type { Machine } from '../machine/machine.js';

/** Where the system doesn't say: macOS's usual hard limit for a process. */
const OPEN_FILES_UNKNOWN = 10_240;

/** Resident bytes of one held, subscribed connection, with a margin above what was measured (bench/). */
const BYTES_OF_CONNECTION = { native: 12_000, stompjs: 60_000 } as const;

/** The parts of a RunPlan that decide whether a machine can run it. */
export interface FittingPlan extends SocketPlan, Pick<RunPlan, 'target' | 'client'> {}

/** How everything of a run is spread over processes. */
export interface Layout extends WorkerLayout {
  /** Of the embedded broker; 0 where the plan has none. */
  readonly brokerProcesses: number;
}

/** How the plan is spread over workers and processes. Throws `machine-too-small` for a plan that can't fit. */
export function fitPlan(plan: FittingPlan, machine: Machine): Layout {
  const openFiles = machine.openFilesPerProcess ?? OPEN_FILES_UNKNOWN;
  const layout = layOut(plan, machine.cores, openFiles);
  if (layout === null) {
    throw new StompedeError(
      'machine-too-small',
      `${socketsOfPlan(plan)} sockets don't fit into ${plan.processes} process(es) of ${openFiles} open files each`,
      { hint: 'Leave processes: auto, raise the limit (ulimit -n), or lower connect.connections.' },
    );
  }
  const brokerProcesses = plan.target.embedded ? layOutBroker(plan, openFiles) : 0;
  checkPorts(plan, machine, brokerProcesses);
  checkMemory(plan, machine);
  return { ...layout, brokerProcesses };
}

// One source address has each local port once for one target address and port.
function checkPorts(plan: FittingPlan, { localPorts }: Machine, brokerProcesses: number): void {
  if (localPorts === null) return;
  const ports = localPorts[1] - localPorts[0] + 1;
  const destinations = plan.target.embedded
    ? brokerProcesses
    : new Set(plan.target.urls.map((url) => new URL(url).host)).size;
  const most = ports * destinations;
  if (socketsOfPlan(plan) <= most) return;
  throw new StompedeError(
    'machine-too-small',
    `${socketsOfPlan(plan)} connections need as many local ports, and this machine has ${ports} for each target ` +
      `address (net.ipv4.ip_local_port_range ${localPorts.join('-')}; targets: ${destinations})`,
    {
      hint: `Give more target addresses as a list, widen the range (sysctl -w net.ipv4.ip_local_port_range="1024 65535"), or stay below ${most}.`,
    },
  );
}

function checkMemory(plan: FittingPlan, { memoryAvailableBytes }: Machine): void {
  const needed = socketsOfPlan(plan) * BYTES_OF_CONNECTION[plan.client];
  if (needed <= memoryAvailableBytes) return;
  const mb = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  throw new StompedeError(
    'machine-too-small',
    `${socketsOfPlan(plan)} connections need about ${mb(needed)} of memory, ${mb(memoryAvailableBytes)} are available`,
    { hint: 'Lower connect.connections, or use client: native if it is stompjs.' },
  );
}

function layOutBroker(plan: FittingPlan, openFiles: number): number {
  const processes = brokerProcessesOf(plan, openFiles);
  if (processes !== null) return processes;
  const asked = plan.target.broker?.processes ?? 'auto';
  const most = socketsOfBroker(openFiles, asked === 'auto' ? 1 : asked);
  throw new StompedeError(
    'machine-too-small',
    `${socketsOfPlan(plan)} sockets don't fit into the embedded broker's ${asked === 'auto' ? '' : `${asked} `}process(es) of ${most} sockets each (${openFiles} open files)`,
    {
      hint: 'Leave target.broker.processes: auto, raise the limit (ulimit -n), or give a target of your own.',
    },
  );
}
