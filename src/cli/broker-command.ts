import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createBrokerServer, type BrokerServer, type BrokerStats } from '../broker/server.js';
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
  /** `login:passcode`, any number of them; without any, everybody may connect. */
  readonly user?: readonly string[];
  /** A file of faults. */
  readonly faults?: string;
  /** Where the broker's own account of what it did goes when it ends. */
  readonly ledger?: string;
}

const STATS_EVERY_MS = 5000;

/** Runs the embedded broker until SIGINT or SIGTERM, in this process. */
export async function brokerCommand(options: BrokerCommandOptions, env: Env): Promise<void> {
  const users = parseUsers(options.user ?? []);
  const { port, host } = options;
  const faults = options.faults === undefined ? undefined : readFaults(options.faults, env);
  const broker = await createBrokerServer({
    port,
    host,
    path: options.path,
    ...(users === undefined ? {} : { users }),
    ...(faults === undefined ? {} : { faults }),
    ...(options.ledger === undefined ? {} : { ledger: path.resolve(env.cwd, options.ledger) }),
  });
  env.stdout.write(`listening on ${broker.url}  (Ctrl-C stops)\n`);
  if (faults !== undefined) env.stdout.write(`${describeFaults(faults).join('\n')}\n`);
  const stopReporting = reportStats(broker, env);
  await interrupted(env);
  stopReporting();
  await broker.close();
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

function reportStats(broker: BrokerServer, env: Env): () => void {
  let before = broker.stats();
  let beforeUs = nowUs();
  let lineBefore = statsLine(before, before, 1);
  const timer = setInterval(() => {
    const now = broker.stats();
    const us = nowUs();
    const line = statsLine(before, now, (us - beforeUs) / 1e6);
    if (line !== lineBefore) env.stdout.write(`${line}\n`);
    [before, beforeUs, lineBefore] = [now, us, line];
  }, STATS_EVERY_MS);
  return () => clearInterval(timer);
}

/** The listeners stay until the end: npx delivers one Ctrl-C twice, and the second must not cut the closing short. */
function interrupted(env: Env): Promise<void> {
  return new Promise((resolve) => {
    env.onSignal('SIGINT', resolve);
    env.onSignal('SIGTERM', resolve);
  });
}
