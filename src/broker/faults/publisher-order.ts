import type { MessageAccount } from '../ledger/message-account.js';

/** Publishers whose latest message one subscription remembers. */
const MOST_PUBLISHERS = 1024;

/** Tells what goes out of order to one subscription: RFC 4737, section 3, for each publisher by itself. */
export class PublisherOrder {
  readonly #account: MessageAccount;
  /** The latest message of each, the publisher first seen first. */
  readonly #highest = new Map<number, number>();

  constructor(account: MessageAccount) {
    this.#account = account;
  }

  /** Takes down the message that goes out now; answers whether a later one of its publisher went out before it. */
  isLate(publisher: number, order: number): boolean {
    const highest = this.#highest.get(publisher);
    if (highest !== undefined && order < highest) return true;
    if (highest === undefined) this.#makeRoom();
    this.#highest.set(publisher, order);
    return false;
  }

  #makeRoom(): void {
    if (this.#highest.size < MOST_PUBLISHERS) return;
    for (const first of this.#highest.keys()) {
      this.#highest.delete(first);
      this.#account.ordersForgotten++;
      return;
    }
  }
}
