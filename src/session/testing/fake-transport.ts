import type { OutgoingMessage, Subscription, Transport, TransportListener } from '../transport.js';

/** What a client asked of its transport, in order. */
export type Asked =
  | { readonly type: 'open' | 'close' | 'destroy' }
  | ({ readonly type: 'subscribe' } & Subscription)
  | { readonly type: 'unsubscribe'; readonly id: string; readonly receipt: string | null }
  | { readonly type: 'ack'; readonly subscription: string; readonly ackId: string }
  | ({ readonly type: 'send' } & OutgoingMessage)
  | { readonly type: 'disconnect'; readonly receipt: string };

/** A transport without a socket: it writes down what it is asked, and says what a test lets it say. */
export class FakeTransport implements Transport {
  readonly listener: TransportListener;
  readonly asked: Asked[] = [];
  /** After so many further SENDs the socket is full. */
  room = Infinity;
  lastWriteUs = 0;
  destroyed = 0;

  constructor(listener: TransportListener) {
    this.listener = listener;
  }

  get types(): string[] {
    return this.asked.map(({ type }) => type);
  }

  last<T extends Asked['type']>(type: T): Extract<Asked, { type: T }> {
    const found = this.asked.findLast((asked) => asked.type === type);
    if (found === undefined) throw new Error(`it was not asked to ${type}`);
    return found as Extract<Asked, { type: T }>;
  }

  count(type: Asked['type']): number {
    return this.asked.filter((asked) => asked.type === type).length;
  }

  open(): void {
    this.asked.push({ type: 'open' });
  }

  subscribe(subscription: Subscription): void {
    this.asked.push({ type: 'subscribe', ...subscription });
  }

  unsubscribe(id: string, receipt: string | null): void {
    this.asked.push({ type: 'unsubscribe', id, receipt });
  }

  ack(subscription: string, ackId: string): void {
    this.asked.push({ type: 'ack', subscription, ackId });
  }

  send(message: OutgoingMessage): boolean {
    // A publisher fills one body again and again.
    this.asked.push({ type: 'send', ...message, body: Buffer.from(message.body) });
    return --this.room > 0;
  }

  disconnect(receipt: string): void {
    this.asked.push({ type: 'disconnect', receipt });
  }

  close(): void {
    this.asked.push({ type: 'close' });
  }

  destroy(): void {
    this.destroyed++;
    this.asked.push({ type: 'destroy' });
  }
}
