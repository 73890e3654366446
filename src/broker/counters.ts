import { self } from '../shared/env.js';

/** What a broker has done since it began, and what it has now. Counts only ever rise, except the ones of now. */
export interface BrokerStats {
  /** WebSocket connections open now. */
  readonly open: number;
  /** WebSocket connections ever accepted. */
  readonly accepted: number;
  /** TCP connections that the system would not hand over, mostly for want of file descriptors. */
  readonly acceptErrors: number;
  /** STOMP sessions connected now. */
  readonly sessions: number;
  readonly subscriptions: number;
  /** Topics and queues that exist now: each as long as it is subscribed to, or holds messages. */
  readonly destinations: number;
  /** Messages that wait in queues now. */
  readonly held: number;
  /** SEND frames whose message was published; those of a transaction count when it is committed. */
  readonly messagesIn: number;
  /** MESSAGE frames handed to connections. */
  readonly deliveriesOut: number;
  /** WebSocket payload read, and WebSocket frames handed to sockets, in bytes. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** ERROR frames sent, and among them those of slow consumers and of silent clients. */
  readonly errors: number;
  readonly slowConsumers: number;
  readonly silentClients: number;
  /** Of the broker's whole process. */
  readonly rssBytes: number;
  readonly cpuMs: number;
}

export type Counters = Record<Exclude<keyof BrokerStats, 'rssBytes' | 'cpuMs'>, number>;

export function newCounters(): Counters {
  return {
    open: 0,
    accepted: 0,
    acceptErrors: 0,
    sessions: 0,
    subscriptions: 0,
    destinations: 0,
    held: 0,
    messagesIn: 0,
    deliveriesOut: 0,
    bytesIn: 0,
    bytesOut: 0,
    errors: 0,
    slowConsumers: 0,
    silentClients: 0,
  };
}

export function statsOf(counters: Counters): BrokerStats {
  return { ...counters, rssBytes: self.rssBytes(), cpuMs: self.cpuUs() / 1000 };
}
