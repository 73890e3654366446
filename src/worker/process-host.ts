import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromProcess, ToProcess, ToWorker, WorkerJob } from './protocol.js';
import type { WorkerListener } from './thread-host.js';

/** The other end of one child process and of the threads in it. */
export class ProcessHost {
  readonly #child: ChildProcess;
  readonly #alive: Set<number>;

  constructor(jobs: readonly WorkerJob[], listener: WorkerListener) {
    this.#alive = new Set(jobs.map(({ worker }) => worker));
    this.#child = fork(fileURLToPath(new URL('./process-entry.js', import.meta.url)), [], {
      // Structured clone: typed arrays cross as they are.
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    let fault = 'its process ended before its work was done';
    this.#child.on('message', (received) => {
      const message = received as FromProcess;
      if (message.type === 'listening') this.#send({ type: 'launch', jobs });
      else if (message.type === 'heard') listener.heard(message.message);
      else if (this.#alive.delete(message.worker)) {
        listener.exited(message.worker, message.reason);
        if (this.#alive.size === 0 && this.#child.connected) this.#child.disconnect();
      }
    });
    this.#child.on('error', (error) => {
      fault = error.message;
    });
    this.#child.on('exit', (code, signal) => {
      const reason = signal === null ? `${fault} (exit ${code ?? 0})` : `${fault} (${signal})`;
      for (const worker of this.#alive) listener.exited(worker, reason);
      this.#alive.clear();
    });
  }

  tell(worker: number, message: ToWorker): void {
    this.#send({ type: 'tell', worker, message });
  }

  terminateOne(worker: number): void {
    this.#send({ type: 'terminate', worker });
  }

  terminate(): void {
    this.#child.kill('SIGKILL');
  }

  // A send to a process that is just dying reports its error here; its exit is heard by itself.
  #send(message: ToProcess): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
}
