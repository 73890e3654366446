import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { REPORT_FILES, REPORT_KINDS } from '../src/model/plan.js';
import type { RunResult } from '../src/model/result.js';
import { Cli, Run } from './support/cli.js';
import { newFolder } from './support/folders.js';

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

test('--report chooses what is written, and counts instead of the scenario', async () => {
  const run = new Run({ ...TINY, report: ['html'] }, ['--report', 'json,junit', '--report', 'csv']);
  expect(await run.end(25_000)).toBe(0);
  const reports = Object.values(REPORT_FILES).filter((name) => readdirSync(run.folder).includes(name));
  expect(reports.sort()).toEqual(['junit.xml', 'result.json', 'series.csv']);
  expect(run.stdout).toMatch(/\/result\.json\n/);
});

test('with --json stdout is the result and nothing else, and everything else is on stderr', async () => {
  const run = new Run(TINY, ['--json'], { env: NO_CI });
  expect(await run.end(25_000)).toBe(0);
  const result = JSON.parse(run.stdout) as RunResult;
  expect(result.schema).toBe('stompede.result/1');
  expect(run.stdout).toBe(readFileSync(run.file('result.json'), 'utf8'));
  // Without a terminal: plain lines, that nothing has to be stripped of.
  expect(run.stderr).toMatch(/^ *\d+ s {2}holding/m);
  expect(run.stderr).not.toMatch(/\p{Cc}(?<!\n)/u);
});

test('with --quiet nothing is told while it runs, and the summary is on stdout', async () => {
  const run = new Run(TINY, ['--quiet'], { env: NO_CI });
  expect(await run.end(25_000)).toBe(0);
  expect(run.stderr).toBe('');
  expect(run.stdout).toMatch(/^PASS {2}/);
});

test('a report that can’t be written takes nothing from the run, and turns the exit code into 1', async () => {
  const run = new Run({ ...TINY, hold: '2s' }, ['--report', REPORT_KINDS.join(','), '--json'], {
    env: NO_CI,
  });
  await run.reaches('opening');
  mkdirSync(run.file('junit.xml'));
  expect(await run.end(25_000)).toBe(1);
  expect(run.stderr).toMatch(/^stompede: junit\.xml could not be written: EISDIR/m);
  expect((JSON.parse(run.stdout) as RunResult).verdict.exitCode).toBe(0);
  expect(Object.values(REPORT_FILES).filter((name) => !readdirSync(run.folder).includes(name))).toEqual([]);
});

test('stompede report writes any of them of a result, and the others where one can’t be written', async () => {
  const run = new Run(TINY);
  expect(await run.end(25_000)).toBe(0);
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
