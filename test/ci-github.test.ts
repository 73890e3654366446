import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'vitest';
import { commandsIn } from '../src/ci/testing/runner.js';
import type { RunResult } from '../src/model/result.js';
import { EXIT } from '../src/shared/exit-codes.js';
import { Cli, type Ended, type Scenario } from './support/cli.js';
import { newFolder } from './support/folders.js';
import { tcpServer } from './support/servers.js';
import { soundRun } from './support/sound-runs.js';

const SCENARIO: Scenario = {
  name: 'on-github',
  target: 'embedded',
  connect: { connections: 20, rate: '200/s' },
  subscribe: [{ destination: '/topic/news' }],
  publish: [{ destination: '/topic/news', rate: '20/s' }],
  hold: '300ms',
};

interface OnGitHub extends Ended {
  readonly summary: string;
}

async function onGitHub(
  scenario: Scenario,
  args: readonly string[] = [],
  summaryFile = path.join(newFolder(), 'summary'),
): Promise<OnGitHub> {
  const env = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: newFolder(), GITHUB_STEP_SUMMARY: summaryFile };
  const ended = await soundRun(scenario, args, { env });
  return { ...ended, summary: existsSync(summaryFile) ? readFileSync(summaryFile, 'utf8') : '' };
}

describe.concurrent('stompede run on GitHub Actions', { timeout: 90_000 }, () => {
  test('keeps stdout for the JSON that was asked for, and tells what was missed on stderr', async ({
    expect,
  }) => {
    const args = ['--json', '--quiet', '--threshold', 'deliveries.received < 3'];
    const { run, exitCode, summary } = await onGitHub(SCENARIO, args);
    expect(exitCode, run.stderr).toBe(EXIT.missed);
    const { verdict } = JSON.parse(run.stdout) as RunResult;
    expect(verdict.exitCode).toBe(EXIT.missed);
    expect(commandsIn(run.stdout)).toEqual([]);
    const errors = commandsIn(run.stderr).filter(({ name }) => name === 'error');
    expect(errors.map(({ properties }) => properties)).toEqual([
      { title: 'Missed: deliveries.received < 3' },
    ]);
    expect(summary).toContain('deliveries.received');
  });

  test('loses neither run nor reports with a summary that can not be written, and says so', async ({
    expect,
  }) => {
    const { run, exitCode } = await onGitHub(SCENARIO, [], path.join(newFolder(), 'nowhere', 'summary'));
    expect(exitCode).toBe(EXIT.ownFault);
    expect(run.stderr).toMatch(/^stompede: the job summary could not be written: .*ENOENT/m);
    expect(run.result().connections.complete).toBe(20);
    expect(existsSync(run.file('report.html'))).toBe(true);
  });

  test('carries out nothing that a target sends', async ({ expect }) => {
    const said = '##[add-mask]stolen ::stop-commands::x ::error::pwned';
    const address = await tcpServer((socket) => {
      socket.once('data', () => {
        socket.end(`HTTP/1.1 503 ${said}\r\ncontent-type: text/plain\r\n\r\n\n::add-mask::stolen\n${said}\n`);
      });
    });
    const { run, exitCode } = await onGitHub({ ...SCENARIO, target: `ws://${address}/`, publish: [] });
    expect(exitCode, run.stderr).toBe(EXIT.missed);
    expect(run.stdout).toContain('##[add-mask]stolen');
    const commands = commandsIn(`${run.stdout}\n${run.stderr}`);
    expect(commands.map(({ name }) => name)).toContain('error');
    expect(commands.filter(({ name }) => name !== 'error' && name !== 'warning')).toEqual([]);
    expect(commands.filter(({ properties }) => properties['title'] === undefined)).toEqual([]);
    const again = new Cli(['report', run.folder], { env: { GITHUB_ACTIONS: 'true' } });
    expect(await again.end(25_000)).toBe(EXIT.good);
    expect(again.stdout).toContain('##[add-mask]stolen');
    expect(commandsIn(again.stdout + again.stderr)).toEqual([]);
  });

  test('says nothing of GitHub anywhere else', async ({ expect }) => {
    const { exitCode, run } = await soundRun(SCENARIO, ['--threshold', 'deliveries.received < 3'], {
      env: { GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' },
    });
    expect(exitCode).toBe(EXIT.missed);
    expect(commandsIn(run.stdout + run.stderr)).toEqual([]);
  });
});
