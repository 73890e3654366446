import type { Message } from './message.js';
import { join, leave, type Subscription } from './subscription.js';

/** Every subscription gets each message. Those of the same id get the very same bytes. */
export class Topic {
  readonly #groups = new Map<string, Subscription[]>();

  get empty(): boolean {
    return this.#groups.size === 0;
  }

  get size(): number {
    let size = 0;
    for (const group of this.#groups.values()) size += group.length;
    return size;
  }

  add(subscription: Subscription): void {
    const key = groupOf(subscription);
    const group = this.#groups.get(key);
    if (group === undefined) {
      subscription.place = 0;
      this.#groups.set(key, [subscription]);
    } else {
      join(group, subscription);
    }
  }

  remove(subscription: Subscription): void {
    const key = groupOf(subscription);
    const group = this.#groups.get(key);
    if (group === undefined) return;
    leave(group, subscription);
    if (group.length === 0) this.#groups.delete(key);
  }

  /** Returns the number of deliveries. */
  publish(message: Message): number {
    let deliveries = 0;
    for (const group of this.#groups.values()) {
      const [first] = group;
      if (first === undefined) continue;
      deliveries += group.length;
      if (first.needsOwnFrames) {
        for (const subscription of group) subscription.deliver(message);
      } else {
        const frame = message.encode(first.version, first.id);
        for (const subscription of group) subscription.deliverEncoded(message, frame);
      }
    }
    return deliveries;
  }
}

/** No header holds a line end that is not escaped, so the parts cannot run into each other. */
function groupOf(subscription: Subscription): string {
  const id = subscription.id === undefined ? '' : `\n${subscription.id}`;
  return `${subscription.version}${subscription.needsOwnFrames ? ' own' : ''}${id}`;
}
