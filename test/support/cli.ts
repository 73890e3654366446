import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunResult } from '../../src/model/result.js';
import { newFolder } from './folders.js';
import { undoLater } from './undo.js';
import { until } from './until.js';

/** The compiled command line: `npm test` builds first. */
export const BIN = fileURLToPath(new URL('../../dist/bin/stompede.js', import.meta.url));

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Runs `node …` within this shell text, which has to end with `exec "$@"`. */
  readonly shell?: string;
  /** In a process group of its own, as a terminal starts it. */
  readonly ownGroup?: boolean;
}

/** One `stompede …` as a process of its own. */
export class Cli {
  readonly exited: Promise<number | null>;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;

  constructor(args: readonly string[], { env = {}, cwd, shell, ownGroup = false }: CliOptions = {}) {
    const command = [process.execPath, BIN, ...args];
    const [file = '', ...rest] = shell === undefined ? command : ['sh', '-c', shell, 'sh', ...command];
    this.#child = spawn(file, rest, {
      // Where these tests are themselves run by GitHub Actions, the summary of that job is not for them.
      env: { ...process.env, GITHUB_ACTIONS: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: ownGroup,
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.exited = new Promise((resolve) => {
      this.#child.once('close', resolve);
    });
    undoLater(() => {
      this.kill('SIGKILL');
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the command line did not start');
    return this.#child.pid;
  }

  /** To this one process; does nothing once it has ended. */
  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** A Ctrl-C: to every process of its group. */
  interruptGroup(): void {
    process.kill(-this.pid, 'SIGINT');
  }

  /** Its exit code. One that does not end by itself is killed, and rejects. */
  async end(timeoutMs: number): Promise<number | null> {
    let ended = false;
    void this.exited.then(() => (ended = true));
    await until(
      () => ended,
      () => `the end of the command line\n${this.stdout}\n${this.stderr}`,
      timeoutMs,
    ).catch((error: unknown) => {
      this.kill('SIGKILL');
      throw error;
    });
    return this.exited;
  }

  /** Waits until it has entered a stage, as its progress lines tell. */
  async reaches(stage: 'opening' | 'holding' | 'leaving' | 'stopping', timeoutMs = 30_000): Promise<void> {
    await until(
      () => this.stderr.includes(stage),
      () => `${stage}\n${this.stderr}`,
      timeoutMs,
    );
  }
}

/** A scenario as its file would have it. */
export type Scenario = Readonly<Record<string, unknown>>;

/** One `stompede run` of a scenario, and where its reports are. */
export class Run extends Cli {
  readonly #out: string;

  constructor(scenario: Scenario | string, args: readonly string[] = [], options: CliOptions = {}) {
    const out = newFolder();
    super(['run', fileOf(scenario), '--out', out, ...args], options);
    this.#out = out;
  }

  get folder(): string {
    return path.join(this.#out, 'latest');
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  result(): RunResult {
    return JSON.parse(readFileSync(this.file('result.json'), 'utf8')) as RunResult;
  }

  /** Everything that this run has shown or written. */
  everythingSaid(): string {
    const files = ['result.json', 'report.html', 'intervals.ndjson'].map((name) => this.file(name));
    return [this.stdout, this.stderr, ...files.filter((file) => existsSync(file)).map(text)].join('\n');
  }
}

export interface Ended {
  readonly exitCode: number | null;
  readonly result: RunResult;
  readonly run: Run;
}

/** Runs a scenario (a file's name, or what would be in it) to its end. */
export async function runToEnd(
  scenario: Scenario | string,
  args: readonly string[] = [],
  { timeoutMs = 25_000, ...options }: CliOptions & { readonly timeoutMs?: number } = {},
): Promise<Ended> {
  const run = new Run(scenario, args, options);
  const exitCode = await run.end(timeoutMs);
  if (!existsSync(run.file('result.json'))) throw new Error(`no result:\n${run.stdout}\n${run.stderr}`);
  return { exitCode, result: run.result(), run };
}

// JSON is YAML too.
function fileOf(scenario: Scenario | string): string {
  if (typeof scenario === 'string') return scenario;
  const file = path.join(newFolder(), 'scenario.yaml');
  writeFileSync(file, JSON.stringify(scenario));
  return file;
}

function text(file: string): string {
  return readFileSync(file, 'utf8');
}
