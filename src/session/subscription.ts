import type { Distribution } from '../model/plan.js';
import type { Subscription } from './transport.js';
import { type DeliveryHost, SubscriptionLedger } from './subscription-ledger.js';

/** One subscription of a connection as its plan has it, with the destination rendered. */
export interface SubscriptionSpec {
  readonly destination: string;
  /** The recorder's number of the destination. */
  readonly destinationNumber: number;
  readonly confirm: 'auto' | 'receipt' | 'message' | 'none';
  readonly ack: 'auto' | 'client' | 'client-individual';
  readonly awaitMessage: boolean;
  readonly ordered: boolean;
  readonly distribution: Distribution;
  readonly headers: Readonly<Record<string, string>>;
}

/** How far one connection is with one subscription. */
export interface SubscriptionState {
  readonly spec: SubscriptionSpec;
  readonly ledger: SubscriptionLedger;
  confirmed: boolean;
  gotReceipt: boolean;
  gotMessage: boolean;
}

export function newSubscription(host: DeliveryHost, spec: SubscriptionSpec): SubscriptionState {
  return {
    spec,
    ledger: new SubscriptionLedger(host, spec),
    confirmed: false,
    gotReceipt: false,
    gotMessage: false,
  };
}

export function hasItsMessage({ spec, gotMessage }: SubscriptionState): boolean {
  return gotMessage || !spec.awaitMessage;
}

export function asksReceipt({ confirm }: SubscriptionSpec): boolean {
  return confirm === 'auto' || confirm === 'receipt';
}

/** The frame by which connection after connection asks for the same: one object for all that share a spec. */
const asked = new WeakMap<SubscriptionSpec, Subscription>();

export function subscribeFrame(spec: SubscriptionSpec, i: number): Subscription {
  const id = subscriptionId(i);
  const known = asked.get(spec);
  if (known?.id === id) return known;
  const { destination, ack, headers } = spec;
  const frame = { id, destination, ack, receipt: asksReceipt(spec) ? `s${i}` : null, headers };
  asked.set(spec, frame);
  return frame;
}

const SUBSCRIPTION_IDS: string[] = [];

/** Equal in all connections, so that a broker can encode a MESSAGE once for all of them. */
export function subscriptionId(i: number): string {
  return (SUBSCRIPTION_IDS[i] ??= `sub-${i}`);
}
