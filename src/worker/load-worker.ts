import v8 from 'node:v8';
import { Recorder } from '../metrics/recorder.js';
import type { RunPlan } from '../model/plan.js';
import { Dispatcher } from '../pacing/dispatcher.js';
import { LATE_TOLERANCE_US, Schedule } from '../pacing/schedule.js';
import { dealtCount, dealtIndex } from '../pacing/share.js';
import { Connection, type ConnectionHost } from '../session/connection.js';
import { type Endpoint, parseEndpoint } from '../session/endpoint.js';
import type { LoopClock } from '../session/loop-clock.js';
import type { TransportFactory, TransportMaker } from '../session/open-transport.js';
import type { Publisher, PublisherHost } from '../session/publisher.js';
import { SeenBudget } from '../session/seen-messages.js';
import type { SubscriptionSpec } from '../session/subscription.js';
import { TimerWheel } from '../session/timer-wheel.js';
import type { Transport, TransportListener } from '../session/transport.js';
import { nowUs } from '../shared/clock.js';
import { Secrets } from '../shared/mask.js';
import type { Template } from '../shared/template.js';
import { Loop } from './loop.js';
import type { FromWorker, ToWorker, WorkerJob } from './protocol.js';
import { PublishEntry, template } from './publishing.js';
import { SelfWatch } from './self-watch.js';

/** Where every connection has a destination of its own, there is nothing to share. */
const MAX_SHARED_SPECS = 10_000;
/** How long the end of publishing may take to send what a busy loop has left over. */
const CATCH_UP_US = 250_000;

/**
 * One worker's whole work: its share of the arrivals, the publishers and the leaving. It is told what to begin and
 * when; what happens in between it decides from the plan alone.
 */
export class LoadWorker implements ConnectionHost, PublisherHost {
  readonly recorder: Recorder;
  readonly wheel = new TimerWheel(nowUs());
  readonly timeoutsMs;
  readonly nowUs = nowUs;
  readonly run: number;
  readonly runId: string;
  readonly lateToleranceUs = LATE_TOLERANCE_US;
  readonly seenBudget = SeenBudget.ofHeap(v8.getHeapStatistics().heap_size_limit);
  drainEndUs = Infinity;
  drained = false;
  readonly loopClock: LoopClock;
  readonly #job: WorkerJob;
  readonly #post: (message: FromWorker) => void;
  readonly #loop: Loop;
  readonly #watch: SelfWatch;
  readonly #schedule: Schedule;
  readonly #endpoints: readonly Endpoint[];
  readonly #newTransport: TransportFactory;
  readonly #subscriptions: readonly {
    readonly plan: RunPlan['subscribe'][number];
    readonly destination: Template;
    readonly specs: Map<string, SubscriptionSpec>;
  }[];
  readonly #entries: readonly PublishEntry[];
  readonly #publishers: readonly Publisher[];
  /** By the order of arrival on this worker; null once gone. */
  readonly #connections: (Connection | null)[] = [];
  readonly #maxInFlight: number;
  #preparing: Dispatcher | null = null;
  #arrivals: Dispatcher | null = null;
  #publishing: Dispatcher[] = [];
  #leaving: Dispatcher | null = null;
  #inFlight = 0;
  #alive = 0;
  #publishersNotReady: number;
  #publishersAlive: number;
  #stopped = false;
  #toldSettled = false;
  #toldDone = false;
  #nextSnapshotUs = Infinity;
  /** When there was last room for an arrival again, after connect.inFlight had been reached. */
  #roomSinceUs = 0;

  constructor(job: WorkerJob, transports: TransportMaker, post: (message: FromWorker) => void) {
    const { plan, share } = job;
    this.#job = job;
    this.#post = post;
    this.timeoutsMs = plan.timeoutsMs;
    this.runId = job.runId;
    this.run = Number.parseInt(job.runId, 16);
    const secrets = new Secrets(job.secrets);
    this.recorder = new Recorder(job.worker, (text) => secrets.scrub(text));
    this.#watch = new SelfWatch(this.recorder, job.watchesProcess);
    this.loopClock = this.#watch.loopClock;
    const ticker = {
      nextUs: () => (this.#owesSettled() ? 0 : this.#nextSnapshotUs),
      tick: (atUs: number) => {
        this.#tick(atUs);
      },
    };
    this.#loop = new Loop(nowUs, this.wheel, ticker, this.#watch);
    this.#schedule = new Schedule(plan.connect.stages);
    this.#maxInFlight = Math.max(1, dealtCount(plan.connect.inFlight, share));
    this.#endpoints = job.targets.map(({ url, address }) => parseEndpoint(url, address));
    this.#newTransport = transports(plan, this.#endpoints, job.sources, this);
    this.#subscriptions = plan.subscribe.map((subscription) => ({
      plan: subscription,
      destination: template(subscription.destination, ['index', 'run']),
      specs: new Map(),
    }));
    this.#entries = this.#newEntries();
    this.#publishers = this.#entries.flatMap(({ publishers }) => publishers);
    this.#publishersNotReady = this.#publishers.length;
    this.#publishersAlive = this.#publishers.length;
  }

  /** Publishers connect first, at the pace of the plan's arrivals: the first message is due when all is ready. */
  prepare(): void {
    const startUs = nowUs();
    const { share } = this.#job;
    this.#preparing = new Dispatcher(
      this.#publishers.length,
      (k) => startUs + this.#schedule.dueMs(dealtIndex(k, share)) * 1000,
      (k) => {
        this.#publishers[k]?.start();
        return true;
      },
    );
    this.#loop.add(this.#preparing);
    if (this.#publishersNotReady === 0) this.#post({ type: 'ready', worker: this.#job.worker });
  }

  told(message: ToWorker): void {
    switch (message.type) {
      case 'start':
        this.#start(message.startUs);
        return;
      case 'stop-publishing':
        this.#stopPublishing();
        this.#snapshot();
        this.#post({ type: 'quiet', worker: this.#job.worker });
        return;
      case 'flush':
        this.#snapshot();
        return;
      case 'disconnect':
        if (this.#leaving === null) {
          this.drainEndUs = message.startUs;
          this.drained = message.drained;
        }
        this.#disconnect(message.startUs, message.ratePerSec);
        return;
      case 'stop':
        this.#stop();
    }
  }

  newTransport(endpoint: Endpoint, listener: TransportListener): Transport {
    return this.#newTransport(endpoint, listener);
  }

  destinationNumber(name: string): number {
    return this.recorder.destination(name, null);
  }

  settled(_connection: Connection): void {
    if (this.#inFlight === this.#maxInFlight) this.#roomSinceUs = nowUs();
    this.#inFlight--;
    this.#loop.wake();
  }

  gone(connection: Connection): void {
    this.#alive--;
    const k = Math.floor(connection.index / this.#job.share.of);
    this.#connections[k] = null;
    this.#checkDone();
  }

  publisherReady(_publisher: Publisher): void {
    this.#publishersNotReady--;
    if (this.#publishersNotReady === 0) this.#post({ type: 'ready', worker: this.#job.worker });
  }

  publisherGone(_publisher: Publisher): void {
    this.#publishersAlive--;
    this.#checkDone();
  }

  #newEntries(): PublishEntry[] {
    const { plan, share } = this.#job;
    let firstId = 0;
    return plan.publish.map((entry) => {
      const made = new PublishEntry(entry, share, firstId, this, (n) => this.#endpoint(n));
      firstId += entry.publishers;
      return made;
    });
  }

  #endpoint(n: number): Endpoint {
    const endpoint = this.#endpoints[n % this.#endpoints.length];
    if (endpoint === undefined) throw new Error('there is no target');
    return endpoint;
  }

  #start(startUs: number): void {
    const { plan, share } = this.#job;
    this.recorder.begin(startUs);
    this.#watch.begin();
    this.#nextSnapshotUs = startUs + 1e6;
    this.#arrivals = new Dispatcher(
      dealtCount(plan.connect.connections, share),
      (k) => startUs + this.#schedule.dueMs(dealtIndex(k, share)) * 1000,
      (k, dueUs) => this.#arrive(k, dueUs),
    );
    if (this.#stopped) this.#arrivals.stop();
    this.#loop.add(this.#arrivals);
    for (const entry of this.#entries) {
      const dispatcher = entry.begin(startUs, (lagUs) => {
        this.#watch.late(lagUs);
      });
      if (dispatcher === null || this.#stopped) continue;
      this.#publishing.push(dispatcher);
      this.#loop.add(dispatcher);
    }
  }

  #arrive(k: number, dueUs: number): boolean {
    if (this.#inFlight >= this.#maxInFlight) return false;
    const index = dealtIndex(k, this.#job.share);
    const atUs = nowUs();
    const lagUs = atUs - dueUs;
    this.#watch.late(atUs - Math.max(dueUs, this.#roomSinceUs));
    this.recorder.counts.started++;
    this.recorder.latency('lag.arrival', lagUs);
    if (lagUs > LATE_TOLERANCE_US) this.recorder.counts.lateArrivals++;
    const connection = new Connection(this, this.#endpoint(index), index, dueUs, this.#specsOf(index));
    this.#connections[k] = connection;
    this.#inFlight++;
    this.#alive++;
    connection.start();
    return true;
  }

  #specsOf(index: number): SubscriptionSpec[] {
    return this.#subscriptions.map((entry) => {
      const name = entry.destination.render({ index, run: this.runId });
      // Neighbours mostly subscribe to the same: they share what is the same for them.
      const known = entry.specs.get(name);
      if (known !== undefined) return known;
      const spec = this.#specOf(entry.plan, name);
      if (entry.specs.size < MAX_SHARED_SPECS) entry.specs.set(name, spec);
      return spec;
    });
  }

  #specOf(plan: RunPlan['subscribe'][number], destination: string): SubscriptionSpec {
    const { distribution, confirm, ack, awaitMessage, ordered, headers } = plan;
    const destinationNumber = this.recorder.destination(destination, distribution);
    return {
      destination,
      destinationNumber,
      distribution,
      confirm,
      ack,
      awaitMessage,
      ordered,
      headers,
    };
  }

  #stopPublishing(): void {
    for (const dispatcher of this.#publishing) {
      this.#catchUp(dispatcher);
      dispatcher.stop();
      this.#loop.remove(dispatcher);
    }
    this.#publishing = [];
    for (const publisher of this.#publishers) publisher.stop();
  }

  // What is due by now is sent, or counted as what the schedule asked for in vain: an overload must not look like less work.
  #catchUp(dispatcher: Dispatcher): void {
    const stopUs = nowUs();
    while (dispatcher.overdue(stopUs) > 0 && nowUs() - stopUs < CATCH_UP_US) dispatcher.poll(stopUs);
    const never = dispatcher.overdue(stopUs);
    this.recorder.counts.publishDue += never;
    this.recorder.counts.publishUnsent += never;
  }

  #disconnect(startUs: number, ratePerSec: number | null): void {
    const { share } = this.#job;
    if (this.#leaving !== null) this.#loop.remove(this.#leaving);
    this.#leaving = new Dispatcher(
      this.#connections.length,
      (k) => startUs + (ratePerSec === null ? 0 : (dealtIndex(k, share) / ratePerSec) * 1e6),
      (k) => {
        this.#connections[k]?.leave();
        return true;
      },
    );
    this.#loop.add(this.#leaving);
    for (const publisher of this.#publishers) publisher.leave();
    this.#checkDone();
  }

  #stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#preparing?.stop();
    this.#arrivals?.stop();
    this.#stopPublishing();
    for (const publisher of this.#publishers) if (!publisher.ready) publisher.abandon();
    for (const connection of this.#connections) if (connection?.settled === false) connection.abandon();
    this.#loop.wake();
  }

  #owesSettled(): boolean {
    return !this.#toldSettled && this.#arrivals?.finished === true && this.#inFlight === 0;
  }

  #checkDone(): void {
    if (this.#toldDone || this.#leaving === null || this.#alive > 0 || this.#publishersAlive > 0) return;
    this.#toldDone = true;
    this.#loop.stop();
    this.#tellSettled();
    this.#snapshot();
    this.#watch.close();
    this.#post({ type: 'done', worker: this.#job.worker });
  }

  // Called by the loop and never from within a socket's callback: a snapshot promises that nothing of before its moment
  // is still to come, and the rest of a read would be of before.
  #tick(atUs: number): void {
    while (this.#nextSnapshotUs <= atUs) this.#nextSnapshotUs += 1e6;
    this.#snapshot();
    this.#tellSettled();
  }

  #tellSettled(): void {
    if (!this.#owesSettled()) return;
    this.#toldSettled = true;
    this.#post({ type: 'settled', worker: this.#job.worker });
  }

  #snapshot(): void {
    const { worker } = this.#job;
    this.#post({ type: 'snapshot', worker, snapshot: this.recorder.take(nowUs(), this.#watch.gauges()) });
  }
}
