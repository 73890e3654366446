import type { Distribution } from '../model/plan.js';
import { SeenMessages } from './seen-messages.js';
import type { Stamp } from './stamp.js';

/** One subscription of a connection as its plan has it, with the destination rendered. */
export interface SubscriptionSpec {
  readonly destination: string;
  /** The recorder's number of the destination. */
  readonly destinationNumber: number;
  readonly confirm: 'auto' | 'receipt' | 'message' | 'none';
  readonly ack: 'auto' | 'client' | 'client-individual';
  readonly awaitMessage: boolean;
  readonly distribution: Distribution;
  readonly headers: Readonly<Record<string, string>>;
}

/** How far one connection is with one subscription. */
export interface SubscriptionState {
  readonly spec: SubscriptionSpec;
  /** Since when it is proven to be live; 0: not proven. */
  liveUs: number;
  /** Until when; Infinity while it is. */
  endedUs: number;
  confirmed: boolean;
  gotReceipt: boolean;
  gotMessage: boolean;
  /** Messages of this run that it has had; null before the first. */
  seen: SeenMessages | null;
}

export function newSubscription(spec: SubscriptionSpec): SubscriptionState {
  return {
    spec,
    liveUs: 0,
    endedUs: Infinity,
    confirmed: false,
    gotReceipt: false,
    gotMessage: false,
    seen: null,
  };
}

export function hasItsMessage({ spec, gotMessage }: SubscriptionState): boolean {
  return gotMessage || !spec.awaitMessage;
}

/** Whether it was live, by proof, at a moment: the same comparison by which metrics/timeline.ts expects a delivery. */
export function wasLive({ liveUs, endedUs }: SubscriptionState, atUs: number): boolean {
  return liveUs > 0 && atUs >= liveUs && atUs < endedUs;
}

/** Whether this very message has come on this subscription before; it has, from now on. */
export function isCopy(subscription: SubscriptionState, { publisher, seq }: Readonly<Stamp>): boolean {
  if (subscription.seen !== null) return subscription.seen.isCopy(publisher, seq);
  subscription.seen = new SeenMessages(publisher, seq);
  return false;
}

export function asksReceipt({ confirm }: SubscriptionSpec): boolean {
  return confirm === 'auto' || confirm === 'receipt';
}

const SUBSCRIPTION_IDS: string[] = [];

/** Equal in all connections, so that a broker can encode a MESSAGE once for all of them. */
export function subscriptionId(i: number): string {
  return (SUBSCRIPTION_IDS[i] ??= `sub-${i}`);
}
