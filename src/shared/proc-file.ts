import { closeSync, openSync, readSync } from 'node:fs';

/** What is read of a file at most: what is asked for stands at the beginning of each. */
const READ_BYTES = 4096;

const buffer = Buffer.allocUnsafeSlow(READ_BYTES);

/**
 * A file of /proc or /sys that is read again and again. It is opened once: a reading costs one system call, and is
 * still possible when there are no open files left. What a path with `self` means is decided by who opens it.
 */
export class ProcFile {
  #descriptor: number | null;

  constructor(path: string) {
    this.#descriptor = open(path);
  }

  /** Its first 4 KB as they are now; '' where there is no such file, or it can't be read. */
  read(): string {
    if (this.#descriptor === null) return '';
    try {
      return buffer.toString('latin1', 0, readSync(this.#descriptor, buffer, 0, READ_BYTES, 0));
    } catch {
      return '';
    }
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}

function open(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch {
    return null;
  }
}
