import { Worker } from 'node:worker_threads';
import type { ClosedSecond } from '../metrics/closed-second.js';
import type { RunObserver } from '../metrics/run-observer.js';
import { sleep } from '../shared/env.js';
import { StompedeError, messageOf } from '../shared/errors.js';
import { maskUrl } from '../shared/mask.js';
import { closingWords } from './closing-words.js';
import { listeningText, refusal } from './endpoints.js';
import { Handover } from './handover.js';
import type { ExportSettings, FromExporter, PushProgress, ToExporter } from './protocol.js';

/** How long the end of a run waits for what is exported last. */
export const ENDED_WITHIN_MS = 3000;
/** A thread that has not said by then whether it can listen is broken. */
const OPEN_WITHIN_MS = 15_000;
/** Of its heap: whatever a collector sends, it takes no memory from the run. */
const MAX_HEAP_MB = 256;

export interface LiveMetricsOptions {
  readonly settings: ExportSettings;
  /** The environment that OpenTelemetry's packages read. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Gets a sentence for people at once. */
  readonly onNotice: (text: string) => void;
}

/** In UTF-16 units. */
const MAX_REASON_LENGTH = 300;

type FirstWord = Extract<FromExporter, { type: 'open' | 'refused' }>;

function exporterThread({ settings, variables }: LiveMetricsOptions): Worker {
  return new Worker(new URL('./thread-entry.js', import.meta.url), {
    workerData: settings,
    name: 'exporter',
    env: { ...variables },
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
}

/**
 * Exports runs while they go on, one after another. All that it does in the coordinator's thread is to add up a second and
 * to hand it over; sockets, text and other people's libraries are in a thread of their own, of which nothing is waited for
 * but at the end of a run, for ENDED_WITHIN_MS at most. When that thread dies the run goes on, and its end tells of it.
 */
export class LiveMetrics implements RunObserver {
  readonly #options: LiveMetricsOptions;
  readonly #thread: Worker;
  #handover: Handover;
  #runId: string | null = null;
  #pushes: PushProgress | null = null;
  #onFirstWord: (word: FirstWord) => void = () => undefined;
  #onDone: () => void = () => undefined;
  #onDeath: (reason: string) => void = () => undefined;
  /** Of the thread, unless by close(): a sentence that was not told yet. */
  #death: string | null = null;
  #isOver = false;

  private constructor(options: LiveMetricsOptions, thread: Worker) {
    this.#options = options;
    this.#handover = this.#newHandover();
    this.#thread = thread;
    // It does not keep the process from ending.
    this.#thread.unref();
    this.#thread.on('message', (message: FromExporter) => {
      this.#heard(message);
    });
    let reason = 'its thread ended';
    this.#thread.on('error', (error) => {
      reason = messageOf(error).slice(0, MAX_REASON_LENGTH);
    });
    this.#thread.on('exit', () => {
      this.#died(reason);
    });
  }

  /** Throws a StompedeError (`usage`) where the scrape endpoint can't listen. */
  static async open(options: LiveMetricsOptions, newThread = exporterThread): Promise<LiveMetrics> {
    const live = new LiveMetrics(options, newThread(options));
    try {
      await live.#open();
      return live;
    } catch (error) {
      await live.close();
      throw error;
    }
  }

  started({ runId, startedAt, plan }: Parameters<RunObserver['started']>[0]): void {
    this.#handover = this.#newHandover();
    this.#runId = runId;
    this.#pushes = null;
    const run = {
      runId,
      name: plan.name,
      startedAtMs: startedAt.getTime(),
      plannedConnections: plan.connect.connections,
    };
    this.#tell({ type: 'started', run });
  }

  second(second: ClosedSecond): void {
    if (!this.#isOver) this.#handover.second(second);
  }

  async ended(): Promise<readonly string[]> {
    const isDone = !this.#isOver && (await this.#lastWords());
    if (this.#isOver) return this.#tellDeath();
    const { throughSec, mergedSec } = this.#handover;
    const { otlpUrl } = this.#options.settings;
    return closingWords({
      throughSec,
      mergedSec,
      isDone,
      otlpUrl: otlpUrl === null ? null : maskUrl(otlpUrl),
      pushes: this.#pushes,
    });
  }

  /** Ends the thread, whatever it is doing. */
  async close(): Promise<void> {
    this.#isOver = true;
    await this.#thread.terminate();
  }

  async #open(): Promise<void> {
    const { settings, onNotice } = this.#options;
    const word = await this.#firstWord();
    const { prometheus, otlpUrl, pushEveryMs } = settings;
    if (prometheus !== null) {
      if (word.type === 'refused') throw refusal(prometheus, word.code);
      if (word.port !== null) onNotice(listeningText(prometheus, word.port));
    }
    if (otlpUrl !== null) {
      onNotice(`Live metrics: pushed to ${maskUrl(otlpUrl)} every ${pushEveryMs / 1000} s`);
    }
  }

  #firstWord(): Promise<FirstWord> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        clearTimeout(late);
        reject(new StompedeError('internal', `the exporter did not start: ${why}`));
      };
      const late = setTimeout(() => {
        fail(`it said nothing within ${OPEN_WITHIN_MS / 1000} s`);
      }, OPEN_WITHIN_MS);
      this.#onDeath = fail;
      this.#onFirstWord = (word) => {
        clearTimeout(late);
        resolve(word);
      };
    });
  }

  /** Once: there may be further runs, and it stays dead. */
  #tellDeath(): readonly string[] {
    const told = this.#death === null ? [] : [this.#death];
    this.#death = null;
    return told;
  }

  /** Whether the exporter said in time that it was done, or died. */
  async #lastWords(): Promise<boolean> {
    const waiting = new AbortController();
    const done = new Promise<boolean>((resolve) => {
      this.#onDone = () => {
        resolve(true);
      };
    });
    this.#tell({ type: 'ended', totals: this.#handover.rest() });
    const late = sleep(ENDED_WITHIN_MS, false, { signal: waiting.signal }).catch(() => false);
    const isDone = await Promise.race([done, late]);
    waiting.abort();
    return isDone;
  }

  #newHandover(): Handover {
    return new Handover((totals) => {
      this.#tell({ type: 'totals', totals });
    });
  }

  #tell(message: ToExporter): void {
    if (!this.#isOver) this.#thread.postMessage(message);
  }

  #heard(message: FromExporter): void {
    switch (message.type) {
      case 'open':
      case 'refused':
        this.#onFirstWord(message);
        return;
      case 'taken':
      case 'done':
        // What an exporter that was too slow says of the run before is of no use to this one.
        if (message.runId !== this.#runId) return;
        this.#pushes = message.pushes;
        if (message.type === 'taken') this.#handover.taken();
        else this.#onDone();
    }
  }

  #died(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#death = `Live metrics ended ${this.#handover.throughSec} s into the run, which went on: ${reason}.`;
    this.#onDeath(reason);
    this.#onDone();
  }
}
