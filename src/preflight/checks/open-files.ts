import type { Machine } from '../../machine/machine.js';
import type { Check } from '../../model/check.js';
import { MAX_PROCESSES } from '../../scenario/embedded-target.js';
import { formatCount } from '../../shared/units.js';
import { brokerProcessesOf, socketsOfBroker } from '../broker-layout.js';
import type { Demand } from '../demand.js';
import { openFilesOf, usableCores } from '../usable.js';
import { FILES_OF_A_PROCESS, filesOfFullest, layOut, socketsOfProcess } from '../layout.js';
import { fail, ok, raiseOpenFiles, roundUp } from './check.js';

/** What a process has open besides its sockets, and some more. */
const FILES_TO_SPARE = 200;

/** Each process of the generator may open so many files, sockets among them; its worker threads share them. */
export function openFiles({ plan, layout, sockets }: Demand, machine: Machine): Check {
  const id = 'open-files';
  const limit = openFilesOf(machine);
  const processes = layout.threadsOfProcesses.length;
  const threads = Math.max(...layout.threadsOfProcesses);
  const needed = filesOfFullest(plan, layout);
  const found = `${limitText(machine)}; ${countOf(processes, 'process', 'processes')}, ${formatCount(needed)} each at most`;
  if (needed <= limit) return ok(id, found);
  const room = `${countOf(processes, 'process', 'processes')} of ${formatCount(socketsOfProcess(limit, threads))} sockets`;
  const enough = layOut({ ...plan, processes: 'auto' }, usableCores(machine), limit);
  return fail(
    id,
    `${formatCount(sockets)} sockets don't fit into ${room}: ${limitText(machine)}`,
    enough === null || enough.threadsOfProcesses.length > MAX_PROCESSES
      ? raiseOpenFiles(roundUp(needed), machine.openFilesCeiling)
      : `processes: ${enough.threadsOfProcesses.length}`,
  );
}

/** The same of the embedded broker, which is processes of its own. */
export function brokerOpenFiles({ plan, layout, sockets }: Demand, machine: Machine): Check {
  const id = 'broker-open-files';
  const limit = openFilesOf(machine);
  const { brokerProcesses } = layout;
  const room = `${countOf(brokerProcesses, 'process', 'processes')} of ${formatCount(socketsOfBroker(limit, brokerProcesses))} sockets`;
  if (brokerProcessesOf(plan, limit) !== null) return ok(id, `the embedded broker is ${room}`);
  const { target, subscribe } = plan;
  // Faults and the account of what was done are of one process, and so is a queue with all its subscribers.
  const isOne =
    (target.broker?.faults ?? null) !== null ||
    (target.broker?.ledger ?? null) !== null ||
    subscribe.some(({ distribution }) => distribution === 'queue');
  const enough = isOne ? null : brokerProcessesOf({ ...plan, target: {} }, limit);
  return fail(
    id,
    `${formatCount(sockets)} sockets don't fit into the embedded broker's ${room} (${formatCount(limit)} open files)`,
    enough === null || enough > MAX_PROCESSES
      ? raiseOpenFiles(roundUp(sockets + FILES_TO_SPARE), machine.openFilesCeiling)
      : `target.embedded.processes: ${enough}`,
  );
}

/** All processes of the machine together have a limit too. */
export function systemFiles({ layout, sockets, destinations }: Demand, machine: Machine): Check | null {
  const { openFilesOfSystem: system } = machine;
  if (system === null) return null;
  const id = 'system-open-files';
  const processes = layout.threadsOfProcesses.length + layout.brokerProcesses;
  const needed = sockets * (destinations.local ? 2 : 1) + processes * FILES_OF_A_PROCESS;
  const found = `${formatCount(system.max)} in all, ${formatCount(system.open)} in use; about ${formatCount(needed)} more are needed`;
  if (system.open + needed <= system.max) return ok(id, found);
  return fail(id, found, `sudo sysctl -w fs.file-max=${roundUp(system.open + needed)}`);
}

export function limitText({
  openFilesPerProcess: soft,
  openFilesHard: hard,
  openFilesCeiling,
}: Machine): string {
  if (soft === null)
    return `open files are not told; ${formatCount(openFilesOf({ openFilesPerProcess: null }))} are assumed`;
  const ceiling = openFilesCeiling === null ? '' : `, fs.nr_open ${formatCount(openFilesCeiling)}`;
  const which =
    hard === null || soft === hard
      ? 'the hard limit: Node raises the soft one to it'
      : `soft limit; hard limit ${formatCount(hard)}`;
  return `${formatCount(soft)} open files a process (${which}${ceiling})`;
}

function countOf(count: number, one: string, several: string): string {
  return `${formatCount(count)} ${count === 1 ? one : several}`;
}
