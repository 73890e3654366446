import { Gate } from './gate.js';

/** A worker that says nothing for this long will not say anything again. */
export const SILENCE_US = 60e6;

interface WorkerState {
  ready: boolean;
  quiet: boolean;
  settled: boolean;
  done: boolean;
  lost: boolean;
  heardUs: number;
}

/**
 * How far each worker of a run has come, by what it has said, and the moments at which all have come so far. Nobody
 * waits for one that is lost. Times are the machine's monotonic microseconds.
 */
export class WorkerStates {
  readonly #states: readonly WorkerState[];
  readonly #lost: string[] = [];
  readonly #allReady = new Gate(() => this.#states.every(({ ready, lost }) => ready || lost));
  readonly #allSettled = new Gate(() => this.#states.every(({ settled, lost }) => settled || lost));
  readonly #allDone = new Gate(() => this.#states.every(({ done, lost }) => done || lost));
  #quietUs = 0;

  constructor(workers: number, nowUs: number) {
    this.#states = Array.from({ length: workers }, () => ({
      ready: false,
      quiet: false,
      settled: false,
      done: false,
      lost: false,
      heardUs: nowUs,
    }));
  }

  get count(): number {
    return this.#states.length;
  }

  /** Publishers of all are connected, or never will be. */
  get allReady(): Promise<void> {
    return this.#allReady.passed;
  }

  /** All arrivals are past their first message, or failed. */
  get allSettled(): Promise<void> {
    return this.#allSettled.passed;
  }

  get allDone(): Promise<void> {
    return this.#allDone.passed;
  }

  /** When the last worker said that it sends no more; null: not all have. */
  get quietUs(): number | null {
    return this.#states.every(({ quiet, lost }) => quiet || lost) ? this.#quietUs : null;
  }

  /** Why each lost worker was lost. */
  get lostReasons(): readonly string[] {
    return this.#lost;
  }

  /** It is still waited for: neither done nor lost. */
  isAtWork(worker: number): boolean {
    const state = this.#states[worker];
    return state !== undefined && !state.done && !state.lost;
  }

  isLost(worker: number): boolean {
    return this.#states[worker]?.lost === true;
  }

  isReady(worker: number): boolean {
    return this.#states[worker]?.ready === true;
  }

  heard(worker: number, atUs: number): void {
    const state = this.#states[worker];
    if (state !== undefined) state.heardUs = atUs;
  }

  /** Whatever silence there was until then is not the workers'. */
  forgiveSilence(untilUs: number): void {
    for (const state of this.#states) state.heardUs = untilUs;
  }

  /** Workers that should have said something for long. */
  silentAt(nowUs: number): number[] {
    return [...this.#states.keys()].filter(
      (worker) => this.isAtWork(worker) && nowUs - (this.#states[worker]?.heardUs ?? nowUs) >= SILENCE_US,
    );
  }

  ready(worker: number): void {
    this.#change(worker, { ready: true });
  }

  quiet(worker: number, atUs: number): void {
    this.#quietUs = atUs;
    this.#change(worker, { quiet: true });
  }

  settled(worker: number): void {
    this.#change(worker, { settled: true });
  }

  /** Nothing of it is left; what it had not said before is said by that. */
  done(worker: number): void {
    this.#change(worker, { ready: true, quiet: true, settled: true, done: true });
  }

  lost(worker: number, reason: string): void {
    this.#lost.push(`worker ${worker}: ${reason}`);
    this.#change(worker, { lost: true });
  }

  #change(worker: number, change: Partial<WorkerState>): void {
    const state = this.#states[worker];
    if (state === undefined) return;
    Object.assign(state, change);
    for (const gate of [this.#allReady, this.#allSettled, this.#allDone]) gate.check();
  }
}
