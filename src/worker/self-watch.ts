import { WorkerVitals } from '../health/worker-vitals.js';
import type { Recorder } from '../metrics/recorder.js';
import type { Gauges } from '../metrics/snapshot.js';
import { LoopClock } from '../session/loop-clock.js';
import { nowUs } from '../shared/clock.js';
import { self } from '../shared/env.js';
import type { TurnWatch } from './loop.js';

/** A worker's own instruments, put together: how late its time stamps are, how its thread is, what its process uses. */
export class SelfWatch implements TurnWatch {
  readonly loopClock: LoopClock;
  readonly #recorder: Recorder;
  readonly #vitals: WorkerVitals;
  #cpuAtStartUs = 0;
  #ownLagMaxUs = 0;
  /** Since the beginning, in snapshots that were taken. */
  readonly #before = { started: 0, sent: 0 };

  constructor(recorder: Recorder, watchesProcess: boolean) {
    this.#recorder = recorder;
    const readDelay = recorder.latencies['read.delay'];
    this.loopClock = new LoopClock({
      nowUs,
      sleptUs: () => self.loopSleptUs(),
      atTurnEnd: setImmediate,
      record: (delayUs) => {
        readDelay.record(delayUs);
      },
    });
    this.#vitals = new WorkerVitals(nowUs, watchesProcess, () => ({
      transfers: this.loopClock.stamps + this.#before.sent + recorder.counts.publishSent,
      messages: recorder.messages,
      connects: this.#before.started + recorder.counts.started,
    }));
  }

  get turn(): number {
    return this.loopClock.turn;
  }

  checking(turn: number): void {
    this.loopClock.checking(turn);
  }

  checked(): void {
    this.loopClock.checked();
    this.#vitals.turned();
  }

  /** The run begins: what was before it counts for nothing. */
  begin(): void {
    this.#cpuAtStartUs = self.cpuUs();
    this.loopClock.takeDelayMaxUs();
    this.#vitals.begin();
  }

  /** Something that was due began this much later, for no other reason than the worker's own. */
  late(lagUs: number): void {
    if (lagUs > this.#ownLagMaxUs) this.#ownLagMaxUs = lagUs;
  }

  /** To be called once for each snapshot, before it takes the recorder's counts. */
  gauges(): Gauges {
    const delays = { readDelayMaxUs: this.loopClock.takeDelayMaxUs(), ownLagMaxUs: this.#ownLagMaxUs };
    this.#ownLagMaxUs = 0;
    const gauges = {
      processCpuUs: self.cpuUs() - this.#cpuAtStartUs,
      processRssBytes: self.rssBytes(),
      pid: self.pid,
      ...this.#vitals.take(delays),
    };
    const { counts } = this.#recorder;
    this.#before.started += counts.started;
    this.#before.sent += counts.publishSent;
    return gauges;
  }

  close(): void {
    this.#vitals.close();
  }
}
