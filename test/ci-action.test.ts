import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandsIn } from '../src/ci/testing/runner.js';
import type { RunResult } from '../src/model/result.js';
import { EXIT } from '../src/shared/exit-codes.js';
import { ownVersion } from '../src/shared/version.js';
import { BIN } from './support/cli.js';
import { readAction, type Used, Workspace } from './support/composite-action.js';
import { soundly } from './support/sound-runs.js';

const SMALL = {
  name: 'chat',
  target: '${TARGET:-embedded}',
  connect: { connections: 20, rate: '200/s' },
  subscribe: [{ destination: '/topic/chat' }],
  publish: [{ destination: '/topic/chat', rate: '20/s' }],
  hold: '500ms',
};

/** A repository that has stompede among its packages. */
function workspace(thresholds: readonly string[] = ['connections.complete == 100%']): Workspace {
  const made = new Workspace();
  const bin = path.join(made.folder, 'node_modules/.bin');
  mkdirSync(bin, { recursive: true });
  chmodSync(BIN, 0o755);
  symlinkSync(BIN, path.join(bin, 'stompede'));
  made.write('package.json', '{ "private": true }\n');
  const scenario = Object.entries(SMALL).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
  const asked = thresholds.map((threshold) => `  - ${threshold}\n`);
  made.write('perf/chat.yaml', `${scenario.join('')}thresholds:\n${asked.join('')}`);
  return made;
}

/** A repository that has something else under that name. */
function workspaceWith(script: string): Workspace {
  const made = new Workspace();
  made.write('package.json', '{ "private": true }\n');
  made.write('node_modules/.bin/stompede', script);
  chmodSync(path.join(made.folder, 'node_modules/.bin/stompede'), 0o755);
  return made;
}

const INSTALLED = { scenario: 'perf/chat.yaml', version: 'installed' };

type UsedOfRun = Used & { readonly result: RunResult | null };

/** The action in a new workspace; where its run was not sound, again in another one. */
function useSoundly(
  given: Readonly<Record<string, string>> = {},
  thresholds?: readonly string[],
): Promise<UsedOfRun> {
  return soundly(async () => {
    const used = await workspace(thresholds).use({ with: { ...INSTALLED, ...given } });
    return { ...used, result: resultOf(used) };
  });
}

function resultOf({ outputs }: Used): RunResult | null {
  const { 'report-folder': folder = '' } = outputs;
  if (folder === '') return null;
  return JSON.parse(readFileSync(path.join(folder, 'result.json'), 'utf8')) as RunResult;
}

function errorsIn({ log }: Used): ReturnType<typeof commandsIn> {
  return commandsIn(log).filter(({ name }) => name === 'error');
}

describe('action.yml', () => {
  const { inputs, outputs, runs } = readAction();

  test('runs by default the version that it comes with', () => {
    expect(inputs['version']?.default).toBe(ownVersion());
  });

  test('is told in docs/ci.md, input by input and output by output', () => {
    const text = readFileSync(new URL('../docs/ci.md', import.meta.url), 'utf8');
    const namesIn = (head: string): string[] => {
      const [, rows = ''] = new RegExp(`^\\| ${head} .*\\n\\| -.*\\n((?:\\|.*\\n)+)`, 'm').exec(text) ?? [];
      return [...rows.matchAll(/^\| `([\w-]+)`/gm)].map(([, name = '']) => name);
    };
    expect(namesIn('input')).toEqual(Object.keys(inputs));
    expect(namesIn('output')).toEqual(Object.keys(outputs));
  });

  test('has bash for every step, and puts nothing that it is given into a script', () => {
    expect(runs.using).toBe('composite');
    for (const step of runs.steps) {
      expect(step.shell, step.name).toBe('bash');
      expect(step.run, step.name).not.toContain('${{');
    }
  });

  test('has a word for every exit code that is not a failure of stompede or of its use', () => {
    const script = runs.steps.map(({ run }) => run).join('\n');
    const { ownFault, usage, machine, ...told } = EXIT;
    for (const code of Object.values(told))
      expect(script).toMatch(new RegExp(`^ *${code}\\) verdict=\\w+`, 'm'));
    for (const code of [ownFault, usage, machine]) {
      expect(script).not.toMatch(new RegExp(`^ *${code}\\) verdict=`, 'm'));
    }
  });
});

describe.concurrent('the steps of the action', { timeout: 90_000 }, () => {
  test('of a run that holds: a good end, the summary, and where the report is', async ({ expect }) => {
    const used = await useSoundly();
    expect(used.exitCode, used.log).toBe(EXIT.good);
    expect(errorsIn(used)).toEqual([]);
    expect(used.outputs).toMatchObject({ 'exit-code': '0', verdict: 'pass' });
    const { 'report-folder': folder = '', report = '' } = used.outputs;
    expect(path.dirname(report)).toBe(folder);
    for (const file of ['report.html', 'result.json', 'junit.xml', 'summary.md']) {
      expect(existsSync(path.join(folder, file)), file).toBe(true);
    }
    expect(used.summary).toBe(readFileSync(path.join(folder, 'summary.md'), 'utf8'));
  });

  test('of a miss: the exit code, an error at the line of the scenario, and the summary', async ({
    expect,
  }) => {
    const used = await useSoundly({}, ['connections.complete == 100%', 'deliveries.received < 3']);
    expect(used.exitCode, used.log).toBe(EXIT.missed);
    expect(used.outputs).toMatchObject({ 'exit-code': '5', verdict: 'missed' });
    expect(existsSync(used.outputs['report'] ?? '')).toBe(true);
    const [error, ...others] = errorsIn(used);
    expect(others).toEqual([]);
    expect(error?.properties).toEqual({
      file: 'perf/chat.yaml',
      line: '9',
      col: '5',
      title: 'Missed: deliveries.received < 3',
    });
    expect(used.summary).toContain('deliveries.received');
  });

  test('of a scenario that can not be read: an error at its line, and no report', async ({ expect }) => {
    const used = await workspace(['deliveries.receeved < 3']).use({ with: INSTALLED });
    expect(used.exitCode, used.log).toBe(EXIT.usage);
    expect(used.outputs).toMatchObject({
      'exit-code': '2',
      verdict: 'failed',
      'report-folder': '',
      report: '',
    });
    expect(errorsIn(used)[0]?.properties).toMatchObject({ file: 'perf/chat.yaml', line: '8' });
  });

  test('take flags as they stand there, one a line, and a URL in place of the target', async ({ expect }) => {
    const args = '--set connect.connections=7\n\n  --name the-chat\n--threshold=deliveries.received < 2\n';
    const used = await useSoundly({ args, url: 'ws://127.0.0.1:9/$x' });
    expect(used.exitCode, used.log).toBe(EXIT.unreachable);
    expect(used.outputs).toMatchObject({ verdict: 'unreachable' });
    expect(used.result?.plan.name).toBe('the-chat');
    expect(used.result?.plan.connect.connections).toBe(7);
    expect(used.result?.plan.target.urls).toEqual(['ws://127.0.0.1:9/$x']);
    expect(used.result?.thresholds[1]?.threshold.that).toBe('deliveries.received < 2');
  });

  const HOSTILE = [
    '$(touch stolen)',
    '`touch stolen`',
    '"; touch stolen; "',
    "'; touch stolen; '",
    '|| touch stolen',
  ];

  const hostile = [...HOSTILE, '-x\n::add-mask::stolen\nverdict=pass'].join(' ');

  test.for([['scenario', 'url', 'args', 'baseline', 'repeat'], ['args'], ['version'], ['report-folder']])(
    'carry out nothing of what %s may hold',
    async (inputs, { expect }) => {
      const made = workspace();
      const given = Object.fromEntries(inputs.map((input) => [input, hostile]));
      const used = await made.use({ with: { ...INSTALLED, ...given } });
      expect(made.has('stolen'), used.log).toBe(false);
      expect(commandsIn(used.log).filter(({ name }) => name !== 'error' && name !== 'warning')).toEqual([]);
      if (inputs.includes('report-folder')) return;
      expect(used.exitCode, used.log).toBe(EXIT.usage);
      expect(used.outputs['verdict']).toBe('failed');
    },
  );

  test('say of a Node that is too old which one there is', async ({ expect }) => {
    const made = workspace();
    made.write('bin/node', '#!/bin/sh\nif [ "$1" = --version ]; then echo v18.20.4; else exit 1; fi\n');
    chmodSync(path.join(made.folder, 'bin/node'), 0o755);
    const env = { PATH: `${made.folder}/bin:${process.env['PATH'] ?? ''}` };
    const used = await made.use({ with: INSTALLED, env });
    expect(used.exitCode, used.log).toBe(EXIT.machine);
    expect(errorsIn(used)).toMatchObject([
      { data: 'Node v18.20.4 is too old: stompede needs 20.19 or newer.' },
    ]);
  });

  test('run nothing but stompede, whatever version is asked for', async ({ expect }) => {
    for (const version of [
      'npm:left-pad',
      'https://example.com/x.tgz',
      '../evil',
      'latest',
      'v0.1.0',
      '-1',
      '',
    ]) {
      const used = await workspace().use({ with: { ...INSTALLED, version } });
      expect(used.exitCode, version).toBe(EXIT.usage);
      expect(errorsIn(used)[0]?.data).toMatch(/^version is neither/);
    }
  });
});

describe.concurrent('what stompede is called with', { timeout: 90_000 }, () => {
  const RECORDING = `#!/usr/bin/env bash
    printf '%s\\n' "$PWD" "$@" >"$GITHUB_WORKSPACE/called"
  `;

  async function calledWith(
    given: Readonly<Record<string, string>>,
    files: readonly string[] = [],
  ): Promise<{ readonly cwd: string; readonly args: readonly string[] }> {
    const made = workspaceWith(RECORDING);
    for (const file of files) made.write(file, '');
    const { exitCode, log } = await made.use({ with: { version: 'installed', ...given } });
    if (exitCode !== 0) throw new Error(log);
    const [cwd = '', ...args] = readFileSync(path.join(made.folder, 'called'), 'utf8').trimEnd().split('\n');
    return { cwd: path.relative(made.folder, cwd), args };
  }

  const RUN = ['run', '--report=html,json,junit,markdown', '--out=reports'];

  test('is the scenario that stompede init writes, if nothing is said', async ({ expect }) => {
    expect(await calledWith({})).toEqual({ cwd: '', args: [...RUN, '--', 'perf/stompede.yaml'] });
  });

  test('is the baseline beside the scenario, once it is there', async ({ expect }) => {
    const scenario = 'load tests/chat.yaml';
    const beside = await calledWith({ scenario, repeat: '5' }, [
      'load tests/baseline.json',
      'perf/baseline.json',
    ]);
    expect(beside.args).toEqual([
      ...RUN,
      '--baseline=load tests/baseline.json',
      '--repeat=5',
      '--',
      scenario,
    ]);
    const none = await calledWith({ scenario, baseline: 'none' }, ['load tests/baseline.json']);
    expect(none.args).toEqual([...RUN, '--', scenario]);
  });

  test('is another baseline, whether it is there or not: one that is missing is no green job', async ({
    expect,
  }) => {
    const { args } = await calledWith({ baseline: 'perf/main.json' });
    expect(args).toContain('--baseline=perf/main.json');
  });

  test('is told from the folder that is to be worked in', async ({ expect }) => {
    const { cwd, args } = await calledWith({ 'working-directory': 'services/chat', 'report-folder': 'out' }, [
      'services/chat/perf/baseline.json',
    ]);
    expect(cwd).toBe('services/chat');
    expect(args).toContain('--out=out');
    expect(args).toContain('--baseline=perf/baseline.json');
  });
});

describe.concurrent('the comment', { timeout: 90_000 }, () => {
  const SUMMARISING = `#!/usr/bin/env bash
    mkdir -p reports/chat-1
    echo '# Missed' >reports/chat-1/summary.md
    ln -s chat-1 reports/latest
    exit 5
  `;
  const GH = `#!/usr/bin/env bash
    printf '%s\\n' "$*" >>"$GH_LOG"
    for argument in "$@"; do
      case $argument in body=@*) cat "\${argument#body=@}" >>"$GH_LOG" ;; esac
    done
    if [[ $* == *--jq* ]]; then printf '%s' "$GH_COMMENTS"; fi
    exit "\${GH_EXIT:-0}"
  `;

  async function comment(env: Readonly<Record<string, string>>): Promise<Used & { readonly calls: string }> {
    const made = workspaceWith(SUMMARISING);
    made.write('bin/gh', GH);
    chmodSync(path.join(made.folder, 'bin/gh'), 0o755);
    const log = path.join(made.folder, 'gh.log');
    const used = await made.use({
      with: { ...INSTALLED, comment: 'true' },
      pullRequest: 12,
      env: { PATH: `${made.folder}/bin:${process.env['PATH'] ?? ''}`, GH_LOG: log, GH_COMMENTS: '', ...env },
    });
    return { ...used, calls: existsSync(log) ? readFileSync(log, 'utf8') : '' };
  }

  test('is written once', async ({ expect }) => {
    const { exitCode, calls, log } = await comment({});
    expect(exitCode, log).toBe(EXIT.missed);
    expect(calls).toMatch(/--method POST repos\/shop\/chat\/issues\/12\/comments -F body=@/);
    expect(calls).toMatch(/^<!-- stompede [\d-]+ -->\n# Missed$/m);
  });

  test('is renewed after that', async ({ expect }) => {
    const { calls } = await comment({ GH_COMMENTS: '77\n78' });
    expect(calls).toMatch(/--method PATCH repos\/shop\/chat\/issues\/comments\/77 /);
    expect(calls).not.toContain('POST');
  });

  test('changes nothing of the verdict where it can not be written', async ({ expect }) => {
    const { exitCode, log } = await comment({ GH_EXIT: '1' });
    expect(exitCode, log).toBe(EXIT.missed);
    expect(commandsIn(log)).toMatchObject([{ name: 'warning', data: expect.stringMatching(/permission/) }]);
  });
});
