import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './packages.js';
import { ON_ONE_CORE } from './processes.js';
import { undoLater } from './undo.js';
import { until } from './until.js';

const PROJECT = fileURLToPath(new URL('../targets/spring/', import.meta.url));
/** As in its pom.xml. */
const CURRENT = '3.5.16';
/**
 * With Spring Framework 6.1.1. From 6.1.6 at the latest a frame that the inbound executor rejects is worked off by the
 * thread that has read it (ExecutorSubscribableChannel.sendInternal): what was an ERROR is silent back-pressure now.
 */
export const SPRING_BOOT_BEFORE_BACK_PRESSURE = '3.2.0';
const START_TIMEOUT_MS = 90_000;
/** Of what it prints, the end is kept. */
const MAX_LOG_LENGTH = 20_000;

/** A Spring Boot application of our own: test/targets/spring. */
export interface Spring {
  readonly host: string;
  /** The raw endpoint. */
  readonly url: string;
  /** The raw WebSocket of the SockJS endpoint. */
  readonly sockJsUrl: string;
  readonly pid: number;
  /** The end of what it has printed. */
  log(): string;
  /** In order, and at once if it takes too long. */
  stop(): Promise<void>;
}

/** Its application.properties, as on its command line; TargetProperties.java has the ones of its own. */
export type SpringProperties = Readonly<Record<string, string | number | boolean>>;

/** Builds it where its source is newer, starts it, and stops it at the end of the test file. */
export async function startSpring(properties: SpringProperties = {}, version = CURRENT): Promise<Spring> {
  const jar = build(version);
  const args = Object.entries(properties).map(([name, value]) => `--${name}=${value}`);
  const [file, ...command] = [...ON_ONE_CORE, 'java', '-Xmx1g', '-jar', jar, ...args];
  const child = spawn(file, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  let ended = false;
  const keep = (text: string): void => {
    log = (log + text).slice(-MAX_LOG_LENGTH);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  child.on('error', (error) => keep(String(error)));
  child.once('close', () => (ended = true));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await until(() => ended, 'the end of Spring', 5000).catch(async () => {
      child.kill('SIGKILL');
      await until(() => ended, 'the end of Spring');
    });
  };
  undoLater(stop);

  // Its context is complete before it says so: whoever connects now is served.
  let port: string | undefined;
  await until(
    () => {
      port ??= /Tomcat started on port (\d+)/.exec(log)?.[1];
      return port !== undefined || ended;
    },
    () => `Spring's port\n${log}`,
    START_TIMEOUT_MS,
  );
  if (port === undefined || child.pid === undefined) throw new Error(`Spring did not start:\n${log}`);
  const host = `127.0.0.1:${port}`;
  return {
    host,
    url: `ws://${host}/ws`,
    sockJsUrl: `ws://${host}/sockjs/websocket`,
    pid: child.pid,
    log: () => log,
    stop,
  };
}

/** The jar of that version of Spring Boot. */
function build(version: string): string {
  const jar = path.join(PROJECT, 'target', version, 'spring-target.jar');
  const sources = [path.join(PROJECT, 'pom.xml'), ...filesIn(path.join(PROJECT, 'src'))];
  if (changedAt(jar) > Math.max(...sources.map(changedAt))) return jar;
  ensureInstalled('/usr/bin/javac', 'openjdk-17-jdk-headless');
  ensureInstalled('/usr/bin/mvn', 'maven');
  const project = ['-f', path.join(PROJECT, 'pom.xml'), `-Dspring-boot.version=${version}`];
  execFileSync('mvn', ['-q', '-B', '-ntp', ...project, 'package'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return jar;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name));
}

/** 0 for what isn't there. */
function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
