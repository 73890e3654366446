import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { messageOf, StompedeError } from '../../shared/errors.js';
import { BrokerProcess } from '../broker-process.js';
import type { BrokerStats } from '../counters.js';
import { handleOf, startBroker, type BrokerHandle } from '../host.js';
import type { BrokerOptions } from '../options.js';

export type { BrokerHandle, BrokerStats } from '../host.js';
export type { BrokerOptions } from '../options.js';

/** A broker of one or more processes, each with a port of its own. */
export interface BrokersHandle {
  /** At least one; in the order of their ports, where those follow each other. */
  readonly brokers: readonly BrokerHandle[];
  /** Of all processes together: a destination counts once for each process that has it. Rejects as BrokerHandle's. */
  readonly stats: () => Promise<BrokerStats>;
  /** Stops all of them. Rejects as BrokerHandle's, when all have ended. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a broker that is that many processes: what is sent to a topic at one of them reaches the subscribers of all.
 * The first listens on `options.port`, the others on the ports that follow it, or each on any free one (0). Several know
 * no queues, and have neither faults nor a ledger. Rejects with `broker-failed` and, of a single one,
 * `output-unwritable`; then nothing is left running.
 */
export async function startBrokers(options: BrokerOptions, processes: number): Promise<BrokersHandle> {
  if (processes === 1) return together([await startBroker(options)]);
  if (options.faults !== undefined || options.ledger !== undefined) {
    const message = 'a broker of several processes has neither faults nor a ledger';
    throw new StompedeError('broker-failed', message, { hint: 'Let it be one process.' });
  }
  const folder = newFolder();
  const children = Array.from({ length: processes }, () => new BrokerProcess());
  try {
    return together(await startInTurn(children, options, folder));
  } catch (error) {
    for (const child of children) child.kill();
    await Promise.all(children.map(({ exited }) => exited));
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each links itself to those before it. */
async function startInTurn(
  children: readonly BrokerProcess[],
  options: BrokerOptions,
  folder: string,
): Promise<BrokerHandle[]> {
  const brokers: BrokerHandle[] = [];
  const { port: first = 0 } = options;
  for (const [index, child] of children.entries()) {
    const member = { index, processes: children.length, folder };
    const listening = await child.start({ ...options, port: first === 0 ? 0 : first + index }, member);
    brokers.push(handleOf(child, listening.url, listening.port));
  }
  return brokers;
}

/** For this user only (mkdtemp(3)). */
function newFolder(): string {
  try {
    return mkdtempSync(path.join(os.tmpdir(), 'stompede-'));
  } catch (error) {
    const message = `the broker's processes have no place to find each other: ${messageOf(error)}`;
    throw new StompedeError('broker-failed', message, { cause: error });
  }
}

function together(brokers: readonly BrokerHandle[]): BrokersHandle {
  return {
    brokers,
    stats: async () => {
      const all = await Promise.all(brokers.map((broker) => broker.stats()));
      return all.reduce(sumOf);
    },
    stop: async () => {
      const ends = await Promise.allSettled(brokers.map((broker) => broker.stop()));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    },
  };
}

function sumOf(a: BrokerStats, b: BrokerStats): BrokerStats {
  return {
    open: a.open + b.open,
    accepted: a.accepted + b.accepted,
    acceptErrors: a.acceptErrors + b.acceptErrors,
    sessions: a.sessions + b.sessions,
    subscriptions: a.subscriptions + b.subscriptions,
    destinations: a.destinations + b.destinations,
    held: a.held + b.held,
    messagesIn: a.messagesIn + b.messagesIn,
    deliveriesOut: a.deliveriesOut + b.deliveriesOut,
    bytesIn: a.bytesIn + b.bytesIn,
    bytesOut: a.bytesOut + b.bytesOut,
    errors: a.errors + b.errors,
    slowConsumers: a.slowConsumers + b.slowConsumers,
    silentClients: a.silentClients + b.silentClients,
    rssBytes: a.rssBytes + b.rssBytes,
    cpuMs: a.cpuMs + b.cpuMs,
  };
}
