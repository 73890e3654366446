// What the kernel says of other processes (proc(5)). Ticks are 10 ms: too coarse for a moment, fine for seconds of CPU.
import { readFileSync, readdirSync } from 'node:fs';

const TICK_MS = 10;

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It has ended.
    return '';
  }
}

/** CPU time of all threads of a process so far; null once it has ended. */
export function cpuMsOf(pid) {
  const text = read(`/proc/${pid}/stat`);
  // The name before the last bracket may contain anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return text === '' ? null : (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Resident memory; null once it has ended. */
export function residentBytesOf(pid) {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`));
  return match === null ? null : Number(match[1]) * 1024;
}

/** The process and all that it has started, and those have. */
export function familyOf(pid) {
  const children = threadsOf(pid).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`)
      .split(' ')
      .filter((child) => child !== ''),
  );
  return [pid, ...children.flatMap((child) => familyOf(Number(child)))];
}

function threadsOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** The open files that a process may have at most. */
export function openFilesLimit() {
  const match = /^Max open files\s+\d+\s+(\d+)/m.exec(read('/proc/self/limits'));
  return match === null ? 1024 : Number(match[1]);
}
