import type { GeneratorHealth, MachineSample } from '../model/health.js';
import { NearestToLimit } from './nearest.js';

/** What the coordinator saw of its machine, added up: nothing is kept of a sample but the last one. */
export class MachineUsage {
  readonly #startUs: number;
  readonly #tcpPages = new NearestToLimit();
  readonly #groupMemory = new NearestToLimit();
  #first: MachineSample | null = null;
  #last: MachineSample | null = null;

  constructor(startUs: number) {
    this.#startUs = startUs;
  }

  /** Samples in their order. Answers how busy the CPUs were since the one before, from 0 to 1; null: not known. */
  add(sample: MachineSample): number | null {
    const before = this.#last;
    this.#first ??= sample;
    this.#last = sample;
    const atMs = (sample.atUs - this.#startUs) / 1000;
    this.#tcpPages.add(sample.tcpPages, sample.tcpPressurePages, atMs);
    this.#groupMemory.add(sample.groupMemoryBytes, sample.groupMemoryLimitBytes, atMs);
    const busyMs = since(before, sample, 'cpuBusyMs');
    const totalMs = since(before, sample, 'cpuTotalMs');
    return busyMs === null || totalMs === null || totalMs === 0 ? null : Math.min(1, busyMs / totalMs);
  }

  get health(): Pick<GeneratorHealth, 'tcpPages' | 'groupMemory' | 'throttledMs' | 'segments'> {
    const sent = this.#whole('segmentsSent');
    const retransmitted = this.#whole('segmentsRetransmitted');
    return {
      tcpPages: this.#tcpPages.nearest,
      groupMemory: this.#groupMemory.nearest,
      throttledMs: this.#whole('throttledMs'),
      segments: sent === null || retransmitted === null ? null : { sent, retransmitted },
    };
  }

  #whole(counter: Counter): number | null {
    return this.#last === null ? null : since(this.#first, this.#last, counter);
  }
}

type Counter = 'cpuBusyMs' | 'cpuTotalMs' | 'segmentsSent' | 'segmentsRetransmitted' | 'throttledMs';

// The kernel's idle time may go back by a little between two readings.
function since(before: MachineSample | null, sample: MachineSample, counter: Counter): number | null {
  const from = before?.[counter] ?? null;
  const to = sample[counter];
  return from === null || to === null ? null : Math.max(0, to - from);
}
