import { accessSync, constants, existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { undoLater } from './undo.js';

const ROOT = '/sys/fs/cgroup';

/** A control group with a limit of memory, gone at the end of the test file. null: this system lets nobody make one. */
export function memoryGroup(limitBytes: number): { readonly procs: string } | null {
  const isFirstVersion = existsSync(`${ROOT}/memory/memory.limit_in_bytes`);
  const folder = path.join(ROOT, isFirstVersion ? 'memory' : '', `stompede-test-${process.pid}`);
  try {
    mkdirSync(folder);
    undoLater(() => {
      rmdirSync(folder);
    });
    const limit = path.join(folder, isFirstVersion ? 'memory.limit_in_bytes' : 'memory.max');
    accessSync(limit, constants.W_OK);
    writeFileSync(limit, String(limitBytes));
    return { procs: path.join(folder, 'cgroup.procs') };
  } catch {
    return null;
  }
}
