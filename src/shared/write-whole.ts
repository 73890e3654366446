import { lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Writes a file whole or not at all: on a full disk what was there before stays. It is first written beside itself, as
 * `<file>.tmp`. Where something else than a file stands (/dev/stdout, a pipe, a link) it is written to, not replaced.
 * Throws what the file system throws.
 */
export function writeWhole(file: string, text: string): void {
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() === false) {
    writeFileSync(file, text);
    return;
  }
  const beside = `${file}.tmp`;
  try {
    writeFileSync(beside, text);
    renameSync(beside, file);
  } catch (error) {
    remove(beside);
    throw error;
  }
}

function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // What can't be removed is no half of our own.
  }
}
