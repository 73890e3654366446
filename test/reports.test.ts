import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'vitest';
import { REPORT_FILES, REPORT_KINDS } from '../src/model/plan.js';
import type { RunResult } from '../src/model/result.js';
import { Cli, type Ended, Run } from './support/cli.js';
import { newFolder } from './support/folders.js';
import { soundRun, soundly } from './support/sound-runs.js';

const TINY = {
  name: 'tiny',
  target: 'embedded',
  connect: { connections: 5, rate: '100/s' },
  subscribe: [{ destination: '/topic/a' }],
  publish: [{ destination: '/topic/a', rate: '20/s' }],
  hold: '500ms',
};

/** A CI system is told more. */
const NO_CI = { GITHUB_ACTIONS: '' };

/** One of whose reports can't be written: there is a folder of its name. */
async function runWithoutJunit(): Promise<Ended> {
  const run = new Run({ ...TINY, hold: '2s' }, ['--report', REPORT_KINDS.join(',')], { env: NO_CI });
  await run.reaches('opening');
  mkdirSync(run.file('junit.xml'));
  const exitCode = await run.end(25_000);
  return { exitCode, result: run.result(), run };
}

describe.concurrent('the reports of a run', { timeout: 80_000 }, () => {
  test('are those of --report, which counts instead of the scenario', async ({ expect }) => {
    const flags = ['--report', 'json,junit', '--report', 'csv'];
    const { exitCode, run } = await soundRun({ ...TINY, report: ['html'] }, flags);
    expect(exitCode, run.stdout).toBe(0);
    const reports = Object.values(REPORT_FILES).filter((name) => readdirSync(run.folder).includes(name));
    expect(reports.sort()).toEqual(['junit.xml', 'result.json', 'series.csv']);
    expect(run.stdout).toMatch(/\/result\.json\n/);
  });

  test('with --json are on stdout the result and nothing else, and everything else is on stderr', async ({
    expect,
  }) => {
    const { exitCode, run } = await soundRun(TINY, ['--json'], { env: NO_CI });
    expect(exitCode).toBe(0);
    const result = JSON.parse(run.stdout) as RunResult;
    expect(result.schema).toBe('stompede.result/1');
    expect(run.stdout).toBe(readFileSync(run.file('result.json'), 'utf8'));
    // Without a terminal: plain lines, that nothing has to be stripped of.
    expect(run.stderr).toMatch(/^ *\d+ s {2}holding/m);
    expect(run.stderr).not.toMatch(/\p{Cc}(?<!\n)/u);
  });

  test('with --quiet are the summary on stdout, and nothing is told while it runs', async ({ expect }) => {
    const { run } = await soundRun(TINY, ['--quiet'], { env: NO_CI });
    expect(run.stderr).toBe('');
    expect(run.stdout).toMatch(/^PASS {2}/);
  });

  test('turn the exit code into 1 where one can’t be written, which takes nothing from the run', async ({
    expect,
  }) => {
    const { exitCode, result, run } = await soundly(runWithoutJunit);
    expect(exitCode).toBe(1);
    expect(run.stderr).toMatch(/^stompede: junit\.xml could not be written: EISDIR/m);
    expect(result.verdict.exitCode).toBe(0);
    const listed = [...run.stdout.matchAll(/^ +\/.*\/([\w.]+)$/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual(
      Object.values(REPORT_FILES)
        .filter((name) => name !== 'junit.xml')
        .sort(),
    );
    expect(Object.values(REPORT_FILES).filter((name) => !readdirSync(run.folder).includes(name))).toEqual([]);
  });

  test('are all to be had again by stompede report, also where one can’t be written', async ({ expect }) => {
    const run = new Run(TINY);
    await run.end(25_000);
    const out = newFolder();
    const flags = REPORT_KINDS.flatMap((kind) => [`--${kind}`, path.join(out, REPORT_FILES[kind])]);
    const again = new Cli(['report', run.folder, ...flags]);
    expect(await again.end(25_000)).toBe(0);
    expect(readdirSync(out).sort()).toEqual(Object.values(REPORT_FILES).sort());
    expect(JSON.parse(readFileSync(path.join(out, 'result.json'), 'utf8'))).toEqual(run.result());

    const missing = path.join(out, 'no-folder', 'junit.xml');
    const csv = path.join(out, 'other.csv');
    const half = new Cli(['report', run.folder, '--junit', missing, '--csv', csv]);
    expect(await half.end(25_000)).toBe(2);
    expect(half.stderr).toContain(`stompede: cannot write ${missing}`);
    expect(readFileSync(csv, 'utf8')).toMatch(/^at_sec,/);
  });
});
