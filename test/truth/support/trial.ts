import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Finding } from '../../../src/model/findings.js';
import type { RunResult } from '../../../src/model/result.js';
import { Cli, type CliOptions, type Run, type Scenario } from '../../support/cli.js';
import { commandLineOf, descendantsOf } from '../../support/processes.js';
import { undoLater } from '../../support/undo.js';
import { until } from '../../support/until.js';

/** Small enough for one worker on a busy machine, long enough for every trouble to show: some ten seconds. */
export function trialScenario(target: string, changes: Scenario = {}): Scenario {
  return {
    name: 'trial',
    target,
    connect: { connections: 300, rate: '200/s' },
    subscribe: [{ destination: '/topic/trial' }],
    publish: [{ destination: '/topic/trial', rate: '20/s', size: '200B' }],
    hold: '6s',
    timeouts: { tcp: '2s', upgrade: '2s', connect: '2s', close: '2s', drain: '2s' },
    workers: 1,
    ...changes,
  };
}

/** What a module of test/support/trials does to the processes that are started with this. */
export function preloading(module: string): Readonly<Record<string, string>> {
  const url = new URL(`../../support/trials/${module}.mjs`, import.meta.url);
  return { NODE_OPTIONS: `--import=${url.href}` };
}

/** `stompede broker` as a process of its own, listening. */
export async function brokerProcess(
  options: CliOptions = {},
): Promise<{ readonly url: string; readonly pid: number }> {
  const broker = new Cli(['broker', '--port', '0'], options);
  const said = (): RegExpExecArray | null => /ws:\/\/\S+/.exec(broker.stdout);
  await until(
    () => said() !== null,
    () => `the broker's address\n${broker.stdout}\n${broker.stderr}`,
  );
  return { url: said()?.[0] ?? '', pid: broker.pid };
}

/** The ws: URL of test/support/trials/flooding-broker.mjs, in a process of its own until the end of the test file. */
export async function floodingBroker(): Promise<string> {
  const file = fileURLToPath(new URL('../../support/trials/flooding-broker.mjs', import.meta.url));
  const broker = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  undoLater(() => {
    endAll([broker]);
  });
  let said = '';
  broker.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const url = (): RegExpExecArray | null => /ws:\/\/\S+/.exec(said);
  await until(
    () => url() !== null,
    () => "the flooding broker's address",
  );
  return url()?.[0] ?? '';
}

/** Two processes for each core that do nothing but use it. They end with the test file, or by themselves. */
export function hogCpus(): readonly ChildProcess[] {
  const hogs = Array.from({ length: os.availableParallelism() * 2 }, () =>
    spawn(
      process.execPath,
      [
        '-e',
        'setTimeout(process.exit, 60_000); const spin = () => { for (let i = 0; i < 1e8; i++); setImmediate(spin); }; spin();',
      ],
      {
        stdio: 'ignore',
      },
    ),
  );
  undoLater(() => {
    endAll(hogs);
  });
  return hogs;
}

export function endAll(processes: readonly ChildProcess[]): void {
  for (const each of processes) each.kill('SIGKILL');
}

/** Lowers what a running process may have open. */
export function limitOpenFiles(pid: number, files: number): void {
  execFileSync('prlimit', ['--pid', String(pid), `--nofile=${files}:${files}`]);
}

/** Stops a process for a while, as Ctrl-Z and fg do. */
export async function pause(pid: number, forMs: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  undoLater(() => {
    resume(pid);
  });
  await sleep(forMs);
  resume(pid);
}

function resume(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // It has ended by itself.
  }
}

/** The processes of a run that hold its workers. */
export async function workerProcesses(run: Run, count: number): Promise<readonly number[]> {
  const found = (): number[] =>
    descendantsOf(run.pid).filter((pid) => commandLineOf(pid).includes('process-entry'));
  await until(() => found().length === count, `${count} worker processes`);
  return found();
}

/** Shell text for Cli: the command in a network namespace of its own, where something is done first. */
export function inNamespace(first: string): string {
  const inner = `ip link set lo up; ${first} exec "$@"`;
  return `exec unshare --user --map-root-user --net sh -c '${inner}' sh "$@"`;
}

/**
 * Where other programs keep the CPUs busy before a trial has even begun, that the generator waits for one is true, and
 * no fault of the trial.
 */
export const OTHERS_BUSY = 0.3;

/** How busy the CPUs of this machine are with whatever else runs on it, from 0 to 1; looked at for a moment. */
export async function busyWithOthers(): Promise<number> {
  const from = cpuTicks();
  await sleep(500);
  const to = cpuTicks();
  return to.all === from.all ? 0 : (to.busy - from.busy) / (to.all - from.all);
}

function cpuTicks(): { readonly all: number; readonly busy: number } {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  const all = ticks.reduce((sum, value) => sum + value, 0);
  return { all, busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0) };
}

/** Whether this system lets anybody have a network namespace: some containers don't. */
export function namespacesPermitted(): boolean {
  try {
    execFileSync('unshare', ['--user', '--map-root-user', '--net', 'ip', 'link', 'set', 'lo', 'up'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

/** A finding's kind, and its side where it is not the generator's. */
export function kindsOf(findings: readonly Finding[], about: Finding['about']): string[] {
  return findings.filter((finding) => finding.about === about).map(({ kind }) => kind);
}

/** How a row of the table says what was found. */
export function found({ findings }: RunResult): string {
  const all = findings.map(({ about, kind, severity }) => `${about}: ${kind} (${severity})`);
  return all.length === 0 ? 'none' : all.join(', ');
}
