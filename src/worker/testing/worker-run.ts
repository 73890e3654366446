import { AddressTotals } from '../../metrics/address-totals.js';
import { addCounters, type Counters, zeroCounters } from '../../metrics/counters.js';
import type { FailureDelta, Snapshot } from '../../metrics/snapshot.js';
import { Timeline } from '../../metrics/timeline.js';
import type { RunPlan } from '../../model/plan.js';
import type { AddressRow } from '../../model/result.js';
import type { Share } from '../../pacing/share.js';
import { loadTransports } from '../../session/open-transport.js';
import { nowUs } from '../../shared/clock.js';
import { LoadWorker } from '../load-worker.js';
import { type FromWorker, PROTOCOL_VERSION, type WorkerJob } from '../protocol.js';

const TRANSPORTS = { native: await loadTransports('native'), stompjs: await loadTransports('stompjs') };

/** One worker in the test's own thread, and everything that it says. */
export class WorkerRun {
  readonly worker: LoadWorker;
  readonly said: FromWorker[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(
    plan: RunPlan,
    share: Share = { index: 0, of: 1 },
    secrets: readonly string[] = [],
    routes: Partial<Pick<WorkerJob, 'targets' | 'sources'>> = {},
  ) {
    const job = {
      protocol: PROTOCOL_VERSION,
      worker: share.index,
      share,
      watchesProcess: true,
      targets: plan.target.urls.map((url) => ({ url, address: null })),
      sources: null,
      ...routes,
      plan,
      secrets,
      runId: 'abcdef01',
    } as const;
    this.worker = new LoadWorker(job, TRANSPORTS[plan.client], (message) => {
      this.said.push(message);
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      for (const resolve of waiting) resolve();
    });
    this.worker.prepare();
  }

  get types(): string[] {
    return this.said.map(({ type }) => type).filter((type) => type !== 'snapshot');
  }

  get snapshots(): Snapshot[] {
    return this.said.flatMap((message) => (message.type === 'snapshot' ? [message.snapshot] : []));
  }

  get counts(): Counters {
    const counts = zeroCounters();
    for (const snapshot of this.snapshots) addCounters(counts, snapshot.counts);
    return counts;
  }

  get addresses(): Record<'targets' | 'sources', readonly AddressRow[]> {
    const totals = { targets: new AddressTotals(), sources: new AddressTotals() };
    for (const { addresses } of this.snapshots) {
      totals.targets.add(addresses.targets);
      totals.sources.add(addresses.sources);
    }
    return { targets: totals.targets.rows, sources: totals.sources.rows };
  }

  get failures(): FailureDelta[] {
    return this.snapshots.flatMap(({ failures }) => failures);
  }

  /** What its own events say that was expected, as the coordinator counts it. */
  get timeline(): Timeline {
    const timeline = new Timeline([0], 5e6);
    for (const snapshot of this.snapshots) timeline.add({ ...snapshot, worker: 0 });
    timeline.leave(0);
    timeline.advance(Infinity);
    return timeline;
  }

  samples(latency: keyof Snapshot['latencies']): number {
    let samples = 0;
    for (const { latencies } of this.snapshots) {
      latencies[latency]?.pairs.forEach((value, i) => (samples += i % 2 === 1 ? value : 0));
    }
    return samples;
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  async hears(type: FromWorker['type']): Promise<void> {
    await this.until(() => this.said.some((message) => message.type === type));
  }

  async start(inMs = 5): Promise<void> {
    await this.hears('ready');
    this.worker.told({ type: 'start', startUs: nowUs() + inMs * 1000 });
  }

  /** Asks for snapshots until what they count is enough. */
  async counted(enough: (counts: Counters) => boolean): Promise<void> {
    while (!enough(this.counts)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      this.worker.told({ type: 'flush' });
    }
  }

  async leave(): Promise<void> {
    this.worker.told({ type: 'disconnect', startUs: nowUs(), ratePerSec: null, drained: true });
    await this.hears('done');
  }
}

export function testPlan(url: string, changes: Partial<RunPlan> = {}): RunPlan {
  return {
    schema: 'stompede.plan/1',
    name: 'test',
    target: { embedded: false, urls: [url], addresses: 'first' },
    client: 'native',
    stomp: {
      host: '/',
      login: null,
      passcode: null,
      versions: ['1.2', '1.1'],
      heartbeat: { sendMs: 10_000, receiveMs: 10_000 },
      headers: {},
    },
    connect: {
      connections: 20,
      stages: [{ fromPerSec: 1000, toPerSec: 1000, durationMs: null }],
      inFlight: 2000,
      headers: {},
      subprotocols: ['v12.stomp', 'v11.stomp'],
      tls: { insecure: false, caFile: null, caPem: null, servername: null },
      permessageDeflate: false,
      localAddresses: [],
    },
    subscribe: [
      {
        destination: '/topic/a.{{ index % 3 }}',
        confirm: 'auto',
        ack: 'auto',
        awaitMessage: false,
        ordered: false,
        distribution: 'topic',
        headers: {},
      },
    ],
    publish: [],
    holdMs: 0,
    disconnect: { ratePerSec: null },
    timeoutsMs: {
      dns: 5000,
      tcp: 5000,
      tls: 5000,
      upgrade: 5000,
      connect: 5000,
      subscribe: 5000,
      message: 5000,
      unsubscribe: 5000,
      disconnect: 5000,
      close: 5000,
      publish: 5000,
      drain: 5000,
    },
    limits: { messageBytes: 1_048_576 },
    workers: 'auto',
    processes: 'auto',
    thresholds: [],
    report: ['json'],
    ...changes,
  };
}

export function publishPlan(changes: Partial<RunPlan['publish'][number]> = {}): RunPlan['publish'][number] {
  return {
    destination: '/topic/a.{{ seq % 3 }}',
    deliversTo: '/topic/a.{{ seq % 3 }}',
    publishers: 1,
    ratePerSec: 200,
    sizeBytes: 100,
    body: null,
    contentType: 'text/plain',
    stamp: 'body',
    receipt: true,
    headers: {},
    ...changes,
  };
}
