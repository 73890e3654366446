import { accessSync, constants, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StompedeError, messageOf, systemCode } from '../shared/errors.js';
import { makeFolder } from '../shared/make-folder.js';

/** The folder of one run: made before the first socket is opened, so that a result always has a place. */
export interface OutputFolder {
  readonly path: string;
  file(name: string): string;
}

/** Makes `<out>/<name>-<UTC time>/` and lets `<out>/latest` point to it. Throws `output-unwritable`. */
export function createOutputFolder(out: string, name: string, startedAt: Date): OutputFolder {
  const stamp = startedAt.toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '');
  try {
    makeFolder(out);
    const folder = makeUnused(path.join(out, `${fileNameOf(name)}-${stamp}`));
    accessSync(folder, constants.W_OK);
    pointLatest(out, folder);
    return { path: folder, file: (file) => path.join(folder, file) };
  } catch (error) {
    throw new StompedeError('output-unwritable', `cannot write to ${out}: ${messageOf(error)}`, {
      hint: 'Choose another folder with --out.',
      cause: error,
    });
  }
}

/** A folder in that of several runs, for one of them. Throws `output-unwritable`. */
export function folderWithin(folder: OutputFolder, name: string): OutputFolder {
  const within = folder.file(name);
  try {
    mkdirSync(within);
  } catch (error) {
    throw new StompedeError('output-unwritable', `cannot write to ${folder.path}: ${messageOf(error)}`, {
      cause: error,
    });
  }
  return { path: within, file: (file) => path.join(within, file) };
}

function makeUnused(base: string): string {
  for (let n = 1; ; n++) {
    const folder = n === 1 ? base : `${base}-${n}`;
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST' || n === 100) throw error;
    }
  }
}

// A convenience: where links can't be made, a file says the name.
function pointLatest(out: string, folder: string): void {
  const latest = path.join(out, 'latest');
  const target = path.basename(folder);
  try {
    // Whatever else has that name is not ours to remove.
    if (isLink(latest)) rmSync(latest);
    symlinkSync(target, latest, 'dir');
  } catch {
    writeFileSync(path.join(out, 'latest.txt'), `${target}\n`);
  }
}

function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function fileNameOf(name: string): string {
  const safe = name.replace(/[^\w.-]+/g, '-').replace(/^[.-]+|[.-]+$/g, '');
  return safe === '' ? 'run' : safe.slice(0, 80);
}
