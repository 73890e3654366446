import { type ChildProcess, fork, type ForkOptions } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromProcess, ToProcess, ToWorker, WorkerJob } from './protocol.js';
import type { WorkerListener } from './thread-host.js';

/** The other end of one child process and of the threads in it. */
export class ProcessHost {
  readonly #child: ChildProcess;
  readonly #alive: Set<number>;
  /** What was said before it listens: nobody would hear it there. Null from then on. */
  #early: ToProcess[] | null = [];

  /** @param options how else to fork than is usual */
  constructor(jobs: readonly WorkerJob[], listener: WorkerListener, options: ForkOptions = {}) {
    this.#alive = new Set(jobs.map(({ worker }) => worker));
    this.#child = fork(fileURLToPath(new URL('./process-entry.js', import.meta.url)), [], {
      // Structured clone: typed arrays cross as they are.
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // A Ctrl-C is for the coordinator: a new process would die of it before it can ignore it.
      detached: true,
      ...options,
    });
    let fault = 'its process ended before its work was done';
    this.#child.on('message', (received) => {
      const message = received as FromProcess;
      if (message.type === 'listening') this.#launch(jobs);
      else if (message.type === 'heard') listener.heard(message.message);
      else if (this.#alive.delete(message.worker)) {
        listener.exited(message.worker, message.reason);
        if (this.#alive.size === 0 && this.#child.connected) this.#child.disconnect();
      }
    });
    this.#child.on('error', (error) => {
      fault = error.message;
      // A process that never began has no exit.
      if (this.#child.pid === undefined) this.#lost(fault, listener);
    });
    this.#child.on('exit', (code, signal) => {
      this.#lost(signal === null ? `${fault} (exit ${code ?? 0})` : `${fault} (${signal})`, listener);
    });
  }

  tell(worker: number, message: ToWorker): void {
    this.#say({ type: 'tell', worker, message });
  }

  terminateOne(worker: number): void {
    this.#say({ type: 'terminate', worker });
  }

  terminate(): void {
    // The handle of a process that never began has pid 0, and a signal to that goes to this whole group.
    if (this.#child.pid !== undefined) this.#child.kill('SIGKILL');
  }

  #launch(jobs: readonly WorkerJob[]): void {
    const early = this.#early ?? [];
    this.#early = null;
    for (const message of [{ type: 'launch', jobs } as const, ...early]) this.#send(message);
  }

  #say(message: ToProcess): void {
    if (this.#early === null) this.#send(message);
    else this.#early.push(message);
  }

  #lost(reason: string, listener: WorkerListener): void {
    for (const worker of this.#alive) listener.exited(worker, reason);
    this.#alive.clear();
  }

  // A send to a process that is just dying reports its error here; its exit is heard by itself.
  #send(message: ToProcess): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
}
