import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureInstalled } from './packages.js';
import { freePorts, listening } from './ports.js';
import { isAlive, ON_ONE_CORE } from './processes.js';
import { undoLater } from './undo.js';
import { until } from './until.js';

// Not the ones in /usr/sbin: those change to a user of the distribution's and to its folders.
const BIN = '/usr/lib/rabbitmq/bin';
const PLUGINS = ['rabbitmq_management', 'rabbitmq_prometheus', 'rabbitmq_stomp', 'rabbitmq_web_stomp'];

/** Each of its 2,000 connections is a file; by default a shell has 1,024. */
const OPEN_FILES = 20_000;
const START_TIMEOUT_MS = 90_000;

/** A RabbitMQ of our own: its ports, folder, name and port mapper are nobody else's. */
export interface RabbitMq {
  /** guest and guest may come in. */
  readonly url: string;
  /** Of the Erlang machine itself. */
  readonly pid: number;
  /** The end of its log. */
  log(): string;
  /** As a crash: no socket is closed in order. */
  kill(): Promise<void>;
}

export interface RabbitMqOptions {
  /** Further keys of its rabbitmq.conf. */
  readonly config?: Readonly<Record<string, string | number>>;
  readonly openFiles?: number;
}

/** Starts one, and ends it at the end of the test file. Installs the distribution's package where there is none. */
export async function startRabbitMq({
  config = {},
  openFiles = OPEN_FILES,
}: RabbitMqOptions = {}): Promise<RabbitMq> {
  ensureInstalled(`${BIN}/rabbitmq-server`, 'rabbitmq-server');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'stompede-rabbitmq-'));
  undoLater(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const [webStomp = 0, ...ports] = await freePorts(7);
  const [stomp, amqp, management, prometheus, distribution, epmdPort] = ports.map(String);
  writeFileSync(path.join(folder, 'enabled_plugins'), `[${PLUGINS.join(',')}].\n`);
  // The node dies without a word of a key that it doesn't know.
  const lines = [
    `listeners.tcp.1 = 127.0.0.1:${amqp}`,
    `stomp.listeners.tcp.1 = 127.0.0.1:${stomp}`,
    `web_stomp.tcp.ip = 127.0.0.1`,
    `web_stomp.tcp.port = ${webStomp}`,
    `web_stomp.tcp.backlog = 1024`,
    `management.tcp.ip = 127.0.0.1`,
    `management.tcp.port = ${management}`,
    `prometheus.tcp.ip = 127.0.0.1`,
    `prometheus.tcp.port = ${prometheus}`,
    `log.file.level = info`,
    ...Object.entries(config).map(([key, value]) => `${key} = ${value}`),
  ];
  writeFileSync(path.join(folder, 'rabbitmq.conf'), `${lines.join('\n')}\n`);

  const env = {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: folder,
    ERL_EPMD_PORT: epmdPort,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `stompede-${webStomp}@localhost`,
    RABBITMQ_DIST_PORT: distribution,
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
      '-start_epmd false -kernel inet_dist_use_interface {127,0,0,1} -kernel prevent_overlapping_partitions false',
    RABBITMQ_CONF_ENV_FILE: path.join(folder, 'rabbitmq-env.conf'),
    RABBITMQ_CONFIG_FILE: path.join(folder, 'rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: path.join(folder, 'advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: path.join(folder, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: path.join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: path.join(folder, 'log'),
    RABBITMQ_PID_FILE: path.join(folder, 'pid'),
  };
  startGroup('epmd', ['-port', epmdPort ?? '', '-address', '127.0.0.1'], env);
  const server = startGroup(
    'sh',
    ['-c', `ulimit -n ${openFiles} || true; exec ${ON_ONE_CORE.join(' ')} ${BIN}/rabbitmq-server`],
    env,
  );
  await listening(webStomp, START_TIMEOUT_MS).catch((error: unknown) => {
    throw new Error(`RabbitMQ did not start: ${String(error)}\n${logOf(folder)}`);
  });
  const pid = Number(readFileSync(env.RABBITMQ_PID_FILE, 'utf8'));
  // Its script waits for it and ends with it, so that nothing is left, not even an entry in the process table.
  const kill = async (): Promise<void> => {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    await until(() => server.exitCode !== null || server.signalCode !== null, 'the end of RabbitMQ');
  };
  undoLater(kill);
  return { url: `ws://127.0.0.1:${webStomp}/ws`, pid, log: () => logOf(folder), kill };
}

/** A process with a group of its own, so that its end is the end of its children. */
function startGroup(file: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(file, args, { env, stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  undoLater(() => {
    endGroup(child);
  });
  return child;
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

function logOf(folder: string): string {
  const logs = path.join(folder, 'log');
  if (!existsSync(logs)) return 'It wrote no log.';
  const text = readdirSync(logs).map((file) => readFileSync(path.join(logs, file), 'utf8'));
  return text.join('\n').slice(-4000);
}
