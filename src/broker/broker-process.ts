import { fork, type ChildProcess } from 'node:child_process';
import { sleep } from '../shared/env.js';
import { StompedeError } from '../shared/errors.js';
import { CHANNEL_VERSION, isEntryMessage, type EntryMessage, type HostMessage } from './channel.js';
import type { Member } from './cluster/mesh.js';
import type { BrokerStats } from './counters.js';
import type { BrokerOptions } from './options.js';

/** How a process ended; `signal` if something killed it. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

const START_TIMEOUT_MS = 15_000;
const STATS_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 4000;

/** What is kept of the last words of a process that crashed. */
const STDERR_TAIL_LENGTH = 4000;

type Listening = Extract<EntryMessage, { type: 'listening' }>;

interface Start {
  readonly options: BrokerOptions;
  readonly member: Member | null;
}

interface Waiting<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}

/** The process of a broker, or one of a broker's several, from the side of its parent. */
export class BrokerProcess {
  readonly exited: Promise<ProcessEnd>;
  readonly #child: ChildProcess;
  readonly #stats = new Map<number, Waiting<BrokerStats>>();
  #isReady = false;
  #starting: (Waiting<Listening> & Start) | undefined;
  #stderrTail = '';
  #requests = 0;
  #stopping: Promise<void> | undefined;
  #unwritten: StompedeError | undefined;
  #end: ProcessEnd | undefined;

  constructor() {
    const entry = new URL('./entry.js', import.meta.url);
    this.#child = fork(entry, {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // A Ctrl-C is for the run: a new process would die of it before it can ignore it.
      detached: true,
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderrTail = (this.#stderrTail + text).slice(-STDERR_TAIL_LENGTH);
    });
    this.#child.on('message', (message) => {
      if (isEntryMessage(message)) this.#hear(message);
    });
    this.exited = this.#watch();
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new StompedeError('broker-failed', 'the broker has no process');
    return this.#child.pid;
  }

  /** `member` null: it is a broker by itself. Rejects with `broker-failed`. */
  start(options: BrokerOptions, member: Member | null = null): Promise<Listening> {
    return bounded(START_TIMEOUT_MS, 'the broker did not start in time', (resolve, reject) => {
      if (this.#end !== undefined) reject(this.#gone(this.#end));
      this.#starting = { options, member, resolve, reject };
      if (this.#isReady) this.#begin(this.#starting);
    });
  }

  stats(): Promise<BrokerStats> {
    const request = ++this.#requests;
    const answer = bounded<BrokerStats>(STATS_TIMEOUT_MS, 'the broker does not answer', (resolve, reject) => {
      if (this.#end !== undefined) reject(this.#gone(this.#end));
      else this.#stats.set(request, { resolve, reject });
      this.#say({ v: CHANNEL_VERSION, type: 'stats', request });
    });
    return answer.finally(() => this.#stats.delete(request));
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  kill(): void {
    // The handle of a process that never began has pid 0, and a signal to that goes to this whole group.
    if (this.#child.pid !== undefined) this.#child.kill('SIGKILL');
  }

  async #stop(): Promise<void> {
    this.#say({ v: CHANNEL_VERSION, type: 'stop' });
    const late = new AbortController();
    const forced = sleep(STOP_TIMEOUT_MS, undefined, { signal: late.signal }).then(
      () => this.kill(),
      () => undefined,
    );
    await this.exited;
    late.abort();
    await forced;
    if (this.#unwritten !== undefined) throw this.#unwritten;
  }

  #begin({ options, member }: Start): void {
    this.#say({ v: CHANNEL_VERSION, type: 'start', options, member });
  }

  #say(message: HostMessage): void {
    // The process may end at any moment: then `exited` says so, and the error of the channel adds nothing.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #hear(message: EntryMessage): void {
    switch (message.type) {
      case 'ready':
        this.#isReady = true;
        if (this.#starting !== undefined) this.#begin(this.#starting);
        return;
      case 'listening':
        this.#starting?.resolve(message);
        this.#starting = undefined;
        return;
      case 'failed':
        this.#starting?.reject(errorOf(message));
        this.#starting = undefined;
        return;
      case 'unwritten':
        this.#unwritten = errorOf(message);
        return;
      case 'stats':
        this.#stats.get(message.request)?.resolve(message.stats);
    }
  }

  async #watch(): Promise<ProcessEnd> {
    const end = await endOf(this.#child);
    this.#end = end;
    this.#starting?.reject(this.#gone(end));
    for (const waiting of this.#stats.values()) waiting.reject(this.#gone(end));
    return end;
  }

  #gone({ code, signal }: ProcessEnd): StompedeError {
    const how = signal === null ? `with code ${code ?? 'unknown'}` : `by ${signal}`;
    const words = this.#stderrTail.trim();
    return new StompedeError(
      'broker-failed',
      `the broker has ended ${how}${words === '' ? '' : `: ${words}`}`,
    );
  }
}

function errorOf({ code, message, hint }: Extract<EntryMessage, { readonly type: 'failed' | 'unwritten' }>) {
  return new StompedeError(code, message, hint === undefined ? {} : { hint });
}

function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.on('error', () => {
      // Anything else that goes wrong with it shows in its exit; a process that never began has none.
      if (child.pid === undefined) resolve({ code: null, signal: null });
    });
  });
}

/** A promise that rejects with `broker-failed` when nothing has settled it in time. */
async function bounded<T>(
  timeoutMs: number,
  message: string,
  executor: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  const timely = new AbortController();
  const late = sleep(timeoutMs, undefined, { signal: timely.signal }).then(() => {
    throw new StompedeError('broker-failed', message);
  });
  try {
    return await Promise.race([new Promise<T>(executor), late]);
  } finally {
    timely.abort();
    late.catch(() => undefined);
  }
}
