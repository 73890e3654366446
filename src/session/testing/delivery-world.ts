import { snapshotFromJson, snapshotToJson, type SnapshotJson } from '../../metrics/snapshot-json.js';
import type { Snapshot } from '../../metrics/snapshot.js';
import { GAUGES } from '../../metrics/testing/snapshots.js';
import type { Distribution } from '../../model/plan.js';
import { compileTemplate } from '../../shared/template.js';
import { Connection } from '../connection.js';
import { parseEndpoint } from '../endpoint.js';
import { Publisher } from '../publisher.js';
import { type Stamp, newStamp, readStamp } from '../stamp.js';
import type { SubscriptionSpec } from '../subscription.js';
import type { FakeTransport } from './fake-transport.js';
import { SimulatedHost } from './simulated-host.js';

const ENDPOINT = parseEndpoint('ws://127.0.0.1/ws');
const INFO = {
  version: '1.2',
  software: null,
  subprotocol: null,
  heartbeatOffered: null,
  heartbeatSendMs: 0,
  heartbeatReceiveMs: 0,
};

export const TOPICS = ['/topic/0', '/topic/1'] as const;
export const QUEUE = '/queue/c';
export const WILDCARD = '/topic/*';
export const DESTINATIONS = [...TOPICS, QUEUE] as const;

/** What a publisher sent, as a naive ledger writes it down. */
export interface SentMessage {
  readonly stamp: Readonly<Stamp>;
  readonly destination: string;
  readonly publisher: WorldPublisher;
  /** Within its publisher. */
  readonly seq: number;
  confirmed: boolean;
}

/** A subscription, as the server and the wire saw it. */
export interface WorldSubscription {
  readonly spec: SubscriptionSpec;
  askedUs: number;
  liveUs: number;
  endUs: number;
  goneUs: number;
  /** Its end was an ordinary one. */
  drained: boolean;
  /** Everything that came on it, in its order. */
  readonly arrivals: { readonly message: SentMessage; readonly atUs: number }[];
}

interface WorldConnection {
  readonly host: SimulatedHost;
  readonly connection: Connection;
  readonly transport: FakeTransport;
  readonly subscriptions: readonly WorldSubscription[];
}

export interface WorldPublisher {
  readonly host: SimulatedHost;
  readonly publisher: Publisher;
  readonly transport: FakeTransport;
  readonly destinations: readonly string[];
  sent: number;
  failedUs: number;
}

/** Real connections and publishers on several workers, a server that does what it is told, and one clock. */
export class DeliveryWorld {
  readonly hosts: readonly SimulatedHost[];
  readonly connections: WorldConnection[] = [];
  readonly publishers: readonly WorldPublisher[];
  readonly messages: SentMessage[] = [];
  readonly snapshots: Snapshot[][];
  strays = { misrouted: 0, corrupted: 0, foreign: 0 };

  constructor(workers: number, publishers: number) {
    this.hosts = Array.from({ length: workers }, (_, worker) => new SimulatedHost(worker));
    this.snapshots = this.hosts.map(() => []);
    for (const host of this.hosts) host.drained = false;
    this.publishers = Array.from({ length: publishers }, (_, id) => this.#newPublisher(id));
  }

  get nowUs(): number {
    return this.hosts[0]?.nowUsValue ?? 0;
  }

  pass(us: number): void {
    for (const host of this.hosts) host.nowUsValue += us;
  }

  /** Its messages go to the destinations round and round, or all to one. */
  #newPublisher(id: number): WorldPublisher {
    const host = this.hosts[id % this.hosts.length] ?? new SimulatedHost();
    const source = id % 2 === 0 ? '/topic/{{ seq % 2 }}' : id % 3 === 1 ? QUEUE : TOPICS[0];
    const destination = compileTemplate(source, ['seq']);
    const spec = {
      destination,
      deliversTo: destination,
      body: null,
      sizeBytes: 64,
      contentType: 'text/plain',
      stampInHeader: false,
      receipt: true,
      headers: {},
    };
    const publisher = new Publisher(host, ENDPOINT, spec, { id, inEntry: id }, () => 0);
    const { transport } = host;
    open(publisher, transport, this.nowUs);
    const destinations = [0, 1].map((seq) => destination.render({ seq }));
    return { host, publisher, transport, destinations, sent: 0, failedUs: Infinity };
  }

  connect(worker: number, wanted: readonly [destination: string, confirm: 'receipt' | 'none'][]): void {
    const host = this.hosts[worker % this.hosts.length] ?? new SimulatedHost();
    const subscriptions = wanted.map(([destination, confirm]) => ({
      spec: specOf(host, destination, confirm),
      askedUs: this.nowUs,
      liveUs: Infinity,
      endUs: Infinity,
      goneUs: Infinity,
      drained: false,
      arrivals: [],
    }));
    const index = this.connections.length;
    const specs = subscriptions.map(({ spec }) => spec);
    const connection = new Connection(host, ENDPOINT, index, this.nowUs, specs);
    const { transport } = host;
    open(connection, transport, this.nowUs);
    this.connections.push({ host, connection, transport, subscriptions });
  }

  publish(p: number): void {
    const publisher = this.publishers[p % this.publishers.length];
    if (publisher === undefined || publisher.publisher.ended) return;
    const seq = publisher.sent++;
    publisher.publisher.due(seq);
    const stamp = newStamp();
    readStamp(publisher.transport.last('send').body, 0, 64, stamp);
    const destination = publisher.destinations[seq % 2] ?? '';
    this.messages.push({ stamp, destination, publisher, seq, confirmed: false });
  }

  confirmSend(message: SentMessage): void {
    const { publisher, transport } = message.publisher;
    if (publisher.ended) return;
    message.confirmed = true;
    transport.listener.onReceipt(`p${message.seq}`, this.nowUs);
  }

  cutPublisher(p: number): void {
    const publisher = this.publishers[p % this.publishers.length];
    if (publisher === undefined || publisher.publisher.ended) return;
    publisher.failedUs = this.nowUs;
    publisher.transport.listener.onEnd(this.nowUs);
  }

  /** The RECEIPT of one SUBSCRIBE, or of one UNSUBSCRIBE. */
  receipt(c: number, i: number): void {
    this.#with(c, i, ({ connection, transport }, subscription) => {
      if (subscription.endUs === Infinity) {
        if (subscription.spec.confirm !== 'receipt') return;
        subscription.liveUs = Math.min(subscription.liveUs, this.nowUs);
        transport.listener.onReceipt(`s${i}`, this.nowUs);
      } else if (asked(transport, `u${i}`) && subscription.goneUs === Infinity) {
        subscription.goneUs = this.nowUs;
        transport.listener.onReceipt(`u${i}`, this.nowUs);
      }
      if (connection.ended) throw new Error('a RECEIPT ended the connection');
    });
  }

  deliver(message: SentMessage, c: number, i: number): void {
    this.#with(c, i, ({ transport }, subscription) => {
      if (subscription.endUs === Infinity) subscription.liveUs = Math.min(subscription.liveUs, this.nowUs);
      subscription.arrivals.push({ message, atUs: this.nowUs });
      const { stamp } = message;
      transport.listener.onMessage({ subscription: `sub-${i}`, stamp, ackId: null }, this.nowUs);
    });
  }

  /** A MESSAGE that is nobody's, or no message of ours. */
  stray(c: number, what: 'misrouted' | 'corrupted' | 'foreign', message: SentMessage | undefined): void {
    this.#with(c, 0, ({ transport }) => {
      if (what === 'misrouted' && message === undefined) return;
      this.strays[what]++;
      const stamp = what === 'misrouted' ? (message?.stamp ?? null) : what === 'corrupted' ? 'damaged' : null;
      transport.listener.onMessage({ subscription: 'sub-9', stamp, ackId: null }, this.nowUs);
    });
  }

  leave(c: number): void {
    const found = this.connections[c % Math.max(1, this.connections.length)];
    if (found === undefined || found.connection.ended) return;
    found.connection.leave();
    this.#noteEnds(found);
  }

  drop(c: number): void {
    this.#with(c, 0, ({ transport, subscriptions }) => {
      for (const subscription of subscriptions) {
        subscription.endUs = Math.min(subscription.endUs, this.nowUs);
        subscription.goneUs = Math.min(subscription.goneUs, this.nowUs);
      }
      transport.listener.onFact({ type: 'system', code: 'ECONNRESET', message: '' }, this.nowUs);
    });
  }

  endDrain(drained: boolean): void {
    for (const host of this.hosts) {
      if (host.drainEndUs < Infinity) return;
      host.drainEndUs = this.nowUs;
      host.drained = drained;
    }
  }

  /** Through the text of the interval file. */
  snapshot(worker: number): void {
    const w = worker % this.hosts.length;
    const snapshot = this.hosts[w]?.recorder.take(this.nowUs, GAUGES);
    if (snapshot === undefined) return;
    const text = JSON.stringify(snapshotToJson(snapshot));
    this.snapshots[w]?.push(snapshotFromJson(JSON.parse(text) as SnapshotJson));
  }

  #with(c: number, i: number, act: (found: WorldConnection, subscription: WorldSubscription) => void): void {
    const found = this.connections[c % Math.max(1, this.connections.length)];
    const subscription = found?.subscriptions[i];
    if (found === undefined || subscription === undefined || found.connection.ended) return;
    act(found, subscription);
    this.#noteEnds(found);
  }

  // UNSUBSCRIBE goes out when it is both asked for and possible.
  #noteEnds({ host, transport, subscriptions }: WorldConnection): void {
    if (transport.count('unsubscribe') === 0) return;
    for (const subscription of subscriptions) {
      if (subscription.endUs < Infinity) continue;
      subscription.endUs = this.nowUs;
      subscription.drained = host.drained;
    }
  }
}

function specOf(host: SimulatedHost, destination: string, confirm: 'receipt' | 'none'): SubscriptionSpec {
  const distribution: Distribution =
    destination === WILDCARD ? 'pattern' : destination === QUEUE ? 'queue' : 'topic';
  return {
    destination,
    destinationNumber: host.recorder.destination(destination, distribution),
    confirm,
    ack: 'auto',
    awaitMessage: false,
    ordered: destination === TOPICS[0],
    distribution,
    headers: {},
  };
}

function open(client: Connection | Publisher, transport: FakeTransport, atUs: number): void {
  client.start();
  const { listener } = transport;
  listener.onPhase('tcp', atUs);
  listener.onPhase('upgrade', atUs);
  listener.onOpened(atUs);
  listener.onPhase('connect', atUs);
  listener.onConnected(INFO, atUs);
}

function asked(transport: FakeTransport, receipt: string): boolean {
  return transport.asked.some((what) => what.type === 'unsubscribe' && what.receipt === receipt);
}
