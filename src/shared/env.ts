import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT } from './exit-codes.js';

/** A writable that knows whether a person is looking at it. */
export interface OutStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The whole outside world of one command, so that a command can be run in a test without a process of its own. */
export interface Env {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly stdout: OutStream;
  readonly stderr: OutStream;
  readonly nodeVersion: string;
  readonly pid: number;
  onSignal(signal: 'SIGINT' | 'SIGTERM', listener: () => void): () => void;
  setExitCode(code: number): void;
  /** Ends the process at once: nothing pending is waited for. */
  exitNow(code: number): never;
}

/** The process's own world. */
export function realEnv(): Env {
  return {
    argv: process.argv.slice(2),
    cwd: process.cwd(),
    variables: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    nodeVersion: process.version,
    pid: process.pid,
    onSignal(signal, listener) {
      process.on(signal, listener);
      return () => process.off(signal, listener);
    },
    setExitCode(code) {
      process.exitCode = code;
    },
    exitNow(code) {
      process.exit(code);
    },
  };
}

/**
 * The same, where the process is the command line's own: a stream that takes nothing any more ends nothing. What is lost of
 * stderr is only lost. What is lost of stdout makes the exit code 1, unless its reader has gone, as `head` does.
 */
export function commandLineEnv(): Env {
  let failed = false;
  let incomplete = false;
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    // Each write fails anew.
    if (failed) return;
    failed = true;
    if (code === 'EPIPE') return;
    incomplete = true;
    process.stderr.write(`stompede: stdout could not be written: ${code ?? message}\n`);
    process.exitCode = EXIT.ownFault;
  });
  return {
    ...realEnv(),
    setExitCode(code) {
      process.exitCode = incomplete ? EXIT.ownFault : code;
    },
  };
}

let lastRssBytes = 0;

/** What a thread or child process may know of itself: figures of its own consumption. */
export const self = {
  /** CPU time of this whole process, user and system together, in microseconds. */
  cpuUs(): number {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  /** Resident memory of this whole process, in bytes; what it was last when there is no open file left to ask with. */
  rssBytes(): number {
    try {
      lastRssBytes = process.memoryUsage.rss();
    } catch {
      // EMFILE: Node reads it from a file of /proc. A worker must not die of it.
    }
    return lastRssBytes;
  },
  /** How long the event loop of this thread has slept waiting for events, since it began, in microseconds. */
  loopSleptUs(): number {
    return performance.nodeTiming.idleTime * 1000;
  },
  pid: process.pid,
  execPath: process.execPath,
  /** Ends this process as a crash does: at once, and with nothing tidied up. */
  crash(): void {
    process.kill(process.pid, 'SIGKILL');
  },
};

/** Instead of ending this thread with an error, a promise that is rejected and that nobody handles calls `listener`. */
export function onUnhandledRejection(listener: (reason: unknown) => void): void {
  process.on('unhandledRejection', listener);
}

/** The channel of a child process to the process that started it, or undefined in any other process. */
export function parentChannel(): ParentChannel | undefined {
  const send = process.send?.bind(process);
  if (send === undefined) return undefined;
  return {
    send: (message) => {
      if (process.connected) send(message);
    },
    onMessage: (listener) => process.on('message', listener),
    onDisconnect: (listener) => process.on('disconnect', listener),
    disconnect: () => {
      if (process.connected) process.disconnect();
    },
    exit: (code) => process.exit(code),
    ignoreInterrupts: () => {
      process.on('SIGINT', () => undefined);
      process.on('SIGTERM', () => undefined);
    },
  };
}

export interface ParentChannel {
  send(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
  onDisconnect(listener: () => void): void;
  disconnect(): void;
  exit(code: number): never;
  /** A Ctrl-C reaches the whole process group; only the coordinator decides what it means. */
  ignoreInterrupts(): void;
}

export { sleep };
