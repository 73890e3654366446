import type { Server } from 'node:http';
import { nowUs } from '../shared/clock.js';
import { sleep } from '../shared/env.js';
import { Connection, type ConnectionContext } from './connection.js';
import { newCounters, statsOf, type BrokerStats, type Counters } from './counters.js';
import { Exchange } from './exchange.js';
import { createHttpServer, listen, urlOf, type ListenerEvents } from './listener.js';
import { resolveOptions, type BrokerConfig, type BrokerOptions } from './options.js';
import { Outbox } from './outbox.js';
import { slowest } from './slow-consumers.js';
import { TimerWheel } from './timer-wheel.js';
import { CLOSE } from './violation.js';

export type { BrokerStats } from './counters.js';
export type { BrokerLimits, BrokerOptions } from './options.js';

/** The wheel's resolution, and how often queues whose consumers were busy are tried again. */
const TICK_MS = 50;
const TICKS_BETWEEN_SWEEPS = 20;

/** Frames that wait for the end of the present round of the event loop, all connections together. */
const MOST_WAITING_FRAMES = 20_000;

/** How long clients get to answer the close frame when the broker stops. */
const STOP_GRACE_MS = 1000;

/** A broker within this process. */
export interface BrokerServer {
  /** Such as ws://127.0.0.1:15674/ws. */
  readonly url: string;
  readonly port: number;
  stats(): BrokerStats;
  /** Closes every connection with 1001, after a second by force. May be called more than once. */
  close(): Promise<void>;
}

/** Resolves when it listens. Rejects with `broker-failed` when it cannot. */
export async function createBrokerServer(options: BrokerOptions = {}): Promise<BrokerServer> {
  const config = resolveOptions(options);
  const broker = new Broker(config);
  const http = createHttpServer(config, broker);
  const port = await listen(http, config, broker);
  broker.startTicking();
  let closing: Promise<void> | undefined;
  return {
    url: urlOf(config, port),
    port,
    stats: () => statsOf(broker.context.counters),
    close: () => (closing ??= stop(http, broker)),
  };
}

class Broker implements ListenerEvents {
  readonly context: ConnectionContext;
  readonly connections = new Set<Connection>();
  readonly #counters: Counters = newCounters();
  #ticker: NodeJS.Timeout | undefined;
  #ticks = 0;

  constructor(config: BrokerConfig) {
    let sessions = 0;
    this.context = {
      config,
      counters: this.#counters,
      exchange: new Exchange(config.limits, this.#counters),
      faults: null,
      wheel: new TimerWheel(TICK_MS, nowUs() / 1000),
      outbox: new Outbox(MOST_WAITING_FRAMES),
      nextSessionId: () => `session-${(++sessions).toString(36)}`,
    };
  }

  onWebSocket(...[webSocket, socket]: Parameters<ListenerEvents['onWebSocket']>): void {
    this.#counters.accepted++;
    this.#counters.open++;
    const connection = new Connection(webSocket, socket, this.context, () => {
      this.#counters.open--;
      this.connections.delete(connection);
    });
    this.connections.add(connection);
  }

  onAcceptError(): void {
    this.#counters.acceptErrors++;
  }

  startTicking(): void {
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  stopTicking(): void {
    clearInterval(this.#ticker);
  }

  #tick(): void {
    this.context.wheel.advance(nowUs() / 1000);
    this.context.exchange.pumpBlocked();
    if (++this.#ticks % TICKS_BETWEEN_SWEEPS !== 0) return;
    const { totalBufferedBytes } = this.context.config.limits;
    for (const connection of slowest(this.connections, totalBufferedBytes)) connection.cutOffSlowConsumer();
  }
}

async function stop(http: Server, broker: Broker): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    http.close(() => resolve());
  });
  broker.stopTicking();
  http.closeAllConnections();
  for (const connection of broker.connections) connection.close(CLOSE.goingAway, 'the broker stops');
  await Promise.race([closed, graceOver()]);
  for (const connection of broker.connections) connection.terminate();
  await Promise.race([closed, graceOver()]);
}

function graceOver(): Promise<void> {
  return sleep(STOP_GRACE_MS, undefined, { ref: false });
}
