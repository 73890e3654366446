import { Worker } from 'node:worker_threads';
import { messageOf } from '../shared/errors.js';
import type { FromWorker, ToWorker, WorkerJob } from './protocol.js';

/** Who hears from workers, wherever they run. */
export interface WorkerListener {
  heard(message: FromWorker): void;
  /** A worker is gone. `reason` is null when it had said that it was done. */
  exited(worker: number, reason: string | null): void;
}

/** The other end of one thread. */
export class ThreadHost {
  readonly #thread: Worker;
  #done = false;
  #exited = false;

  constructor(job: WorkerJob, listener: WorkerListener) {
    this.#thread = new Worker(new URL('./thread-entry.js', import.meta.url), {
      workerData: job,
      name: `worker ${job.worker}`,
    });
    let fault = 'the thread ended before its work was done';
    this.#thread.on('message', (message: FromWorker) => {
      if (message.type === 'done') this.#done = true;
      listener.heard(message);
    });
    this.#thread.on('error', (error) => {
      fault = messageOf(error);
    });
    this.#thread.on('exit', () => {
      this.#exited = true;
      listener.exited(job.worker, this.#done ? null : fault);
    });
  }

  tell(message: ToWorker): void {
    if (!this.#exited) this.#thread.postMessage(message);
  }

  terminate(): void {
    void this.#thread.terminate();
  }
}
