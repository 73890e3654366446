import { BrokerProcess, type ProcessEnd } from './broker-process.js';
import type { BrokerStats } from './counters.js';
import type { BrokerOptions } from './options.js';

export type { ProcessEnd } from './broker-process.js';
export type { BrokerStats } from './counters.js';
export type { BrokerLimits, BrokerOptions } from './options.js';

/** A broker in a process of its own. */
export interface BrokerHandle {
  /** Such as ws://127.0.0.1:15674/ws. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Never rejects. */
  readonly exited: Promise<ProcessEnd>;
  /** Rejects with `broker-failed` when the process is gone, or does not answer. */
  stats(): Promise<BrokerStats>;
  /**
   * Closes its connections and ends it, by force after a few seconds. May be called more than once. Rejects with
   * `output-unwritable` when it has ended without its ledger.
   */
  stop(): Promise<void>;
}

/** Resolves when it listens. Rejects with `broker-failed`, and then nothing is left running. */
export async function startBroker(options: BrokerOptions = {}): Promise<BrokerHandle> {
  const child = new BrokerProcess();
  try {
    const { url, port } = await child.start(options);
    return handleOf(child, url, port);
  } catch (error) {
    child.kill();
    await child.exited;
    throw error;
  }
}

/** `child` listens there. */
export function handleOf(child: BrokerProcess, url: string, port: number): BrokerHandle {
  const { pid, exited } = child;
  return { url, port, pid, exited, stats: () => child.stats(), stop: () => child.stop() };
}
