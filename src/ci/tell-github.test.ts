import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hostileRun, missedThresholdsRun } from '../report/testing/sample-result.js';
import { renderMarkdown } from '../report/markdown.js';
import { githubStep } from './github.js';
import { tellGitHub } from './tell-github.js';
import { commandsIn } from './testing/runner.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'stompede-github-'));
const summaryFile = path.join(folder, 'summary');
const step = { summaryFile, workspace: '/repos/shop' };

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a step of GitHub Actions', () => {
  it('is told by its variables', () => {
    const variables = { GITHUB_STEP_SUMMARY: summaryFile, GITHUB_WORKSPACE: step.workspace };
    expect(githubStep({ ...variables, GITHUB_ACTIONS: 'true' })).toEqual(step);
    expect(githubStep(variables)).toBeNull();
    expect(githubStep({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '' })).toEqual({
      summaryFile: null,
      workspace: null,
    });
  });
});

describe('what GitHub is told of a run', () => {
  const told = (cwd: string): { output: string; problems: string[] } => {
    let output = '';
    const problems = tellGitHub(missedThresholdsRun(), step, { cwd, write: (text) => (output += text) });
    return { output, problems };
  };

  it('has files as they are called from the root of the repository', () => {
    const [first] = commandsIn(told(`${step.workspace}/services/chat`).output);
    expect(first?.properties).toMatchObject({
      file: 'services/chat/perf/live-comments.yaml',
      line: '43',
      col: '5',
    });
  });

  it('names no file from elsewhere', () => {
    const [first] = commandsIn(told('/repos').output);
    expect(first?.properties).toEqual({ title: 'Missed: deliveries.latency.p99 < 5ms' });
  });

  it('is in the summary of the job, too', () => {
    rmSync(summaryFile, { force: true });
    expect(told(step.workspace).problems).toEqual([]);
    expect(readFileSync(summaryFile, 'utf8')).toBe(renderMarkdown(missedThresholdsRun()));
  });

  it('is not lost with a summary that can not be written', () => {
    let output = '';
    const problems = tellGitHub(
      missedThresholdsRun(),
      { ...step, summaryFile: path.join(folder, 'nowhere', 'summary') },
      { cwd: step.workspace, write: (text) => (output += text) },
    );
    expect(problems).toEqual([expect.stringMatching(/^the job summary could not be written: .*ENOENT/)]);
    expect(commandsIn(output)).toHaveLength(4);
    expect(existsSync(path.join(folder, 'nowhere'))).toBe(false);
  });

  it('is nothing that a hostile target could have commanded', () => {
    let output = '';
    tellGitHub(hostileRun(), step, { cwd: step.workspace, write: (text) => (output += text) });
    const names = new Set(commandsIn(output).map(({ name }) => name));
    expect([...names].sort()).toEqual(['error', 'warning']);
    expect(output.split('\n').length - 1).toBe(commandsIn(output).length);
  });
});
