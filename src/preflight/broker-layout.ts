import type { RunPlan } from '../model/plan.js';
import { type SocketPlan, socketsOfProcess } from './layout.js';

/** The parts of a RunPlan that say how many processes its embedded broker needs. */
export interface BrokerSocketPlan extends SocketPlan {
  readonly target: Pick<RunPlan['target'], 'broker'>;
}

/** How many processes the embedded broker of a plan is; null: their open files don't suffice. */
export function brokerProcessesOf(plan: BrokerSocketPlan, openFilesPerProcess: number): number | null {
  const asked = plan.target.broker?.processes ?? 'auto';
  if (asked !== 'auto') return holds(plan, asked, openFilesPerProcess) ? asked : null;
  for (let processes = 1; hasRoom(processes, openFilesPerProcess); processes++) {
    if (holds(plan, processes, openFilesPerProcess)) return processes;
  }
  return null;
}

function holds(plan: BrokerSocketPlan, processes: number, openFiles: number): boolean {
  return socketsOfFirstBroker(plan, processes) <= socketsOfBroker(openFiles, processes);
}

function hasRoom(processes: number, openFiles: number): boolean {
  return socketsOfBroker(openFiles, processes) > 0;
}

/** Connections are dealt out to the processes in turn, and so are publishers, from the first process each. */
function socketsOfFirstBroker({ connect, publish }: SocketPlan, processes: number): number {
  const publishers = publish.reduce((sum, entry) => sum + entry.publishers, 0);
  return Math.ceil(connect.connections / processes) + Math.ceil(publishers / processes);
}

/** Sockets that one process of the embedded broker can hold; it may need one more to each of the others. */
export function socketsOfBroker(openFilesPerProcess: number, processes: number): number {
  return Math.max(0, socketsOfProcess(openFilesPerProcess, 1) - (processes - 1));
}
