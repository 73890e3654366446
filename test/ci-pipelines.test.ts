import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { starterFiles } from '../src/init/starter.js';
import { newFolder } from './support/folders.js';

/** In place of npx: says what it was called with, leaves what a run leaves, and ends as it is told. */
const NPX = `#!/bin/sh
echo "$*" >>npx.log
mkdir -p stompede-runs/chat-1
echo '<testsuites/>' >stompede-runs/chat-1/junit.xml
ln -sfn chat-1 stompede-runs/latest
exit "\${NPX_EXIT:-0}"
`;

const RUN =
  '--yes stompede@1.2.3 run perf/stompede.yaml --report html,json,junit,markdown --out stompede-runs --repeat 5';

interface Pipeline {
  /** What makes the job green or red. */
  readonly script: string;
  /** What is run after it, whatever came of it. */
  readonly after: string;
  /** The options of the system's own shell. */
  readonly shell: readonly string[];
}

function fileOf(ci: 'gitlab' | 'jenkins'): string {
  const answers = { url: null, destination: null, login: null, version: '1.2.3', ci };
  return starterFiles(answers, () => false).at(-1)?.text ?? '';
}

function gitlab(): Pipeline {
  const { stompede } = parse(fileOf('gitlab')) as { stompede: { script: string[]; after_script: string[] } };
  return {
    script: stompede.script.join('\n'),
    after: stompede.after_script.join('\n'),
    shell: ['-eo', 'pipefail'],
  };
}

function jenkins(): Pipeline {
  const text = fileOf('jenkins');
  const [, script = ''] = /sh '''([\s\S]*?)'''/.exec(text) ?? [];
  const [, after = ''] = /always \{\s*sh '([^']*)'/.exec(text) ?? [];
  return { script, after, shell: ['-xe'] };
}

class Checkout {
  readonly folder = newFolder();

  constructor() {
    this.write('bin/npx', NPX);
    chmodSync(path.join(this.folder, 'bin/npx'), 0o755);
  }

  write(file: string, text: string): void {
    const absolute = path.join(this.folder, file);
    mkdirSync(path.dirname(absolute), { recursive: true });
    writeFileSync(absolute, text);
  }

  has(file: string): boolean {
    return existsSync(path.join(this.folder, file));
  }

  run(
    { script, after, shell }: Pipeline,
    npxExit = 0,
  ): { readonly exitCode: number | null; readonly calls: string } {
    const env = {
      PATH: `${this.folder}/bin:${process.env['PATH'] ?? ''}`,
      NPX_EXIT: String(npxExit),
    };
    const command = (text: string): number | null =>
      spawnSync('bash', [...shell, '-c', text], { cwd: this.folder, env }).status;
    const exitCode = command(script);
    command(after);
    const log = path.join(this.folder, 'npx.log');
    return { exitCode, calls: existsSync(log) ? readFileSync(log, 'utf8') : '' };
  }
}

describe.for([
  ['GitLab', gitlab],
  ['Jenkins', jenkins],
] as const)('the pipeline of %s', ([, pipeline]) => {
  test('runs the scenario, and has the report where the system looks for it', () => {
    const checkout = new Checkout();
    expect(checkout.run(pipeline())).toEqual({ exitCode: 0, calls: `${RUN}\n` });
    expect(checkout.has('stompede-report/junit.xml')).toBe(true);
  });

  test('compares with the baseline as soon as there is one', () => {
    const checkout = new Checkout();
    checkout.write('perf/baseline.json', '{}');
    expect(checkout.run(pipeline()).calls).toBe(`${RUN} --baseline perf/baseline.json\n`);
  });

  test('is as red as the run was, and has its report all the same', () => {
    const checkout = new Checkout();
    expect(checkout.run(pipeline(), 5).exitCode).toBe(5);
    expect(checkout.has('stompede-report/junit.xml')).toBe(true);
  });
});

test('the pipeline of Jenkins shows no report of the build before', () => {
  const checkout = new Checkout();
  checkout.run(jenkins());
  checkout.write('bin/npx', '#!/bin/sh\nexit 2\n');
  expect(checkout.run(jenkins()).exitCode).toBe(2);
  expect(checkout.has('stompede-report')).toBe(false);
});
