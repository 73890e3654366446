import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildNative } from '../native/build.mjs';
import { loops } from './loops.mjs';
import { Sinks } from './sinks.mjs';
import { idleMsPerSec, stompede } from './stompede.mjs';

/** What the subjects share: the C programs, a folder of their own, and what a run costs that does nothing. */
export async function withContext({ rounds, full }, work) {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'stompede-bench-'));
  try {
    const programs = buildNative(scratch);
    let idle = null;
    const idleMs = () => (idle ??= measureIdle(programs, scratch));
    return await work({ rounds, full, scratch, programs, loops: loops(programs), idleMs });
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** The coordinator, which a single worker shares its process with, and the worker's own once-a-second: CPU ms a second. */
async function measureIdle(programs, scratch) {
  const result = await Sinks.during(programs.sink, {}, (sinks) =>
    stompede(scratch, {
      target: sinks.urls,
      workers: 1,
      connect: { connections: 1, rate: '1/s' },
      subscribe: [{ destination: '/topic/a', awaitMessage: false }],
      hold: '8s',
    }),
  );
  return idleMsPerSec(result);
}
