import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { StompedeError, messageOf, systemCode } from '../shared/errors.js';
import { makeFolder } from '../shared/make-folder.js';
import type { StarterFile } from './starter.js';

export type Written = 'written' | 'overwritten' | 'kept';

/** Writes each file unless it is there. Throws `output-unwritable`. */
export function writeFiles(
  folder: string,
  files: readonly StarterFile[],
  { force }: { readonly force: boolean },
): readonly Written[] {
  return files.map((file) => writeOne(path.join(folder, file.path), file.text, force));
}

function writeOne(file: string, text: string, force: boolean): Written {
  try {
    makeFolder(path.dirname(file));
    if (create(file, text)) return 'written';
    if (!force) return 'kept';
    writeFileSync(file, text);
    return 'overwritten';
  } catch (error) {
    throw new StompedeError('output-unwritable', `cannot write ${file}: ${messageOf(error)}`, {
      hint: 'Name the root of your repository: stompede init <folder>',
      cause: error,
    });
  }
}

/** false: there is something already, which another program may have put there this very moment. */
function create(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}
