import { ProcessHost } from './process-host.js';
import type { ToWorker, WorkerJob } from './protocol.js';
import { ThreadHost, type WorkerListener } from './thread-host.js';

interface Host {
  tell(worker: number, message: ToWorker): void;
  terminateOne(worker: number): void;
  terminate(): void;
}

/** All workers of a run, threads here or threads of child processes, told apart by their number only. */
export class Fleet {
  readonly #hosts: Host[] = [];
  readonly #hostOf = new Map<number, Host>();

  /** @param threadsOfProcesses how many of the jobs each process runs, in order; one process is this one */
  constructor(threadsOfProcesses: readonly number[], jobs: readonly WorkerJob[], listener: WorkerListener) {
    let next = 0;
    for (const threads of threadsOfProcesses) {
      const own = jobs.slice(next, next + threads);
      next += threads;
      if (threadsOfProcesses.length === 1) for (const job of own) this.#add([job], threadHost(job, listener));
      else this.#add(own, new ProcessHost(own, listener));
    }
  }

  tell(worker: number, message: ToWorker): void {
    this.#hostOf.get(worker)?.tell(worker, message);
  }

  tellAll(message: ToWorker): void {
    for (const worker of this.#hostOf.keys()) this.tell(worker, message);
  }

  /** Ends one worker that does not answer. */
  terminateOne(worker: number): void {
    this.#hostOf.get(worker)?.terminateOne(worker);
  }

  /** Ends what is left, at once. */
  terminate(): void {
    for (const host of this.#hosts) host.terminate();
  }

  #add(jobs: readonly WorkerJob[], host: Host): void {
    this.#hosts.push(host);
    for (const { worker } of jobs) this.#hostOf.set(worker, host);
  }
}

function threadHost(job: WorkerJob, listener: WorkerListener): Host {
  const host = new ThreadHost(job, listener);
  return {
    tell: (_worker, message) => {
      host.tell(message);
    },
    terminateOne: () => {
      host.terminate();
    },
    terminate: () => {
      host.terminate();
    },
  };
}
