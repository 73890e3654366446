import type { Socket } from 'node:net';
import type { Message } from '../message.js';
import { Outbox } from '../outbox.js';
import { Link } from './link.js';
import { topicRecord, type TopicRecord } from './topic-record.js';

/** Bytes that may wait for one other process; beyond it whoever publishes is held back. */
const MOST_WAITING_BYTES = 1024 * 1024;

/**
 * One process of a broker that has several, as the rest of it sees the others: what is published to a topic goes to
 * all of them, each of which knows whether anybody there is subscribed. Nobody can be subscribed before the links are
 * made, so that no message is missed; the links keep the order of each publisher.
 */
export class Relay {
  /** Of the identifiers that this process gives out: no other has the same. */
  readonly prefix: string;
  readonly #links = new Set<Link>();
  readonly #outbox = new Outbox(Infinity);
  readonly #flushable = { flush: () => this.#flush() };
  #isDirty = false;
  #confirming: (() => void)[] = [];
  #waitingForRoom: (() => void)[] = [];
  #onTopic: ((record: TopicRecord) => void) | undefined;

  /** `index`: which one of the processes this is. */
  constructor(index: number) {
    this.prefix = `${index.toString(36)}-`;
  }

  /** Who gets what the others publish; nobody until then, when nobody can be subscribed either. */
  attach(onTopic: (record: TopicRecord) => void): void {
    this.#onTopic = onTopic;
  }

  add(socket: Socket): Link {
    const link = new Link(socket, {
      onTopic: (record) => this.#onTopic?.(record),
      onRoom: () => this.#makeRoom(),
      onGone: (gone) => {
        this.#links.delete(gone);
        this.#makeRoom();
      },
    });
    this.#links.add(link);
    return link;
  }

  /** Whether so much waits for one of the others that no more should be published now. */
  get isFull(): boolean {
    for (const link of this.#links) if (link.bufferedBytes > MOST_WAITING_BYTES) return true;
    return false;
  }

  publish(message: Message): void {
    if (this.#links.size === 0) return;
    const record = topicRecord(message);
    for (const link of this.#links) link.send(record);
    this.#touch();
  }

  /**
   * Calls back, not at once and in the order of the calls, when every other process has handed to its subscribers what
   * was published up to now.
   */
  confirm(then: () => void): void {
    this.#confirming.push(then);
    this.#touch();
  }

  /** Calls back when no longer too much waits. */
  whenRoom(then: () => void): void {
    this.#waitingForRoom.push(then);
  }

  end(): void {
    for (const link of this.#links) link.end();
  }

  #touch(): void {
    if (this.#isDirty) return;
    this.#isDirty = true;
    this.#outbox.add(this.#flushable);
  }

  #flush(): void {
    this.#isDirty = false;
    this.#sendBarriers();
    for (const link of this.#links) link.flush();
    this.#makeRoom();
  }

  /** One for all who wait since the last time. */
  #sendBarriers(): void {
    const confirming = this.#confirming;
    if (confirming.length === 0) return;
    this.#confirming = [];
    const links = [...this.#links];
    // One more than there are links, so that it cannot be through before all of them have it.
    let missing = links.length + 1;
    const passed = (): void => {
      if (--missing === 0) for (const then of confirming) then();
    };
    for (const link of links) link.barrier(passed);
    passed();
  }

  /** Each of them may publish at once what it has held, so that there is no room for the next. */
  #makeRoom(): void {
    if (this.#waitingForRoom.length === 0) return;
    const waiting = this.#waitingForRoom;
    this.#waitingForRoom = [];
    for (const then of waiting) {
      if (this.isFull) this.#waitingForRoom.push(then);
      else then();
    }
  }
}
