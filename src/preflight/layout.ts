import type { RunPlan } from '../model/plan.js';

/** The parts of a RunPlan that say how many sockets it needs, and how they may be spread. */
export interface SocketPlan extends Pick<RunPlan, 'workers' | 'processes'> {
  readonly connect: Pick<RunPlan['connect'], 'connections'>;
  readonly publish: readonly Pick<RunPlan['publish'][number], 'publishers'>[];
}

/** How the workers of a run are spread over processes. */
export interface WorkerLayout {
  readonly workers: number;
  /** The k-th number is how many threads process k has. */
  readonly threadsOfProcesses: readonly number[];
}

/** Files that a process of ours has open besides its sockets: libraries, pipes, epoll and wake-up descriptors. */
export const FILES_OF_A_PROCESS = 60;
const FILES_OF_A_THREAD = 12;

/** Below this many connections a second thread costs more than it brings. */
const CONNECTIONS_WORTH_A_THREAD = 1000;

/** Sockets that one process can hold under a limit of open files. */
export function socketsOfProcess(openFilesPerProcess: number, threads: number): number {
  return Math.max(0, openFilesPerProcess - FILES_OF_A_PROCESS - threads * FILES_OF_A_THREAD);
}

/** Sockets of the whole plan: each connection, and each publisher. */
export function socketsOfPlan(plan: SocketPlan): number {
  return socketsDealt(plan).reduce((sum, sockets) => sum + sockets, 0);
}

/** Connections, and the publishers of each entry: each of these is dealt out among the workers by itself, from the first. */
function socketsDealt(plan: SocketPlan): number[] {
  return [plan.connect.connections, ...plan.publish.map(({ publishers }) => publishers)];
}

/** Sockets of the first `threads` of `workers` workers: none of equally many other workers have more. */
function socketsOfFirst(plan: SocketPlan, threads: number, workers: number): number {
  return socketsDealt(plan).reduce(
    (sum, sockets) => sum + Math.floor(sockets / workers) * threads + Math.min(threads, sockets % workers),
    0,
  );
}

/** Files that the fullest process of a layout has open. */
export function filesOfFullest(plan: SocketPlan, { workers, threadsOfProcesses }: WorkerLayout): number {
  const threads = Math.max(...threadsOfProcesses);
  return socketsOfFirst(plan, threads, workers) + FILES_OF_A_PROCESS + threads * FILES_OF_A_THREAD;
}

/**
 * As many threads as there are cores and work for them, in as few processes as their sockets fit into. One process
 * means threads beside the coordinator. null: the plan asks for fewer processes than its sockets need.
 */
export function layOut(plan: SocketPlan, cores: number, openFilesPerProcess: number): WorkerLayout | null {
  const sockets = socketsOfPlan(plan);
  const busy = Math.max(1, Math.min(cores, Math.ceil(sockets / CONNECTIONS_WORTH_A_THREAD)));
  const wanted = plan.workers === 'auto' ? busy : plan.workers;
  const fewest = plan.processes === 'auto' ? 1 : plan.processes;
  const most = plan.processes === 'auto' ? sockets : plan.processes;
  if (socketsOfProcess(openFilesPerProcess, 1) === 0) return null;
  for (let processes = fewest; processes <= most; processes++) {
    const workers = Math.max(wanted, processes);
    const threads = Math.ceil(workers / processes);
    if (socketsOfFirst(plan, threads, workers) > socketsOfProcess(openFilesPerProcess, threads)) continue;
    const threadsOfProcesses = Array.from({ length: processes }, (_, p) => threadsOf(p, workers, processes));
    return { workers, threadsOfProcesses };
  }
  return null;
}

function threadsOf(process: number, workers: number, processes: number): number {
  return Math.floor(workers / processes) + (process < workers % processes ? 1 : 0);
}
