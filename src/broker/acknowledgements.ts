import type { Frame, StompVersion } from './frame.js';
import type { Message } from './message.js';
import { required } from './required.js';
import { UnackedLimit, type AckBook, type Subscription, type UnackedLimits } from './subscription.js';
import { quoted, Violation } from './violation.js';

/** How many deliveries of ended subscriptions may still be acknowledged without that being an error. */
const MAX_RETIRED = 10_000;

export interface Settled {
  readonly subscription: Subscription;
  readonly messages: readonly Message[];
}

/** Finds what an ACK or NACK means: by `id` in STOMP 1.2, by subscription and message-id in 1.1, by message-id in 1.0. */
export class Acknowledgements implements AckBook {
  readonly limit: UnackedLimit;
  /** An ACK may cross the UNSUBSCRIBE of its subscription on the way: it comes too late, but it is not wrong. */
  readonly #retired = new Set<string>();
  #ackIds = 0;

  constructor(limits: UnackedLimits) {
    this.limit = new UnackedLimit(limits);
  }

  nextAckId(): string {
    return `a${(++this.#ackIds).toString(36)}`;
  }

  /** Throws a Violation when it names nothing that waits for it. */
  settle(frame: Frame, version: StompVersion, subscriptions: ReadonlyMap<string, Subscription>): Settled[] {
    const key = required(frame, version === '1.2' ? 'id' : 'message-id');
    const candidates = version === '1.1' ? this.#named(frame, subscriptions) : [...subscriptions.values()];
    const found = candidates.filter((subscription) => subscription.isUnacked(key));
    if (found.length === 0 && !this.#retired.delete(key)) {
      throw new Violation(`${frame.command} of ${quoted(key)}, which is not waiting for it`);
    }
    return found.map((subscription) => ({ subscription, messages: subscription.settle(key) }));
  }

  /** Takes everything from a subscription that has ended. */
  retire(subscription: Subscription): Message[] {
    const settled = subscription.settleAll();
    for (const [key] of settled) this.#retired.add(key);
    for (const oldest of this.#retired) {
      if (this.#retired.size <= MAX_RETIRED) break;
      this.#retired.delete(oldest);
    }
    return settled.map(([, message]) => message);
  }

  #named(frame: Frame, subscriptions: ReadonlyMap<string, Subscription>): Subscription[] {
    const subscription = subscriptions.get(required(frame, 'subscription'));
    return subscription === undefined ? [] : [subscription];
  }
}
