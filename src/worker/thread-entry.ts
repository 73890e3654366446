import { parentPort, workerData } from 'node:worker_threads';
import { loadTransports } from '../session/open-transport.js';
import { LoadWorker } from './load-worker.js';
import type { FromWorker, ToWorker, WorkerJob } from './protocol.js';

/** A worker as a thread: messages in, messages out, and the end of the thread when its work is done. */
const port = parentPort;
if (port === null) throw new Error('thread-entry is started by thread-host, as a worker thread');

const job = workerData as WorkerJob;
const worker = new LoadWorker(job, await loadTransports(job.plan.client), (message: FromWorker) => {
  port.postMessage(message, transferables(message));
  if (message.type === 'done') port.close();
});

port.on('message', (message: ToWorker) => {
  worker.told(message);
});
worker.prepare();

/** The arrays of a snapshot are handed over, not copied. */
function transferables(message: FromWorker): ArrayBuffer[] {
  if (message.type !== 'snapshot') return [];
  const { events, latencies } = message.snapshot;
  const buffers = [events.atUs.buffer, events.codes.buffer];
  for (const delta of Object.values(latencies)) buffers.push(delta.pairs.buffer);
  return buffers;
}
