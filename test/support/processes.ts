import { readdirSync, readFileSync } from 'node:fs';

/**
 * Before the command of a target that would take every core it can get: what measures it, on the same machine, has to
 * have one, or says rightly that it was not sound.
 */
export const ON_ONE_CORE = ['taskset', '-c', '0'] as const;

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch {
    return false;
  }
}

/** The processes that a process has started, and those that they have, as /proc knows them. */
export function descendantsOf(pid: number): number[] {
  const children = childrenOf(pid);
  return [...children, ...children.flatMap(descendantsOf)];
}

/** The arguments of a process; empty once it is gone. */
export function commandLineOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}

function childrenOf(pid: number): number[] {
  return tasksOf(pid).flatMap((task) =>
    read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
  );
}

function tasksOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

// A process that ended but whose parent has not asked for its end still has a number.
function isZombie(pid: number): boolean {
  return /^\d+ \(.*\) Z/s.test(read(`/proc/${pid}/stat`));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
