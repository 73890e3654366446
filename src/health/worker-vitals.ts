import { OpenFiles } from '../machine/open-files.js';
import { self } from '../shared/env.js';
import type { UnsoundCause } from '../model/health.js';
import { Collections } from './collections.js';

import { type Scheduled, Scheduling } from './scheduling.js';
import { LATE_US, type WorkerInterval, unsoundCause } from './soundness.js';
import { type Pulse, type Standstill, standstillBetween } from './standstills.js';

/** The loop of a worker sleeps no longer than this: its wheel turns every 20 ms, and Node's timers are 1 ms wide. */
const SLEEP_US = 21_000;
/** How often the kernel is asked at most. */
const PULSE_US = 15_000;
const NONE: Standstill = { cause: 'loop-blocked', us: 0 };

/** What a worker has done since it began, for which its loop is there. */
export interface WorkDone {
  /** Sockets read and SENDs written. */
  readonly transfers: number;
  /** MESSAGE frames that came. */
  readonly messages: number;
  readonly connects: number;
}

/** What the worker's own instruments saw since the interval before, in microseconds. */
export interface Delays {
  readonly readDelayMaxUs: number;
  readonly ownLagMaxUs: number;
}

/** What a worker's thread says of itself for one interval; see Gauges in metrics/snapshot.ts. */
export interface VitalSigns {
  readonly spanUs: number;
  readonly cpuWaitUs: number;
  readonly gcMaxUs: number;
  readonly utilization: number;
  readonly loopDelayMaxUs: number;
  readonly pausedUs: number;
  readonly stoodStillBeforeUs: number;
  readonly ownLagMaxUs: number;
  readonly heapLiveBytes: number;
  readonly heapLimitBytes: number;
  readonly openFiles: number;
  readonly openFilesLimit: number;
  readonly unsound: UnsoundCause | null;
}

/**
 * A worker watches its own thread: at the end of its loop's turns, some 50 times a second, it asks the kernel how long
 * the thread has run and waited, and Node how long it has collected garbage. Where a turn came late, these say why.
 */
export class WorkerVitals {
  readonly #nowUs: () => number;
  readonly #done: () => WorkDone;
  readonly #scheduling = new Scheduling();
  readonly #collections = new Collections();
  readonly #openFiles: OpenFiles | null;
  #pulse: Pulse;
  #longest = NONE;
  #longestBefore = NONE;
  #pausedUs = 0;
  /** The standstill with whose end this interval began: what waited for it is read in this one. */
  #stoodStillBeforeUs = 0;
  #taken: Pulse;
  #takenSleptUs = self.loopSleptUs();

  /** @param watchesProcess tells of the whole process too: one thread of each does */
  constructor(nowUs: () => number, watchesProcess: boolean, done: () => WorkDone) {
    this.#nowUs = nowUs;
    this.#done = done;
    this.#openFiles = watchesProcess ? new OpenFiles() : null;
    this.#pulse = this.#feel(nowUs());
    this.#taken = this.#pulse;
  }

  /** To be called at the end of each turn of the loop, in the check phase. */
  turned(): void {
    const nowUs = this.#nowUs();
    if (nowUs - this.#pulse.atUs >= PULSE_US) this.#beat(nowUs);
  }

  /** What there is to say of the time since the start; the next interval begins here. */
  begin(): void {
    this.take({ readDelayMaxUs: 0, ownLagMaxUs: 0 });
    this.#stoodStillBeforeUs = 0;
  }

  take({ readDelayMaxUs, ownLagMaxUs }: Delays): VitalSigns {
    const last = this.#beat(this.#nowUs());
    const spanUs = Math.max(1, this.#pulse.atUs - this.#taken.atUs);
    const sleptUs = self.loopSleptUs();
    const interval: WorkerInterval = {
      spanUs,
      ranUs: between(this.#taken, this.#pulse, 'ranUs'),
      cpuWaitUs: between(this.#taken, this.#pulse, 'waitedUs'),
      standstill: this.#longest,
      standstillBefore: this.#longestBefore,
      readDelayMaxUs,
      ownLagMaxUs,
      utilization: Math.min(1, Math.max(0, 1 - (sleptUs - this.#takenSleptUs) / spanUs)),
    };
    const signs: VitalSigns = {
      spanUs: Math.round(spanUs),
      cpuWaitUs: Math.round(interval.cpuWaitUs),
      gcMaxUs: this.#collections.takeMaxUs(),
      utilization: interval.utilization,
      loopDelayMaxUs: interval.standstill.us,
      pausedUs: this.#pausedUs,
      stoodStillBeforeUs: this.#stoodStillBeforeUs,
      ownLagMaxUs: Math.round(ownLagMaxUs),
      heapLiveBytes: this.#collections.liveBytes,
      heapLimitBytes: this.#collections.limitBytes,
      openFiles: this.#openFiles?.count() ?? 0,
      openFilesLimit: this.#openFiles?.limit() ?? 0,
      unsound: unsoundCause(interval),
    };
    this.#longestBefore = this.#longest;
    this.#longest = NONE;
    this.#pausedUs = 0;
    // Snapshots are taken between two turns' reads.
    this.#stoodStillBeforeUs = last.us > LATE_US ? last.us : 0;
    this.#taken = this.#pulse;
    this.#takenSleptUs = sleptUs;
    return signs;
  }

  close(): void {
    this.#scheduling.close();
    this.#collections.close();
    this.#openFiles?.close();
  }

  #beat(nowUs: number): Standstill {
    const before = this.#pulse;
    this.#pulse = this.#feel(nowUs);
    const standstill = standstillBetween(before, this.#pulse, SLEEP_US);
    if (standstill.us > this.#longest.us) this.#longest = standstill;
    if (standstill.cause === 'process-paused') this.#pausedUs += standstill.us;
    return standstill;
  }

  #feel(atUs: number): Pulse {
    return {
      atUs,
      scheduled: this.#scheduling.read(),
      gcUs: this.#collections.sumUs(),
      ...this.#done(),
    };
  }
}

function between(from: Pulse, to: Pulse, account: keyof Scheduled): number {
  if (from.scheduled === null || to.scheduled === null) return 0;
  return Math.max(0, to.scheduled[account] - from.scheduled[account]);
}
