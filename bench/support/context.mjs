import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildNative } from '../native/build.mjs';
import { loops } from './loops.mjs';

/** What the subjects share: the C programs and a folder of their own. */
export async function withContext({ rounds, full }, work) {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'stompede-bench-'));
  try {
    const programs = buildNative(scratch);
    return await work({ rounds, full, scratch, programs, loops: loops(programs) });
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
