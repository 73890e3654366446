import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { newFolder } from './folders.js';

export const ACTION_FILE = fileURLToPath(new URL('../../action.yml', import.meta.url));

export interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly ActionStep[] };
}

export interface ActionStep {
  readonly id?: string;
  readonly name: string;
  readonly if?: string;
  readonly shell: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
  readonly run: string;
}

export function readAction(): Action {
  return parse(readFileSync(ACTION_FILE, 'utf8')) as Action;
}

export interface UseOptions {
  /** What `uses:` gives it. */
  readonly with?: Readonly<Record<string, string>>;
  /** Of the job. */
  readonly env?: Readonly<Record<string, string>>;
  readonly pullRequest?: number;
}

export interface Used {
  /** Of the step that ended it. */
  readonly exitCode: number;
  /** Both streams of all steps, as the runner reads commands from them. */
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * A workspace in which a composite action is used as a runner of GitHub Actions does it: inputs with their defaults, the
 * expressions that action.yml has, `bash --noprofile --norc -eo pipefail` for each step, and the runner's variables and
 * files. A step that fails ends it.
 */
export class Workspace {
  readonly folder = newFolder();
  readonly #temp = newFolder();

  write(file: string, text: string): void {
    const absolute = path.join(this.folder, file);
    mkdirSync(path.dirname(absolute), { recursive: true });
    writeFileSync(absolute, text);
  }

  has(file: string): boolean {
    return existsSync(path.join(this.folder, file));
  }

  async use({ with: given = {}, env = {}, pullRequest }: UseOptions): Promise<Used> {
    const action = readAction();
    const values: Record<string, string> = {
      'github.token': 'token-of-the-job',
      'github.event.pull_request.number': pullRequest === undefined ? '' : String(pullRequest),
    };
    for (const [name, input] of Object.entries(action.inputs)) {
      values[`inputs.${name}`] = given[name] ?? evaluate(input.default ?? '', values);
    }
    const used = { exitCode: 0, log: '', summary: '' };
    for (const [index, step] of action.runs.steps.entries()) {
      if (step.if !== undefined && evaluate(step.if, values) !== 'true') continue;
      const ended = await this.#run(step, index, values, env);
      used.log += ended.log;
      used.summary += ended.summary;
      used.exitCode = ended.exitCode;
      for (const [name, value] of Object.entries(ended.outputs)) {
        values[`steps.${step.id ?? ''}.outputs.${name}`] = value;
      }
      if (ended.exitCode !== 0) break;
    }
    const outputs = Object.entries(action.outputs).map(([name, { value }]) => [
      name,
      evaluate(value, values),
    ]);
    return { ...used, outputs: Object.fromEntries(outputs) as Record<string, string> };
  }

  async #run(
    step: ActionStep,
    index: number,
    values: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>>,
  ): Promise<Used> {
    const script = path.join(this.#temp, `${index}.sh`);
    const output = path.join(this.#temp, `output-${index}`);
    const summary = path.join(this.#temp, `summary-${index}`);
    writeFileSync(script, step.run);
    // The runner makes both, empty, before the step begins.
    for (const file of [output, summary]) writeFileSync(file, '');
    const own = Object.entries(step.env ?? {}).map(([name, value]) => [name, evaluate(value, values)]);
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      cwd: path.resolve(this.folder, evaluate(step['working-directory'] ?? '.', values)),
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: this.folder,
        GITHUB_REPOSITORY: 'shop/chat',
        GITHUB_ACTION_PATH: path.dirname(ACTION_FILE),
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        RUNNER_TEMP: this.#temp,
        ...env,
        ...(Object.fromEntries(own) as Record<string, string>),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (log += text));
    }
    const exitCode = await new Promise<number>((resolve) => {
      child.once('close', (code) => {
        resolve(code ?? 255);
      });
    });
    return {
      exitCode,
      log,
      summary: readFileSync(summary, 'utf8'),
      outputs: readOutputs(readFileSync(output, 'utf8')),
    };
  }
}

/** `${{ inputs.x }}`, and `${{ inputs.x == 'text' }}`; whatever else an action may have is an error here. */
function evaluate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    const found = /^([\w.-]+)(?: == '([^']*)')?$/.exec(expression);
    if (found === null) throw new Error(`the imitated runner does not know ${expression}`);
    const [, name = '', compared] = found;
    const value = values[name] ?? '';
    return compared === undefined ? value : String(value === compared);
  });
}

/** The file of a step's outputs: `name=value`, or `name<<END` with all up to that line. */
function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const begun = /^([^=]+?)<<(.+)$/.exec(line);
    if (begun !== null) {
      const [, name = '', end = ''] = begun;
      const last = lines.indexOf(end, at + 1);
      if (last === -1) throw new Error(`the output ${name} has no end`);
      outputs[name] = lines.slice(at + 1, last).join('\n');
      at = last;
    } else if (line.includes('=')) {
      outputs[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1);
    }
  }
  return outputs;
}
