import type { ClosedSecond } from '../metrics/closed-second.js';
import type { RunResult } from '../model/result.js';
import { messageOf } from '../shared/errors.js';
import type { RunObserver } from '../metrics/run-observer.js';

/** However badly an observer keeps its own bound, the process does not wait longer for it. */
export const ENDED_WITHIN_MS = 15_000;

/** All observers of a run. One that throws hears nothing any more, is told of once, and hurts neither the run nor the others. */
export class Observers {
  #hearing: readonly RunObserver[];
  readonly #onDropped: (text: string) => void;

  /** @param onDropped gets a sentence for each observer that hears nothing any more */
  constructor(observers: readonly RunObserver[], onDropped: (text: string) => void) {
    this.#hearing = observers;
    this.#onDropped = onDropped;
  }

  started(info: Parameters<RunObserver['started']>[0]): void {
    this.#tell((observer) => {
      observer.started(info);
    });
  }

  second(second: ClosedSecond): void {
    this.#tell((observer) => {
      observer.second(second);
    });
  }

  /** Resolves within ENDED_WITHIN_MS, with what could not be handed on, a sentence each. */
  async ended(result: RunResult): Promise<readonly string[]> {
    const problems = await Promise.all(this.#hearing.map((observer) => lastWord(observer, result)));
    return problems.flat();
  }

  #tell(say: (observer: RunObserver) => void): void {
    this.#hearing = this.#hearing.filter((observer) => {
      try {
        say(observer);
        return true;
      } catch (error) {
        this.#onDropped(`An exporter failed, and gets nothing any more of this run: ${messageOf(error)}`);
        return false;
      }
    });
  }
}

async function lastWord(observer: RunObserver, result: RunResult): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(() => {
      resolve([`An exporter did not end within ${ENDED_WITHIN_MS / 1000} s, and was left behind.`]);
    }, ENDED_WITHIN_MS);
  });
  try {
    return await Promise.race([observer.ended(result), late]);
  } catch (error) {
    return [`An exporter failed at the end of the run: ${messageOf(error)}`];
  } finally {
    clearTimeout(timer);
  }
}
