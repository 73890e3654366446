import path from 'node:path';
import { expect, it } from 'vitest';
import { ProcessHost } from './process-host.js';
import { PROTOCOL_VERSION, type WorkerJob } from './protocol.js';
import { loadText } from '../scenario/testing/load-text.js';

function job(worker: number): WorkerJob {
  return {
    protocol: PROTOCOL_VERSION,
    worker,
    share: { index: worker, of: 2 },
    watchesProcess: true,
    targets: [{ url: 'ws://127.0.0.1:9/', address: null }],
    sources: null,
    plan: loadText('target: ws://127.0.0.1:9/').plan,
    secrets: [],
    runId: '00000000',
  };
}

it('a process that cannot be started loses each of its workers, and says why', async () => {
  const lost = await new Promise<Map<number, string | null>>((resolve) => {
    const exits = new Map<number, string | null>();
    const listener = {
      heard: () => undefined,
      exited: (worker: number, reason: string | null) => {
        exits.set(worker, reason);
        if (exits.size === 2) resolve(exits);
      },
    };
    const host = new ProcessHost([job(0), job(1)], listener, { execPath: path.resolve('no-such-node') });
    host.tell(0, { type: 'flush' });
    host.terminate();
  });
  expect([...lost.keys()]).toEqual([0, 1]);
  for (const reason of lost.values()) expect(reason).toContain('ENOENT');
});
