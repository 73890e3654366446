import { closeSync, openSync, statSync } from 'node:fs';
import { ProcFile } from '../shared/proc-file.js';

/** Open files of this process against its limit, which may be lowered while it runs (prlimit). */
export class OpenFiles {
  readonly #limits = new ProcFile('/proc/self/limits');

  /**
   * How many are open now; 0 where the system doesn't tell. Since Linux 6.2 the size of /proc/self/fd is the count;
   * before, the lowest free descriptor is taken, which is the count as long as there are no gaps below it. Reading
   * the folder would block the thread for 10 ms with 20,000 sockets.
   */
  count(): number {
    const size = statSync('/proc/self/fd', { throwIfNoEntry: false })?.size ?? null;
    if (size === null || size > 0) return size ?? 0;
    return lowestFree() ?? this.limit();
  }

  /** The soft limit as it is now; 0 where there is none, or it is not told. */
  limit(): number {
    return parseOpenFilesLimit(this.#limits.read());
  }

  close(): void {
    this.#limits.close();
  }
}

export function parseOpenFilesLimit(limits: string): number {
  const match = /^Max open files\s+(\d+)/m.exec(limits);
  return match === null ? 0 : Number(match[1]);
}

function lowestFree(): number | null {
  try {
    const descriptor = openSync('/dev/null', 'r');
    closeSync(descriptor);
    return descriptor;
  } catch {
    return null;
  }
}
