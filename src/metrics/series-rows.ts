import type { FailureKind } from '../model/failures.js';
import type { UnsoundCause } from '../model/health.js';
import { PHASES, type Phase } from '../model/phases.js';
import type { GeneratorRow, SeriesLatency, SeriesRow } from '../model/result.js';

const COUNTS = [
  'atSec',
  'widthSec',
  'plannedTotal',
  'started',
  'opened',
  'complete',
  'failed',
  'open',
  'published',
  'expected',
  'received',
] as const satisfies readonly (keyof SeriesRow)[];

const GENERATOR = [
  'cpuMs',
  'rssBytes',
  'lagMaxUs',
  'readDelayMaxUs',
  'cpuWaitMs',
  'gcMaxUs',
  'utilization',
  'unsoundWorkers',
  'loopDelayMaxUs',
  'pausedMs',
  'ownLagMaxUs',
  'heapShare',
  'openFiles',
  'machineBusy',
] as const satisfies readonly (keyof GeneratorRow)[];

const LATENCY = [
  'count',
  'p50',
  'p90',
  'p99',
  'p999',
  'max',
] as const satisfies readonly (keyof SeriesLatency)[];

const GENERATOR_AT = COUNTS.length;
const DELIVERY_AT = GENERATOR_AT + GENERATOR.length;
const PHASES_AT = DELIVERY_AT + LATENCY.length;
const WIDTH = PHASES_AT + PHASES.length * LATENCY.length;
const EXPECTED = COUNTS.indexOf('expected');

/**
 * The rows of a series as bare numbers, in memory that is there from the beginning: a run that lasts takes no more of it
 * than one that has just begun. What most rows don't have is kept beside.
 */
export class SeriesRows {
  readonly #capacity: number;
  readonly #numbers: Float64Array;
  #failures = new Map<number, SeriesRow['failures']>();
  #unsoundSec = new Map<number, GeneratorRow['unsoundSec']>();
  #length = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    // Written to, so that it is resident now and not row by row.
    this.#numbers = new Float64Array(capacity * WIDTH).fill(0);
  }

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length === this.#capacity;
  }

  get first(): SeriesRow | undefined {
    return this.#length === 0 ? undefined : this.#read(0);
  }

  get last(): SeriesRow | undefined {
    return this.#length === 0 ? undefined : this.#read(this.#length - 1);
  }

  all(): SeriesRow[] {
    return Array.from({ length: this.#length }, (_, i) => this.#read(i));
  }

  /** Throws RangeError where it is full. */
  push(row: SeriesRow): void {
    if (this.isFull) throw new RangeError(`a series of ${this.#capacity} rows is full`);
    this.#write(this.#length++, row);
  }

  replaceLast(row: SeriesRow): void {
    this.#write(this.#length - 1, row);
  }

  /** Of the row at that index, if there is one. */
  expectLess(i: number, deliveries: number): void {
    if (i < 0 || i >= this.#length) return;
    const at = i * WIDTH + EXPECTED;
    this.#numbers[at] = (this.#numbers[at] ?? 0) - deliveries;
  }

  /** Makes one of each two, from the first. */
  halve(merge: (a: SeriesRow, b: SeriesRow) => SeriesRow): void {
    const length = this.#length;
    const failures = this.#failures;
    const unsoundSec = this.#unsoundSec;
    this.#failures = new Map();
    this.#unsoundSec = new Map();
    this.#length = 0;
    for (let i = 0; i < length; i += 2) {
      const first = this.#read(i, failures, unsoundSec);
      this.push(i + 1 < length ? merge(first, this.#read(i + 1, failures, unsoundSec)) : first);
    }
  }

  #write(i: number, row: SeriesRow): void {
    const at = i * WIDTH;
    this.#writeNumbers(at, COUNTS, row);
    this.#writeNumbers(at + GENERATOR_AT, GENERATOR, row.generator);
    this.#writeLatency(at + DELIVERY_AT, row.delivery);
    PHASES.forEach((phase, p) => {
      this.#writeLatency(at + PHASES_AT + p * LATENCY.length, row.phases[phase] ?? null);
    });
    keep(this.#failures, i, row.failures);
    keep(this.#unsoundSec, i, row.generator.unsoundSec);
  }

  #read(i: number, failures = this.#failures, unsoundSec = this.#unsoundSec): SeriesRow {
    const at = i * WIDTH;
    const phases: Partial<Record<Phase, SeriesLatency>> = {};
    PHASES.forEach((phase, p) => {
      const latency = this.#readLatency(at + PHASES_AT + p * LATENCY.length);
      if (latency !== null) phases[phase] = latency;
    });
    return {
      ...this.#readNumbers(at, COUNTS),
      failures: failures.get(i) ?? {},
      phases,
      delivery: this.#readLatency(at + DELIVERY_AT),
      generator: {
        ...this.#readNumbers(at + GENERATOR_AT, GENERATOR),
        unsoundSec: unsoundSec.get(i) ?? {},
      },
    };
  }

  #writeLatency(at: number, latency: SeriesLatency | null): void {
    if (latency === null) this.#numbers.fill(0, at, at + LATENCY.length);
    else this.#writeNumbers(at, LATENCY, latency);
  }

  // There is none without a sample.
  #readLatency(at: number): SeriesLatency | null {
    return this.#numbers[at] === 0 ? null : this.#readNumbers(at, LATENCY);
  }

  #writeNumbers<K extends string>(at: number, keys: readonly K[], from: Readonly<Record<K, number>>): void {
    keys.forEach((key, k) => {
      this.#numbers[at + k] = from[key];
    });
  }

  #readNumbers<K extends string>(at: number, keys: readonly K[]): Record<K, number> {
    return Object.fromEntries(keys.map((key, k) => [key, this.#numbers[at + k] ?? 0])) as Record<K, number>;
  }
}

/** Only where there is something. */
function keep<T extends Readonly<Partial<Record<FailureKind | UnsoundCause, number>>>>(
  all: Map<number, T>,
  i: number,
  counts: T,
): void {
  if (Object.keys(counts).length > 0) all.set(i, counts);
  else all.delete(i);
}
