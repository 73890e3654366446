import { PerformanceObserver, constants } from 'node:perf_hooks';
import v8 from 'node:v8';
import { resourceLimits } from 'node:worker_threads';

const MIB = 1024 * 1024;

/** A garbage collection of this thread's heap, as Node tells of it. */
interface Collection {
  readonly duration: number;
  readonly detail?: unknown;
}

/** Watches the garbage collections of the thread that makes this. */
export class Collections {
  readonly #observer: PerformanceObserver;
  #maxUs = 0;
  #sumUs = 0;
  #liveBytes = 0;

  constructor() {
    this.#observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) this.#add(entry);
    });
    this.#observer.observe({ type: 'gc' });
  }

  /** What the last full collection left in use; 0 before the first. */
  get liveBytes(): number {
    return this.#liveBytes;
  }

  /** Of the old generation, where all that lives ends: V8's own figure has the young generation in it, mostly empty. */
  get limitBytes(): number {
    const limitBytes = v8.getHeapStatistics().heap_size_limit;
    const youngBytes = (resourceLimits.maxYoungGenerationSizeMb ?? 0) * MIB;
    return youngBytes < limitBytes ? limitBytes - youngBytes : limitBytes;
  }

  /** Time spent in all collections so far, microseconds. In the check phase that is up to this moment. */
  sumUs(): number {
    for (const entry of this.#observer.takeRecords()) this.#add(entry);
    return this.#sumUs;
  }

  /** The longest collection since the last time that it was asked for, microseconds. */
  takeMaxUs(): number {
    this.sumUs();
    const maxUs = this.#maxUs;
    this.#maxUs = 0;
    return maxUs;
  }

  close(): void {
    this.#observer.disconnect();
  }

  #add({ duration, detail }: Collection): void {
    const us = Math.round(duration * 1000);
    this.#sumUs += us;
    this.#maxUs = Math.max(this.#maxUs, us);
    if (isFull(detail)) this.#liveBytes = v8.getHeapStatistics().used_heap_size;
  }
}

function isFull(detail: unknown): boolean {
  return (
    typeof detail === 'object' &&
    detail !== null &&
    'kind' in detail &&
    detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR
  );
}
