import type { Server } from 'node:http';
import { nowUs } from '../shared/clock.js';
import { self, sleep } from '../shared/env.js';
import type { Relay } from './cluster/relay.js';
import { Connection, type ConnectionContext } from './connection.js';
import { newCounters, statsOf, type BrokerStats, type Counters } from './counters.js';
import { Exchange } from './exchange.js';
import { Deliveries } from './faults/deliveries.js';
import { DelayLine } from './faults/delay-line.js';
import { Door } from './faults/door.js';
import { FaultEngine } from './faults/engine.js';
import { NO_FAULTS, type FaultContext } from './faults/fault-context.js';
import { Gate } from './faults/gate.js';
import { KeptMemory } from './faults/kept-resources.js';
import { Stalls } from './faults/stalls.js';
import { LedgerFile } from './ledger/ledger-file.js';
import { Ledger } from './ledger/ledger.js';
import { recordOf, type LedgerRecord } from './ledger/record.js';
import { BACKLOG, createHttpServer, listen, urlOf, type ListenerEvents } from './listener.js';
import { resolveOptions, type BrokerConfig, type BrokerOptions } from './options.js';
import { Outbox } from './outbox.js';
import { slowest } from './slow-consumers.js';
import { TimerWheel } from './timer-wheel.js';
import { CLOSE } from './violation.js';

export type { BrokerStats } from './counters.js';
export type { LedgerRecord } from './ledger/record.js';
export type { BrokerLimits, BrokerOptions } from './options.js';

/** The wheel's resolution, and how often queues whose consumers were busy are tried again. */
const TICK_MS = 50;
const TICKS_BETWEEN_SWEEPS = 20;

/** Frames that wait for the end of the present round of the event loop, all connections together. */
const MOST_WAITING_FRAMES = 20_000;

/** How long clients get to answer the close frame when the broker stops. */
const STOP_GRACE_MS = 1000;

/**
 * Before the ledger is written: what clients have already done, an end of theirs mostly, is still to be read from
 * their sockets.
 */
const LAST_WORDS_MS = 50;

/** A broker within this process. */
export interface BrokerServer {
  /** Such as ws://127.0.0.1:15674/ws. */
  readonly url: string;
  readonly port: number;
  stats(): BrokerStats;
  /** Its own account of what it has done up to now; null where it was asked for neither faults nor a ledger. */
  ledger(): LedgerRecord | null;
  /** Writes the ledger where one was asked for; once, and `close` does it too. Throws `output-unwritable`. */
  writeLedger(): void;
  /**
   * Writes the ledger, and closes every connection with 1001, after a second by force. May be called more than once.
   * Rejects with `output-unwritable` when all is closed.
   */
  close(): Promise<void>;
}

/**
 * `relay`: to the other processes of the same broker; null: there are none. Resolves when it listens. Rejects with
 * `broker-failed` when it cannot, and with `output-unwritable`.
 */
export async function createBrokerServer(
  options: BrokerOptions = {},
  relay: Relay | null = null,
): Promise<BrokerServer> {
  const config = resolveOptions(options);
  const account = config.ledger === undefined ? undefined : new LedgerFile(config.ledger);
  const broker = new Broker(config, account, relay);
  const { faults } = broker.context;
  const gate = faults === null ? null : new Gate(faults);
  const http = createHttpServer(config, broker, gate);
  let port: number;
  try {
    port = await listen(http, config, broker);
  } catch (error) {
    account?.discard();
    throw error;
  }
  if (faults !== null) {
    broker.door = new Door(http, { port, host: config.host, backlog: BACKLOG }, faults);
    broker.door.update();
  }
  broker.startTicking();
  let closing: Promise<void> | undefined;
  return {
    url: urlOf(config, port),
    port,
    stats: () => statsOf(broker.context.counters),
    ledger: () => (faults === null ? null : recordOf(faults.ledger)),
    writeLedger: () => broker.writeLedger(),
    close: () => (closing ??= stop(http, broker, gate)),
  };
}

class Broker implements ListenerEvents {
  readonly context: ConnectionContext;
  readonly connections = new Set<Connection>();
  door: Door | undefined;
  readonly #counters: Counters = newCounters();
  readonly #ledgerFile: LedgerFile | undefined;
  readonly #deliveries: Deliveries | null;
  readonly #stalls: Stalls | null;
  readonly #keptMemory: KeptMemory | null;
  #written = false;
  #ticker: NodeJS.Timeout | undefined;
  #ticks = 0;

  constructor(config: BrokerConfig, ledgerFile: LedgerFile | undefined, relay: Relay | null) {
    const faults = this.#faultContext(config);
    let sessions = 0;
    this.#ledgerFile = ledgerFile;
    this.#deliveries = faults === null ? null : new Deliveries(faults, this.#counters);
    this.#stalls = faults === null ? null : new Stalls(faults);
    this.#keptMemory = faults === null ? null : new KeptMemory(faults);
    const exchange = new Exchange(config.limits, this.#counters, this.#deliveries, relay);
    const outbox = new Outbox(MOST_WAITING_FRAMES);
    this.context = {
      config,
      counters: this.#counters,
      exchange,
      faults,
      relay,
      wheel: new TimerWheel(TICK_MS, nowUs() / 1000),
      outbox,
      nextSessionId: () => `session-${relay?.prefix ?? ''}${(++sessions).toString(36)}`,
    };
    relay?.attach((record) => {
      exchange.relayed(record);
      outbox.relieve();
    });
  }

  onWebSocket(...[webSocket, socket, account]: Parameters<ListenerEvents['onWebSocket']>): void {
    this.#counters.accepted++;
    this.#counters.open++;
    const connection = new Connection(webSocket, socket, this.context, account, () => {
      this.#counters.open--;
      this.connections.delete(connection);
      if (account !== null) this.#keptMemory?.ended(account);
    });
    this.connections.add(connection);
    this.#deliveries?.dieIfDue();
  }

  /** Throws `output-unwritable`. */
  writeLedger(): void {
    const { faults } = this.context;
    if (this.#written || faults === null) return;
    this.#written = true;
    this.#ledgerFile?.write(recordOf(faults.ledger));
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

  #faultContext({ faults, ledger }: BrokerConfig): FaultContext | null {
    if (faults === undefined && ledger === undefined) return null;
    const engine = new FaultEngine(faults ?? NO_FAULTS);
    const account = new Ledger(engine.plan, () => engine.sinceStartMs);
    return {
      engine,
      ledger: account,
      delays: new DelayLine(),
      die: (rule) => {
        account.struck(rule, null);
        this.writeLedger();
        self.crash();
      },
    };
  }

  #tick(): void {
    this.door?.update();
    this.#stalls?.update();
    this.#deliveries?.dieIfDue();
    this.context.wheel.advance(nowUs() / 1000);
    this.context.exchange.pumpBlocked();
    if (++this.#ticks % TICKS_BETWEEN_SWEEPS !== 0) return;
    const { totalBufferedBytes } = this.context.config.limits;
    for (const connection of slowest(this.connections, totalBufferedBytes)) connection.cutOffSlowConsumer();
  }
}

async function stop(http: Server, broker: Broker, gate: Gate | null): Promise<void> {
  const unwritten = gate === null ? null : await settleLedger(broker);
  const closed = new Promise<void>((resolve) => {
    http.close(() => resolve());
  });
  broker.stopTicking();
  broker.context.relay?.end();
  broker.context.faults?.delays.clear();
  http.closeAllConnections();
  for (const connection of broker.connections) connection.close(CLOSE.goingAway, 'the broker stops');
  await Promise.race([closed, graceOver()]);
  for (const connection of broker.connections) connection.terminate();
  gate?.destroyAll();
  await Promise.race([closed, graceOver()]);
  if (unwritten !== null) throw unwritten.problem;
}

/** Connections that are open now are written down as open. Answers with what went wrong. */
async function settleLedger(broker: Broker): Promise<{ readonly problem: unknown } | null> {
  await sleep(LAST_WORDS_MS);
  try {
    broker.writeLedger();
    return null;
  } catch (problem) {
    return { problem };
  }
}

function graceOver(): Promise<void> {
  return sleep(STOP_GRACE_MS, undefined, { ref: false });
}
