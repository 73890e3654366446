import type { ClosedSecond } from '../metrics/closed-second.js';
import { addCounters, zeroCounters } from '../metrics/counters.js';
import { mergeGeneratorRows } from '../metrics/process-usage.js';
import type { FailureDelta } from '../metrics/snapshot.js';
import { kindInfo } from '../model/failures.js';
import type { Latency } from '../model/phases.js';
import type { GeneratorRow } from '../model/result.js';
import { LatencyBuffer } from './latency-buffer.js';
import type { FailureCount, LatencyCounts, RunTotals } from './protocol.js';

/** Adds up the seconds of a run until they are taken, in memory that their number does not change. */
export class SecondsBuffer {
  readonly #counts = zeroCounters();
  /** By role, phase and kind, which are closed lists. */
  readonly #failures = new Map<string, FailureCount>();
  readonly #latencies = new Map<Latency, LatencyBuffer>();
  /** Of the seconds that wait; null: none does. */
  #generator: GeneratorRow | null = null;
  #throughSec = 0;
  #published = 0;
  #expected = 0;
  #open = 0;
  #cpuMs = 0;
  #waiting = 0;
  #mergedSec = 0;

  add(second: ClosedSecond): void {
    const { counts, latencies, failures, generator } = second;
    addCounters(this.#counts, counts);
    for (const failure of failures) this.#addFailure(failure);
    for (const [latency, deltas] of latencies) {
      const buffer = this.#latencies.get(latency) ?? new LatencyBuffer(latency);
      this.#latencies.set(latency, buffer);
      for (const delta of deltas) buffer.add(delta);
    }
    this.#generator = this.#generator === null ? generator : mergeGeneratorRows(this.#generator, generator);
    this.#throughSec = second.atSec + second.widthSec;
    this.#published += second.published;
    // Of a second in which more was taken back than sent, nothing is owed.
    this.#expected += Math.max(0, second.expected);
    this.#open = second.open;
    this.#cpuMs += generator.cpuMs;
    this.#waiting++;
  }

  /** Up to which moment it has the run, seconds from its start. */
  get throughSec(): number {
    return this.#throughSec;
  }

  get mergedSec(): number {
    return this.#mergedSec;
  }

  /** null: nothing has come since the last time. */
  take(): RunTotals | null {
    if (this.#generator === null) return null;
    this.#mergedSec += this.#waiting - 1;
    const totals = {
      throughSec: this.#throughSec,
      counts: { ...this.#counts },
      published: this.#published,
      expected: this.#expected,
      failures: [...this.#failures.values()],
      cpuMs: this.#cpuMs,
      open: this.#open,
      generator: this.#generator,
      latencies: this.#takeLatencies(),
      mergedSec: this.#mergedSec,
    };
    this.#generator = null;
    this.#waiting = 0;
    return totals;
  }

  #takeLatencies(): LatencyCounts[] {
    return [...this.#latencies.values()].map((buffer) => buffer.take()).filter((taken) => taken !== null);
  }

  #addFailure({ role, phase, kind, count }: FailureDelta): void {
    const key = `${role} ${phase} ${kind}`;
    const { side } = kindInfo(kind);
    const before = this.#failures.get(key)?.count ?? 0;
    this.#failures.set(key, { role, phase, kind, side, count: before + count });
  }
}
