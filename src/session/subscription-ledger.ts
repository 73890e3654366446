import { EVENT } from '../metrics/events.js';
import type { Recorder } from '../metrics/recorder.js';
import { type SeenBudget, SeenMessages } from './seen-messages.js';
import { DESTINATION_HASHES, type Stamp, type StampRead, destinationHash } from './stamp.js';
import type { SubscriptionSpec } from './subscription.js';

/** What a worker shares among the ledgers of all its subscriptions. */
export interface DeliveryHost {
  readonly recorder: Recorder;
  /** The run's id as a number: stamps of other runs are foreign. */
  readonly run: number;
  /** How long a message may take to arrive. */
  readonly timeoutsMs: { readonly drain: number };
  /** When the drain ended; Infinity before. */
  readonly drainEndUs: number;
  /** The drain has ended, and everything that was sent has come or had its whole time to come. */
  readonly drained: boolean;
  readonly seenBudget: SeenBudget;
}

/**
 * What one subscription was owed, and what came of it: the receiver's half of the ledger, by the same comparisons as
 * metrics/delivery-ledger.ts (docs/deliveries.md).
 *
 *     asked → live → ended or severed → gone
 */
export class SubscriptionLedger {
  readonly #host: DeliveryHost;
  readonly #spec: SubscriptionSpec;
  readonly #destination: number;
  /** 0: not yet. */
  #askedUs = 0;
  /** Since when it is proven to be live; 0: not proven. */
  #liveUs = 0;
  /** Since it is over: what was sent from `liveUntilUs` on is not owed, from `goneUs` on it is misrouted. */
  #end: { readonly liveUntilUs: number; goneUs: number } | null = null;
  /** When the latest of the messages was sent that were received. */
  #latestUs = 0;
  /** Whose message came first; -1: none has. */
  #publisher = -1;
  /** There are several publishers, or their messages come out of order: an earlier one may come after a later one. */
  #isMixed = false;
  #seen: SeenMessages | null = null;

  constructor(host: DeliveryHost, spec: SubscriptionSpec) {
    this.#host = host;
    this.#spec = spec;
    this.#destination = destinationHash(spec.destination);
  }

  /** UNSUBSCRIBE was sent, or the connection is over. */
  get over(): boolean {
    return this.#end !== null;
  }

  /** SUBSCRIBE is sent. */
  asked(atUs: number): void {
    this.#askedUs = atUs;
    this.#event(atUs, EVENT.asked);
    // A queue owes each message once, whoever is subscribed when: it matters only until when this one may take some.
    if (this.#spec.distribution === 'queue') this.proven(atUs);
  }

  /** The first sign of the server that it has the subscription. */
  proven(atUs: number): void {
    if (this.#liveUs > 0 || this.#end !== null) return;
    this.#liveUs = atUs;
    this.#event(atUs, EVENT.live);
  }

  /** UNSUBSCRIBE is sent. */
  unsubscribed(atUs: number): void {
    if (this.#end === null && this.#askedUs > 0) this.#endLive(atUs, this.#host.drained);
  }

  /** The RECEIPT of UNSUBSCRIBE has come. */
  gone(atUs: number): void {
    const end = this.#end;
    if (end?.goneUs !== Infinity) return;
    end.goneUs = atUs;
    this.#event(atUs, EVENT.gone);
  }

  /** The connection is over, in whatever way. */
  left(atUs: number): void {
    if (this.#askedUs === 0) return;
    if (this.#end === null) this.#endLive(atUs, false);
    this.gone(atUs);
    this.#seen?.release();
    this.#seen = null;
  }

  #endLive(atUs: number, drained: boolean): void {
    const oldestUs = drained ? atUs : atUs - this.#host.timeoutsMs.drain * 1000;
    const sinceUs = drained ? atUs : Math.min(atUs, Math.max(this.#liveUs, oldestUs, this.#latestUs + 1));
    this.#end = { liveUntilUs: sinceUs, goneUs: Infinity };
    if (this.#liveUs === 0) return;
    if (drained) this.#event(atUs, EVENT.ended);
    else this.#event(atUs, EVENT.severed, sinceUs, this.#doubtUs(oldestUs, sinceUs));
  }

  // Messages were on their way of which nobody can know whether they would have come: those sent within the last drain
  // time, and after the latest that did come. Sent moments are whole microseconds. Before the latest only where messages
  // overtake each other; and a queue gives whatever it has to whoever comes.
  #doubtUs(oldestUs: number, sinceUs: number): number {
    if (this.#spec.distribution === 'queue') return oldestUs;
    return this.#isMixed ? Math.min(sinceUs, Math.max(this.#liveUs, oldestUs)) : sinceUs;
  }

  /** A MESSAGE has come on it. */
  account(stamp: StampRead, atUs: number): void {
    const { recorder, run, drainEndUs } = this.#host;
    const { counts } = recorder;
    const { distribution } = this.#spec;
    if (stamp === null || stamp === 'damaged' || stamp.run !== run) {
      countStray(recorder, run, stamp);
      return;
    }
    const { sentUs } = stamp;
    const isOther = distribution !== 'pattern' && stamp.destination !== this.#destination;
    if (isOther || sentUs >= (this.#end?.goneUs ?? Infinity)) {
      counts.misrouted++;
      return;
    }
    if (this.#isCopy(stamp)) {
      counts.duplicated++;
      return;
    }
    if (distribution === 'pattern') counts.unaccounted++;
    else if (distribution === 'queue' || this.#wasLive(sentUs)) {
      // A moment after this one is no word of ours.
      recorder.received(this.#spec.destinationNumber, Math.min(sentUs, atUs));
      if (sentUs > this.#latestUs) this.#latestUs = sentUs;
      if (atUs > drainEndUs) counts.late++;
    } else if (sentUs < this.#askedUs) counts.early++;
    const { latencies } = recorder;
    latencies.delivery.record(atUs - sentUs);
    latencies['due.delivery'].record(atUs - sentUs + stamp.lagUs);
  }

  /** Whether it was live, by proof, at a moment: the same comparison by which a delivery is expected. */
  #wasLive(atUs: number): boolean {
    return this.#liveUs > 0 && atUs >= this.#liveUs && atUs < (this.#end?.liveUntilUs ?? Infinity);
  }

  #isCopy({ publisher, destination, seq }: Readonly<Stamp>): boolean {
    const { counts } = this.#host.recorder;
    this.#seen ??= new SeenMessages(this.#host.seenBudget);
    const key =
      this.#spec.distribution === 'pattern' ? publisher * DESTINATION_HASHES + destination : publisher;
    const sight = this.#seen.see(key, seq);
    if (this.#publisher === -1) this.#publisher = publisher;
    if (publisher !== this.#publisher || sight === 'reordered') this.#isMixed = true;
    if (sight === 'next') return false;
    if (sight === 'behind' || sight === 'untold') counts.untold++;
    else if (sight === 'reordered') {
      counts.reordered++;
      if (this.#spec.ordered) counts.outOfOrder++;
    }
    return sight === 'copy' || sight === 'behind';
  }

  // Of a subscription with a wildcard can't be told what it is owed.
  #event(atUs: number, type: SubscriptionEvent, sinceUs = 0, doubtUs = sinceUs): void {
    const { distribution, destinationNumber } = this.#spec;
    if (distribution !== 'pattern') {
      this.#host.recorder.event(atUs, type, destinationNumber, sinceUs, doubtUs);
    }
  }
}

type SubscriptionEvent = (typeof EVENT)['asked' | 'live' | 'ended' | 'severed' | 'gone'];

/** Counts a MESSAGE that is of no subscription: of this run it is misrouted, else damaged or foreign. */
export function countStray({ counts }: Recorder, run: number, stamp: StampRead): void {
  if (stamp === 'damaged') counts.corrupted++;
  else if (stamp?.run === run) counts.misrouted++;
  else counts.foreign++;
}
