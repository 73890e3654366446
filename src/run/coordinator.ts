import { MachineWatch } from '../health/machine-watch.js';
import type { Aggregator } from '../metrics/aggregator.js';
import type { OnSecond } from '../metrics/closed-second.js';
import type { RunPlan } from '../model/plan.js';
import type { RunInfo } from '../model/result.js';
import { nowUs } from '../shared/clock.js';
import { sleep } from '../shared/env.js';
import type { Secrets } from '../shared/mask.js';
import type { Aborted } from '../thresholds/watch.js';
import { Fleet } from '../worker/fleet.js';
import {
  type FromWorker,
  PROTOCOL_VERSION,
  type SourceShare,
  type TargetAddress,
  type WorkerJob,
} from '../worker/protocol.js';
import { EarlyEnd, type Ending } from './early-end.js';
import { Gate } from './gate.js';
import type { IntervalLog, MarkName } from './interval-log.js';
import { marksMs } from './marks.js';
import { Measuring } from './measuring.js';
import { type Progress, type RunStage, progressOf } from './progress.js';
import type { Stop } from './stop-signal.js';
import { SILENCE_US, WorkerStates } from './worker-states.js';

export interface CoordinatorOptions {
  /** Unmasked, with its target URLs. */
  readonly plan: RunPlan;
  readonly runId: string;
  readonly secrets: Secrets;
  readonly threadsOfProcesses: readonly number[];
  readonly targets: readonly TargetAddress[];
  /** Of each worker; null: the kernel chooses. */
  readonly sources: readonly SourceShare[] | null;
  readonly log: IntervalLog;
  readonly stop: Stop;
  readonly onProgress: (progress: Progress) => void;
  /** Hears each second of the run once it is closed. */
  readonly onSecond: OnSecond;
  /** A threshold was missed that ends the run: told once, and the run is wound up. */
  readonly onAborted: (aborted: Aborted) => void;
}

export interface CoordinatorEnd {
  readonly measuring: Measuring;
  readonly marksMs: RunInfo['marksMs'];
  readonly startUs: number;
  readonly ended: Ending;
  /** Why each lost worker was lost. */
  readonly lost: readonly string[];
}

/** From "now" to the start: time for the word to reach every worker. */
const START_MARGIN_US = 100_000;
/** How often workers are asked for a snapshot while deliveries are still on their way. */
const DRAIN_POLL_MS = 100;
/** When this process itself was away for longer than this, the workers' silence is its own. */
const AWAY_US = 2.5e6;
/** Within this time the same signal has reached every process of ours that it was for. */
const SAME_SIGNAL_MS = 250;
/** Who asks for the end does not want to wait for a slow disconnect.rate. */
const STOPPED_WITHIN_SEC = 10;

/** Conducts one run: start, arrivals, hold, drain, leaving; and adds up what the workers say. */
export class Coordinator {
  readonly #options: CoordinatorOptions;
  readonly #workers: WorkerStates;
  readonly #marksUs = new Map<MarkName, number>();
  readonly #machine = new MachineWatch();
  /** Every connection has failed, or its worker is gone: there is nothing to hold. */
  readonly #noneHeld = new Gate(() => this.#stage === 'holding' && this.#connectionsLeft() === 0);
  readonly #early: EarlyEnd;
  #stage: RunStage = 'preparing';
  #stageStartUs = nowUs();
  #watchedUs = nowUs();
  /** The drain was ended before its time: what had not come may still have been on its way. */
  #drainCut = false;
  #over = false;
  #measuring: Measuring | null = null;

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    this.#workers = new WorkerStates(sumOf(options.threadsOfProcesses), nowUs());
    options.stop.onAsked(() => {
      this.#mark('stopAsked', nowUs());
    });
    this.#early = new EarlyEnd(options.stop);
  }

  async run(): Promise<CoordinatorEnd> {
    const fleet = this.#launch();
    const watch = setInterval(() => {
      this.#watch(fleet);
    }, 1000);
    try {
      await Promise.race([this.#workers.allReady, this.#early.asked]);
      const measuring = this.#begin(fleet);
      await this.#arrive(fleet);
      await this.#hold();
      await this.#drain(fleet, measuring.aggregator);
      await this.#leave(fleet);
      this.#lookAtMachine();
      measuring.finish();
      return this.#end(measuring);
    } finally {
      clearInterval(watch);
      this.#over = true;
      fleet.terminate();
      this.#machine.close();
    }
  }

  #launch(): Fleet {
    const { plan, runId, secrets, threadsOfProcesses, targets, sources } = this.#options;
    const of = this.#workers.count;
    // The first thread of each process.
    const watching = threadsOfProcesses.map((_, p) => sumOf(threadsOfProcesses.slice(0, p)));
    const jobs: WorkerJob[] = Array.from({ length: of }, (_, worker) => ({
      protocol: PROTOCOL_VERSION,
      worker,
      share: { index: worker, of },
      watchesProcess: watching.includes(worker),
      targets,
      sources: sources?.[worker] ?? null,
      plan,
      secrets: secrets.values,
      runId,
    }));
    return new Fleet(threadsOfProcesses, jobs, {
      heard: (message) => {
        this.#heard(message);
      },
      exited: (worker, reason) => {
        if (reason !== null) this.#workerEnded(worker, reason);
      },
    });
  }

  #begin(fleet: Fleet): Measuring {
    const startUs = nowUs() + START_MARGIN_US;
    this.#mark('start', startUs);
    const { plan, onSecond } = this.#options;
    const onAborted = this.#cutShort.bind(this);
    const measuring = new Measuring({ plan, workers: this.#workers.count, startUs, onSecond, onAborted });
    for (const [mark, atUs] of this.#marksUs) measuring.mark(mark, atUs);
    this.#measuring = measuring;
    this.#lookAtMachine();
    // A worker that was ready early has had nothing to say since.
    this.#workers.forgiveSilence(startUs);
    for (let worker = 0; worker < this.#workers.count; worker++) {
      if (this.#workers.isLost(worker)) measuring.leave(worker, 'lost before the start');
      else if (!this.#workers.isAtWork(worker)) measuring.leave(worker, null);
    }
    if (this.#early.isAsked) fleet.tellAll({ type: 'stop' });
    fleet.tellAll({ type: 'start', startUs });
    return measuring;
  }

  async #arrive(fleet: Fleet): Promise<void> {
    if (this.#early.isAsked) return;
    this.#enter('arriving');
    const stopped = await Promise.race([
      this.#workers.allSettled.then(() => false),
      this.#early.asked.then(() => true),
    ]);
    if (!stopped) return;
    fleet.tellAll({ type: 'stop' });
    await this.#workers.allSettled;
  }

  async #hold(): Promise<void> {
    if (this.#early.isAsked) return;
    this.#enter('holding');
    this.#mark('holdStart', nowUs());
    const over = new AbortController();
    const held = sleep(this.#options.plan.holdMs, undefined, { signal: over.signal }).catch(() => undefined);
    this.#noneHeld.check();
    await Promise.race([held, this.#early.asked, this.#noneHeld.passed]);
    over.abort();
    this.#mark('holdEnd', nowUs());
  }

  /** No further SEND; what was sent gets the drain time to arrive, and to be confirmed. */
  async #drain(fleet: Fleet, aggregator: Aggregator): Promise<void> {
    this.#enter(this.#early.isAsked ? 'stopping' : 'draining');
    if (this.#options.plan.publish.length === 0) return;
    fleet.tellAll({ type: 'stop-publishing' });
    const untilUs = nowUs() + this.#options.plan.timeoutsMs.drain * 1000;
    for (;;) {
      await sleep(DRAIN_POLL_MS);
      if (this.#isDrained(aggregator)) return;
      if (nowUs() >= untilUs) return;
      this.#drainCut = this.#stage === 'draining' && this.#early.isAsked;
      if (this.#drainCut) return;
      fleet.tellAll({ type: 'flush' });
    }
  }

  #isDrained({ timeline, counts }: Aggregator): boolean {
    const { quietUs } = this.#workers;
    // The last SEND of one worker is expected only once every other has reported past it.
    if (quietUs === null || timeline.watermarkUs < quietUs) return false;
    const unconfirmed = counts.sendReceiptsAsked - counts.sendReceipts - counts.publishReceiptsMissing;
    return unconfirmed <= 0 && (timeline.missing <= 0 || this.#connectionsLeft() === 0);
  }

  async #leave(fleet: Fleet): Promise<void> {
    if (this.#stage === 'draining') this.#enter('leaving');
    this.#tellToLeave(fleet);
    if (!this.#early.isAsked)
      void this.#early.asked.then(() => {
        this.#tellToLeave(fleet);
      });
    await this.#workers.allDone;
  }

  #tellToLeave(fleet: Fleet): void {
    const { connect, disconnect } = this.#options.plan;
    const fastest = connect.connections / STOPPED_WITHIN_SEC;
    const ratePerSec =
      disconnect.ratePerSec !== null && this.#early.isAsked
        ? Math.max(disconnect.ratePerSec, fastest)
        : disconnect.ratePerSec;
    fleet.tellAll({ type: 'disconnect', startUs: nowUs(), ratePerSec, drained: !this.#drainCut });
  }

  #heard(message: FromWorker): void {
    if (this.#over) return;
    const { worker } = message;
    this.#workers.heard(worker, nowUs());
    switch (message.type) {
      case 'ready':
        this.#workers.ready(worker);
        return;
      case 'quiet':
        this.#workers.quiet(worker, nowUs());
        return;
      case 'settled':
        this.#workers.settled(worker);
        return;
      case 'done':
        this.#workerLeft(worker);
        return;
      case 'snapshot':
        this.#measuring?.add(message.snapshot);
        this.#options.log.write({ type: 'snapshot', snapshot: message.snapshot });
        this.#noneHeld.check();
    }
  }

  #connectionsLeft(): number {
    if (this.#measuring === null) return 0;
    const { started, complete, failed } = this.#measuring.aggregator.counts;
    return started - complete - failed;
  }

  #workerLeft(worker: number): void {
    this.#measuring?.leave(worker, null);
    this.#options.log.write({ type: 'left', worker, reason: null });
    this.#workers.done(worker);
  }

  /** A Ctrl-C that ends a process which is just being made may be heard of here after that process's end. */
  #workerEnded(worker: number, fault: string): void {
    const lose = (): void => {
      this.#workerLost(worker, fault);
    };
    if (this.#workers.isReady(worker) || this.#options.stop.asked) lose();
    else setTimeout(lose, SAME_SIGNAL_MS);
  }

  #workerLost(worker: number, fault: string): void {
    if (!this.#workers.isAtWork(worker) || this.#over) return;
    // An error's text may quote what the worker was given.
    const reason = this.#options.secrets.scrub(fault);
    if (this.#options.stop.asked && !this.#workers.isReady(worker)) {
      // A Ctrl-C hits a process that is just being made, before it has a group of its own. It had opened nothing.
      this.#workerLeft(worker);
    } else {
      this.#options.log.write({ type: 'left', worker, reason });
      this.#measuring?.leave(worker, reason);
      this.#workers.lost(worker, reason);
    }
    this.#noneHeld.check();
  }

  #watch(fleet: Fleet): void {
    const awayUs = nowUs() - this.#watchedUs;
    this.#watchedUs = nowUs();
    if (awayUs > AWAY_US) this.#workers.forgiveSilence(nowUs());
    this.#tellProgress();
    if (this.#stage === 'preparing') return;
    this.#lookAtMachine();
    for (const worker of this.#workers.silentAt(nowUs())) {
      fleet.terminateOne(worker);
      this.#workerLost(worker, `no word from it for ${SILENCE_US / 1e6} s`);
    }
  }

  #lookAtMachine(): void {
    const sample = this.#machine.sample(nowUs());
    this.#measuring?.addMachine(sample);
    this.#options.log.write({ type: 'machine', sample });
  }

  #cutShort(aborted: Aborted): void {
    this.#mark('cutShort', nowUs());
    this.#options.onAborted(aborted);
    this.#early.cutShort();
  }

  #mark(mark: MarkName, atUs: number): void {
    this.#marksUs.set(mark, atUs);
    this.#measuring?.mark(mark, atUs);
    this.#options.log.write({ type: 'mark', mark, atUs });
  }

  #enter(stage: RunStage): void {
    this.#stage = stage;
    this.#stageStartUs = nowUs();
    this.#tellProgress();
  }

  #tellProgress(): void {
    const { plan, onProgress } = this.#options;
    const atUs = nowUs();
    const elapsedMs = (atUs - (this.#marksUs.get('start') ?? atUs)) / 1000;
    const inStageMs = (atUs - this.#stageStartUs) / 1000;
    onProgress(progressOf(plan, this.#stage, { elapsedMs, inStageMs }, this.#measuring?.aggregator ?? null));
  }

  #end(measuring: Measuring): CoordinatorEnd {
    return {
      measuring,
      marksMs: marksMs(this.#marksUs),
      startUs: this.#marksUs.get('start') ?? nowUs(),
      ended: this.#early.ending,
      lost: this.#workers.lostReasons,
    };
  }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
