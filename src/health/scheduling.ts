import { ProcFile } from '../shared/proc-file.js';

/** What the kernel has counted of one thread since it began, in microseconds. */
export interface Scheduled {
  readonly ranUs: number;
  /** Ready to run, without a CPU. */
  readonly waitedUs: number;
}

/**
 * The scheduler's own account of the thread that makes this (Linux, /proc/PID/task/TID/schedstat: nanoseconds on the
 * CPU, nanoseconds waiting on a run queue, times run). A reading costs about a microsecond.
 */
export class Scheduling {
  // thread-self means the thread that opens it, and goes on meaning that one.
  readonly #file = new ProcFile('/proc/thread-self/schedstat');

  /** null where the system doesn't tell. */
  read(): Scheduled | null {
    return parseSchedstat(this.#file.read());
  }

  close(): void {
    this.#file.close();
  }
}

/** A kernel without CONFIG_SCHED_INFO says three zeros: that is nothing, not a thread that has never run. */
export function parseSchedstat(text: string): Scheduled | null {
  const match = /^(\d+) (\d+) (\d+)/.exec(text);
  if (match === null || Number(match[3]) === 0) return null;
  return { ranUs: Number(match[1]) / 1000, waitedUs: Number(match[2]) / 1000 };
}
