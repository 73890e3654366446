import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startBrokers } from '../broker/cluster/host.js';
import { createBrokerServer, type BrokerOptions, type BrokerStats } from '../broker/server.js';
import { nowUs } from '../shared/clock.js';
import type { Env } from '../shared/env.js';
import { StompedeError } from '../shared/errors.js';
import type { FaultsPlan } from '../model/faults.js';
import { loadFaults } from '../scenario/faults-file.js';
import { describeFaults } from './describe-faults.js';

export interface BrokerCommandOptions {
  readonly port: number;
  readonly host: string;
  readonly path: string;
  readonly processes: number;
  /** `login:passcode`, any number of them; without any, everybody may connect. */
  readonly user?: readonly string[];
  /** A file of faults. */
  readonly faults?: string;
  /** Where the broker's own account of what it did goes when it ends. */
  readonly ledger?: string;
}

const STATS_EVERY_MS = 5000;

/** What a broker is from here, whether it is in this process or in several of its own. */
interface RunningBroker {
  readonly urls: readonly string[];
  stats(): Promise<BrokerStats>;
  /** Settles with a sentence when it has ended by itself. */
  readonly failed: Promise<string>;
  close(): Promise<void>;
}

/**
 * Runs the embedded broker until SIGINT or SIGTERM: one in this process, several in processes of their own. Throws
 * `broker-failed` when it ends by itself.
 */
export async function brokerCommand(options: BrokerCommandOptions, env: Env): Promise<void> {
  const users = parseUsers(options.user ?? []);
  const faults = options.faults === undefined ? undefined : readFaults(options.faults, env);
  const broker = await start(
    {
      port: options.port,
      host: options.host,
      path: options.path,
      ...(users === undefined ? {} : { users }),
      ...(faults === undefined ? {} : { faults }),
      ...(options.ledger === undefined ? {} : { ledger: path.resolve(env.cwd, options.ledger) }),
    },
    options.processes,
  );
  const interruption = interrupted(env);
  for (const url of broker.urls) env.stdout.write(`listening on ${url}  (Ctrl-C stops)\n`);
  if (faults !== undefined) env.stdout.write(`${describeFaults(faults).join('\n')}\n`);
  const stopReporting = await reportStats(broker, env);
  const failure = await Promise.race([interruption, broker.failed]);
  stopReporting();
  await broker.close();
  if (failure !== null) throw new StompedeError('broker-failed', failure);
}

async function start(options: BrokerOptions, processes: number): Promise<RunningBroker> {
  if (processes === 1) {
    const broker = await createBrokerServer(options);
    return {
      urls: [broker.url],
      stats: () => Promise.resolve(broker.stats()),
      failed: new Promise(() => undefined),
      close: () => broker.close(),
    };
  }
  if (options.faults !== undefined || options.ledger !== undefined) {
    const message = 'a broker of several processes has neither --faults nor --ledger';
    throw new StompedeError('usage', message, { hint: 'Leave out --processes.' });
  }
  const { brokers, stats, stop } = await startBrokers(options, processes);
  return {
    urls: brokers.map(({ url }) => url),
    stats,
    failed: Promise.race(
      brokers.map(async ({ url, exited }) => {
        const { code, signal } = await exited;
        return `the broker's process at ${url} has ended (${signal ?? `exit ${code ?? 0}`})`;
      }),
    ),
    close: stop,
  };
}

function readFaults(file: string, env: Env): FaultsPlan {
  const readFile = (absolute: string): string => readFileSync(absolute, 'utf8');
  return loadFaults(file, { cwd: env.cwd, variables: env.variables, readFile });
}

/** Throws `usage`; never with a passcode in it. */
export function parseUsers(users: readonly string[]): Record<string, string> | undefined {
  if (users.length === 0) return undefined;
  const pairs = users.map((user, index) => {
    const colonAt = user.indexOf(':');
    if (colonAt > 0) return [user.slice(0, colonAt), user.slice(colonAt + 1)] as const;
    const message = `--user number ${index + 1} is not a login and a passcode with a colon in between`;
    throw new StompedeError('usage', message, { hint: 'Write it as --user guest:secret.' });
  });
  return Object.fromEntries(pairs);
}

/** One line for a person: what is there now, and what went through since the stats before. */
export function statsLine(before: BrokerStats, now: BrokerStats, seconds: number): string {
  const perSec = (count: number): string => `${(count / seconds).toFixed(0)}/s`;
  return (
    `open ${now.open}  subscriptions ${now.subscriptions}  ` +
    `in ${perSec(now.messagesIn - before.messagesIn)}  out ${perSec(now.deliveriesOut - before.deliveriesOut)}`
  );
}

/** One that ends meanwhile tells nothing any more, and `failed` says so. */
async function reportStats(broker: RunningBroker, env: Env): Promise<() => void> {
  let before = await broker.stats();
  let beforeUs = nowUs();
  let lineBefore = statsLine(before, before, 1);
  const report = (now: BrokerStats): void => {
    const us = nowUs();
    const line = statsLine(before, now, (us - beforeUs) / 1e6);
    if (line !== lineBefore) env.stdout.write(`${line}\n`);
    [before, beforeUs, lineBefore] = [now, us, line];
  };
  const timer = setInterval(() => {
    broker.stats().then(report, () => undefined);
  }, STATS_EVERY_MS);
  return () => clearInterval(timer);
}

/** The listeners stay until the end: npx delivers one Ctrl-C twice, and the second must not cut the closing short. */
function interrupted(env: Env): Promise<null> {
  return new Promise((resolve) => {
    env.onSignal('SIGINT', () => resolve(null));
    env.onSignal('SIGTERM', () => resolve(null));
  });
}
