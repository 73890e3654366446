import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { self } from '../../shared/env.js';
import { messageOf, StompedeError, systemCode } from '../../shared/errors.js';
import type { LedgerRecord } from './record.js';

const ROWS_AT_ONCE = 1000;

/**
 * The file of a ledger. Its temporary neighbour is made at once, so that a path nobody can write to is known before the
 * first connection; the file itself appears whole, or not at all.
 */
export class LedgerFile {
  readonly #path: string;
  readonly #temporary: string;
  readonly #descriptor: number;

  /** Throws `output-unwritable`. */
  constructor(path: string) {
    this.#path = path;
    this.#temporary = `${path}.${self.pid}.part`;
    try {
      this.#descriptor = openSync(this.#temporary, 'w');
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  /** To be called once, at the end. Throws `output-unwritable`. */
  write(record: LedgerRecord): void {
    try {
      for (const part of partsOf(record)) writeAll(this.#descriptor, part);
      closeSync(this.#descriptor);
      renameSync(this.#temporary, this.#path);
    } catch (error) {
      throw unwritable(this.#path, error);
    }
  }

  /** There will be nothing to write. */
  discard(): void {
    closeSync(this.#descriptor);
    rmSync(this.#temporary, { force: true });
  }
}

/** JSON with a row a line. A string of all rows might be longer than a string can be. */
function* partsOf(record: LedgerRecord): Generator<string> {
  const { rows, ...head } = record.rows;
  const whole = JSON.stringify({ ...record, rows: { ...head, rows: [] } }, null, 2);
  // Of the empty list at the very end only the bracket is wanted.
  const openAt = whole.lastIndexOf('[') + 1;
  yield whole.slice(0, openAt);
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const lines = rows.slice(from, from + ROWS_AT_ONCE).map((row) => `\n      ${JSON.stringify(row)}`);
    yield (from === 0 ? '' : ',') + lines.join(',');
  }
  yield `${rows.length === 0 ? '' : '\n    '}${whole.slice(openAt)}\n`;
}

/** A system call may take less than it was given. */
function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
}

function unwritable(path: string, error: unknown): StompedeError {
  const reason = systemCode(error) ?? messageOf(error);
  const hint = 'Name a file in a folder that exists and can be written to.';
  return new StompedeError('output-unwritable', `the ledger ${path} cannot be written: ${reason}`, {
    hint,
    cause: error,
  });
}
