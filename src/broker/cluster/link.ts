import type { Socket } from 'node:net';
import { RecordReader } from './record-reader.js';
import { newRecord, RECORD } from './record.js';
import { readTopicRecord, type TopicRecord } from './topic-record.js';

export interface LinkEvents {
  onTopic(record: TopicRecord): void;
  /** What was written has gone out, or never will. */
  onRoom(): void;
  onGone(link: Link): void;
}

const WELCOME = newRecord(RECORD.welcome, 0);
const BARRIER = newRecord(RECORD.barrier, 0);
const PASSED = newRecord(RECORD.passed, 0);

/** The way to one other process of the same broker, and from it: records in their order, over one socket. */
export class Link {
  /** Resolves with the other side's first record. Rejects when it ends before. */
  readonly welcomed: Promise<void>;
  readonly #socket: Socket;
  readonly #events: LinkEvents;
  readonly #reader = new RecordReader((kind, content) => this.#hear(kind, content));
  /** One for each barrier that is not answered, in their order. */
  #barriers: (() => void)[] = [];
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #isGone = false;
  #onWelcome: (() => void) | undefined;

  /** `socket`: connected. */
  constructor(socket: Socket, events: LinkEvents) {
    this.#socket = socket;
    this.#events = events;
    this.welcomed = new Promise((resolve, reject) => {
      this.#onWelcome = resolve;
      socket.once('close', () => reject(new Error('another process of the broker has ended')));
    });
    this.welcomed.catch(() => undefined);
    socket.on('data', (chunk: Buffer) => this.#reader.push(chunk));
    socket.on('drain', () => events.onRoom());
    // 'close' follows.
    socket.on('error', () => undefined);
    socket.once('close', () => this.#gone());
  }

  /** What has been sent and not yet been taken by the system. */
  get bufferedBytes(): number {
    return this.#waitingBytes + this.#socket.writableLength;
  }

  welcome(): void {
    this.send(WELCOME);
    this.flush();
  }

  /** It goes out with the next `flush`. */
  send(record: Buffer): void {
    if (this.#isGone) return;
    this.#waiting.push(record);
    this.#waitingBytes += record.length;
  }

  /** Calls back when the other process has handed on all that was sent before; or when it is gone, and nobody is left there. */
  barrier(passed: () => void): void {
    if (this.#isGone) {
      passed();
      return;
    }
    this.send(BARRIER);
    this.#barriers.push(passed);
  }

  flush(): void {
    const records = this.#waiting;
    if (records.length === 0) return;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#socket.cork();
    for (const record of records) this.#socket.write(record);
    this.#socket.uncork();
  }

  end(): void {
    this.#socket.destroy();
  }

  #hear(kind: number, content: Buffer): void {
    switch (kind) {
      case RECORD.topic:
        this.#events.onTopic(readTopicRecord(content));
        return;
      case RECORD.barrier:
        this.send(PASSED);
        this.flush();
        return;
      case RECORD.passed:
        this.#barriers.shift()?.();
        return;
      case RECORD.welcome:
        this.#onWelcome?.();
        return;
      default:
        throw new Error(`a record of no known kind: ${kind}`);
    }
  }

  #gone(): void {
    this.#isGone = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
    const barriers = this.#barriers;
    this.#barriers = [];
    this.#events.onGone(this);
    for (const passed of barriers) passed();
  }
}
