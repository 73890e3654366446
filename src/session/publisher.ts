import { EVENT } from '../metrics/events.js';
import type { Stage } from '../model/phases.js';
import { STAMP_BYTES } from '../model/plan.js';
import type { Template } from '../shared/template.js';
import { Client, type ClientHost, DISCONNECT_RECEIPT } from './client.js';
import type { Endpoint } from './endpoint.js';
import { RecentSends } from './recent-sends.js';
import { STAMP_HEADER, destinationHash, writeStamp } from './stamp.js';
import { countStray } from './subscription-ledger.js';
import type { ReceivedMessage } from './transport.js';

/** One publish entry of the plan, its templates parsed. */
export interface PublishSpec {
  readonly destination: Template;
  readonly deliversTo: Template;
  /** null: the stamp, filled up to sizeBytes. */
  readonly body: Template | null;
  readonly sizeBytes: number;
  readonly contentType: string;
  readonly stampInHeader: boolean;
  /** sync: no SEND before the RECEIPT of the one before it, or its time-out. */
  readonly receipt: boolean | 'sync';
  readonly headers: Readonly<Record<string, string>>;
}

export interface PublisherHost extends ClientHost {
  readonly run: number;
  /** The run's id as text, for templates. */
  readonly runId: string;
  /** A start later than this after its due moment counts as late. */
  readonly lateToleranceUs: number;
  /** The recorder's number of a destination. */
  destinationNumber(name: string): number;
  /** It is connected, or will never be. Called once. */
  publisherReady(publisher: Publisher): void;
  publisherGone(publisher: Publisher): void;
}

export interface PublisherIdentity {
  /** Over all entries of the plan: the stamp's publisher. */
  readonly id: number;
  /** Within its entry: the template's `publisher`. */
  readonly inEntry: number;
}

/** One of the destinations that a publisher's messages are delivered to. */
interface Delivered {
  /** The recorder's number of it. */
  readonly number: number;
  readonly hash: number;
  /** How many messages it has been sent: so that at the receiver a gap is a message that has not come. */
  sent: number;
}

/** The RECEIPTs that one publisher waits for at most; older ones are given up as missing. */
const MAX_RECEIPTS_AWAITED = 20_000;

/**
 * A connection that publishes. It is an open loop, unless each SEND is to wait for the RECEIPT of the one before it: the
 * schedule says what is due, and what can't be sent yet is counted, not queued: three numbers, however far it is behind.
 */
export class Publisher extends Client {
  protected override readonly role = 'publisher';
  readonly #own: PublisherHost;
  readonly #spec: PublishSpec;
  readonly #identity: PublisherIdentity;
  readonly #dueUs: (seq: number) => number;
  readonly #paddedBody: Buffer | null;
  readonly #awaited = new Map<number, number>();
  readonly #recent: RecentSends;
  /** By name: as many as its template has (scenario/endless.ts). */
  readonly #delivered = new Map<string, Delivered>();
  /** Messages that are due, and of those the ones sent: seq runs from 0 below each. */
  #due = 0;
  #sent = 0;
  #blocked = false;
  #stopped = false;
  #leaving = false;
  #told = false;

  constructor(
    host: PublisherHost,
    endpoint: Endpoint,
    spec: PublishSpec,
    identity: PublisherIdentity,
    dueUs: (seq: number) => number,
  ) {
    super(host, endpoint);
    this.#own = host;
    this.#spec = spec;
    this.#identity = identity;
    this.#dueUs = dueUs;
    this.#recent = new RecentSends(host.timeoutsMs.drain);
    this.#paddedBody = spec.body === null ? padding(spec.sizeBytes) : null;
  }

  /** Message `seq` is due now. */
  due(seq: number): void {
    const { counts } = this.host.recorder;
    counts.publishDue++;
    if (this.#stopped) {
      counts.publishUnsent++;
      return;
    }
    this.#due = seq + 1;
    this.#pump();
  }

  /** Nothing further is due; what could not be sent until now never will be. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.host.recorder.counts.publishUnsent += this.#due - this.#sent;
  }

  leave(): void {
    this.#leaving = true;
    this.stop();
    if (this.stage === 'publish') this.disconnect(this.host.nowUs());
  }

  protected override connected(atUs: number): void {
    this.enter('publish', atUs);
    this.#tell();
    if (this.#leaving) this.disconnect(atUs);
    else this.#pump();
  }

  override onDrain(): void {
    this.#blocked = false;
    this.#pump();
  }

  override onReceipt(id: string, atUs: number): void {
    if (id === DISCONNECT_RECEIPT) {
      if (this.stage === 'disconnect') this.disconnectConfirmed(atUs);
      return;
    }
    // Whole ids are compared: the server may answer with anything.
    const seq = Number(id.slice(1));
    const sentUs = this.#awaited.get(seq);
    if (sentUs === undefined || id !== receiptId(seq)) return;
    this.#awaited.delete(seq);
    this.#recent.confirm(seq);
    this.host.recorder.counts.sendReceipts++;
    this.host.recorder.latency('publish.receipt', atUs - sentUs);
    if (this.#spec.receipt === 'sync') this.#pump();
  }

  // Why these receipts are missing has its failure already: the publisher's own.
  protected override failed(_stage: Stage, atUs: number): void {
    const { counts } = this.host.recorder;
    counts.publishersFailed++;
    counts.publishReceiptsMissing += this.#awaited.size;
    this.#awaited.clear();
    this.#cut(atUs);
    this.#leaveBehind();
  }

  #cut(atUs: number): void {
    this.#recent.forEachUnknown(atUs, (destination, sentUs) => {
      this.host.recorder.event(Math.max(atUs, sentUs), EVENT.cut, destination, sentUs);
    });
  }

  protected override finished(_atUs: number): void {
    for (const seq of this.#awaited.keys()) this.#receiptMissing(seq, 'before the session ended');
    this.#leaveBehind();
  }

  override abandon(): void {
    if (this.ended) return;
    super.abandon();
    this.host.recorder.counts.publishReceiptsMissing += this.#awaited.size;
    this.#awaited.clear();
    this.#cut(this.host.nowUs());
    this.#leaveBehind();
  }

  /** It is connected, or never will be. */
  get ready(): boolean {
    return this.#told;
  }

  override onMessage({ stamp }: ReceivedMessage, _atUs: number): void {
    this.host.recorder.messages++;
    countStray(this.host.recorder, this.#own.run, stamp);
  }

  protected override timeoutMs(stage: Stage): number | null {
    return stage === 'publish' && this.#spec.receipt !== false
      ? this.host.timeoutsMs.publish
      : super.timeoutMs(stage);
  }

  // While publishing, the time-out is not of the stage but of the oldest RECEIPT that is awaited.
  override onWheel(nowUs: number): void {
    if (this.stage !== 'publish') {
      super.onWheel(nowUs);
      return;
    }
    const timeoutMs = this.host.timeoutsMs.publish;
    let oldestUs = nowUs;
    for (const [seq, sentUs] of this.#awaited) {
      if (nowUs - sentUs < timeoutMs * 1000) {
        oldestUs = sentUs;
        break;
      }
      this.#receiptMissing(seq, `within ${timeoutMs} ms`);
    }
    this.arm('publish', oldestUs);
    // A RECEIPT that has been given up holds nothing up any more.
    if (this.#spec.receipt === 'sync') this.#pump();
  }

  #receiptMissing(seq: number, when: string): void {
    this.#awaited.delete(seq);
    const { recorder } = this.host;
    recorder.counts.publishReceiptsMissing++;
    recorder.failure({
      role: 'publisher',
      phase: 'publish',
      kind: 'publish-timeout',
      code: null,
      sample: `no RECEIPT for SEND ${seq} ${when}`,
    });
  }

  #pump(): void {
    while (this.#sent < this.#due && this.#mayStart() && this.stage === 'publish') {
      this.#send(this.#sent);
    }
  }

  #mayStart(): boolean {
    return !this.#blocked && !this.#stopped && (this.#spec.receipt !== 'sync' || this.#awaited.size === 0);
  }

  #send(seq: number): void {
    const { recorder, nowUs } = this.host;
    const variables = { publisher: this.#identity.inEntry, seq, run: this.#own.runId };
    const destination = this.#spec.destination.render(variables);
    const delivered = this.#deliveredTo(this.#spec.deliversTo.render(variables));
    // Whole microseconds, as the stamp has them: the timeline compares the same number as the receiver. Rounded up,
    // so that it is never before an interval that has been handed over.
    const sentUs = Math.ceil(nowUs());
    const lagUs = Math.max(0, sentUs - this.#dueUs(seq));
    const stamp = Buffer.alloc(STAMP_BYTES);
    const { run } = this.#own;
    const { id: publisher } = this.#identity;
    writeStamp(stamp, 0, {
      run,
      publisher,
      seq: delivered.sent,
      sentUs,
      lagUs,
      destination: delivered.hash,
    });
    const headers = this.#spec.stampInHeader
      ? { ...this.#spec.headers, [STAMP_HEADER]: stamp.toString('latin1') }
      : this.#spec.headers;
    const body = this.#body(stamp, variables);
    const receipt = this.#spec.receipt === false ? null : receiptId(seq);
    const { contentType } = this.#spec;
    const room = this.transport.send({ destination, headers, contentType, receipt, body });
    // What no frame can carry has ended this publisher within the call: it was not sent, and nobody is owed it.
    if (this.ended) return;
    this.#sent++;
    delivered.sent++;
    this.#recent.add(sentUs, delivered.number);
    this.#blocked = !room;
    if (receipt !== null) this.#await(seq, sentUs);
    recorder.event(sentUs, EVENT.sent, delivered.number);
    recorder.counts.publishSent++;
    recorder.latency('lag.publish', lagUs);
    if (lagUs > this.#own.lateToleranceUs) recorder.counts.publishLate++;
  }

  #deliveredTo(name: string): Delivered {
    let delivered = this.#delivered.get(name);
    if (delivered === undefined) {
      delivered = { number: this.#own.destinationNumber(name), hash: destinationHash(name), sent: 0 };
      this.#delivered.set(name, delivered);
    }
    return delivered;
  }

  #body(stamp: Buffer, variables: Record<string, number | string>): Buffer {
    if (this.#paddedBody === null) {
      return Buffer.from(this.#spec.body?.render({ ...variables, stamp: stamp.toString('latin1') }) ?? '');
    }
    if (!this.#spec.stampInHeader) stamp.copy(this.#paddedBody, 0);
    return this.#paddedBody;
  }

  #await(seq: number, sentUs: number): void {
    this.host.recorder.counts.sendReceiptsAsked++;
    this.#awaited.set(seq, sentUs);
    if (this.#awaited.size <= MAX_RECEIPTS_AWAITED) return;
    const [oldest] = this.#awaited.keys();
    if (oldest !== undefined) this.#receiptMissing(oldest, `before ${MAX_RECEIPTS_AWAITED} later SENDs`);
  }

  #leaveBehind(): void {
    this.stop();
    this.#tell();
    this.#own.publisherGone(this);
  }

  #tell(): void {
    if (this.#told) return;
    this.#told = true;
    this.#own.publisherReady(this);
  }
}

function receiptId(seq: number): string {
  return `p${seq}`;
}

function padding(sizeBytes: number): Buffer {
  return Buffer.alloc(sizeBytes, 'x');
}
