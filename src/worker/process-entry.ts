import { parentChannel } from '../shared/env.js';
import type { FromProcess, ToProcess } from './protocol.js';
import { ThreadHost } from './thread-host.js';

/** A child process that does nothing but hold sockets: its threads do the work, this end passes messages on. */
const channel = parentChannel();
if (channel === undefined) throw new Error('process-entry is started by process-host, as a child process');

const threads = new Map<number, ThreadHost>();
const tell = (message: FromProcess): void => {
  channel.send(message);
};

channel.ignoreInterrupts();
// The coordinator is gone, and with it everyone who could want these sockets.
channel.onDisconnect(() => channel.exit(1));
channel.onMessage((received) => {
  const message = received as ToProcess;
  if (message.type === 'tell') {
    threads.get(message.worker)?.tell(message.message);
    return;
  }
  if (message.type === 'terminate') {
    threads.get(message.worker)?.terminate();
    return;
  }
  for (const job of message.jobs) {
    const host = new ThreadHost(job, {
      heard: (heard) => {
        tell({ type: 'heard', message: heard });
      },
      exited: (worker, reason) => {
        threads.delete(worker);
        tell({ type: 'exited', worker, reason });
      },
    });
    threads.set(job.worker, host);
  }
});
tell({ type: 'listening' });
