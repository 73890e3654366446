import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../report/testing/random.js';
import { renderJson } from '../report/json.js';
import { encodedHistogram } from '../report/testing/sample-blocks.js';
import { passingRun } from '../report/testing/sample-result.js';
import type { RepeatRow, RunResult } from '../model/result.js';
import { newFolder } from '../run/testing/folder.js';
import { type Env, realEnv } from '../shared/env.js';
import { EXIT } from '../shared/exit-codes.js';
import { main } from './main.js';

interface Said {
  readonly out: string;
  readonly err: string;
  readonly exitCode: number;
}

function stompede(cwd: string, ...argv: string[]): Promise<Said> {
  return stompedeWith({ NO_COLOR: '1' }, cwd, ...argv);
}

async function stompedeWith(variables: Env['variables'], cwd: string, ...argv: string[]): Promise<Said> {
  let [out, err, exitCode] = ['', '', 0];
  const env: Env = {
    ...realEnv(),
    argv,
    cwd,
    variables,
    stdout: { write: (text) => (out += text), columns: 110 },
    stderr: { write: (text) => (err += text) },
    setExitCode: (code) => {
      exitCode = code;
    },
  };
  await main(env);
  return { out, err, exitCode };
}

const PASSING = passingRun();

/** A run whose connects took that long in the middle. */
function resultOf(seed: number, connectUs: number, given: Partial<RunResult> = {}): RunResult {
  const random = new Random(seed);
  const samples = Array.from({ length: 1000 }, () => random.latencyUs(connectUs, 0.3));
  const result = PASSING;
  const noise = 1 + 0.02 * (random.next() - 0.5);
  const us = { ...result.phases.connect!.us!, p50: connectUs * noise, p99: connectUs * 2 * noise };
  return {
    ...result,
    phases: { connect: { ...result.phases.connect!, us } },
    deliveries: { ...result.deliveries, latencyUs: null },
    publishing: { ...result.publishing, receiptUs: null },
    blocks: [],
    histograms: { connect: encodedHistogram(samples) },
    run: { ...result.run, id: seed.toString(16).padStart(8, '0') },
    ...given,
  };
}

function write(folder: string, name: string, result: RunResult): string {
  const file = path.join(folder, name, 'result.json');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, renderJson(result));
  return name;
}

/** A folder as --repeat leaves it. */
function repeats(folder: string, name: string, results: readonly RunResult[]): string {
  const rows = results.map((result, i): RepeatRow => ({
    folder: write(path.join(folder, name), `run-${i + 1}`, result),
    startedAt: result.run.startedAt,
    of: 'current',
    exitCode: 0,
    generator: 'sound',
    leftOut: result.outcome === 'invalid',
    headline: '',
  }));
  return write(folder, name, { ...results[0]!, repeats: rows });
}

const runs = (seed: number, connectUs: number): RunResult[] =>
  [0, 1, 2, 3, 4].map((i) => resultOf(seed + i, connectUs));

describe('stompede compare', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'stompede-compare-'));
    repeats(folder, 'before', runs(1, 10_000));
    repeats(folder, 'same', [...runs(11, 10_000), resultOf(16, 90_000, { outcome: 'invalid' })]);
    repeats(folder, 'slower', runs(21, 12_500));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('ends with 7 where something got worse, and says what, by how much and how sure that is', async () => {
    const { out, exitCode } = await stompede(folder, 'compare', 'before', 'slower');
    expect(exitCode).toBe(EXIT.worse);
    expect(out).toMatch(/^ {2}Of 4 metrics: 2 worse, 2 the same\./m);
    expect(out).toMatch(
      /phases\.connect\.p50 +\S+ ms +12\.\d ms +\+2[45](\.\d)? % +\+2\d\S* to \+2\d\S* +\S+ % +worse/,
    );
    expect(out).toMatch(/slower \(.*, 5 runs\) against before \(.*, 5 runs\)/);
  });

  it('ends with 0 where nothing did, in whatever form the runs are given', async () => {
    await stompede(folder, 'baseline', 'update', 'perf/baseline.json', 'before');
    for (const baseline of ['before', 'before/result.json', 'perf/baseline.json']) {
      const { out, exitCode } = await stompede(folder, 'compare', baseline, 'same');
      expect(exitCode).toBe(EXIT.good);
      expect(out).toMatch(/Of 4 metrics: 4 the same\./);
    }
  });

  it('prints the comparison as JSON', async () => {
    const { out, exitCode } = await stompede(folder, 'compare', 'before', 'slower', '--json');
    expect(exitCode).toBe(EXIT.worse);
    expect(JSON.parse(out)).toMatchObject({
      verdict: 'worse',
      unit: 'runs',
      current: { name: 'slower', runs: 5 },
    });
  });

  it('looks at each run before it reads the next: so many whole results are not held at once', async () => {
    const broken = resultOf(1, 10_000, { histograms: { connect: 'AAAA' } });
    repeats(folder, 'broken', [broken, resultOf(2, 10_000)]);
    rmSync(path.join(folder, 'broken', 'run-2'), { recursive: true });
    const { err, exitCode } = await stompede(folder, 'compare', 'broken', 'before');
    expect([exitCode, err]).toEqual([
      EXIT.usage,
      expect.stringMatching(/has a histogram that can't be read/),
    ]);
  });

  it('is no command to a runner of GitHub Actions', async () => {
    const { out } = await stompedeWith({ GITHUB_ACTIONS: 'true' }, folder, 'compare', 'before', 'slower');
    expect(out).toMatch(/^::stop-commands::(\w+)\n {2}Of 4 metrics.*\n::\1::\n$/s);
  });

  it('compares one run with one, and says what that can’t show', async () => {
    const { out, exitCode } = await stompede(folder, 'compare', 'before/run-1', 'slower/run-1/result.json');
    expect(exitCode).toBe(EXIT.good);
    expect(out).toMatch(/One run against one takes 5 stretches/);
  });

  it.each([
    ['a file that is not there', ['nowhere.json', 'before'], /cannot read nowhere\.json/],
    ['a folder without a run', ['.', 'before'], /there is no run in \./],
    [
      'a baseline of another scenario',
      ['before', 'other'],
      /connect\.connections: 1 here, \d+ in the baseline/,
    ],
    ['no run that counts', ['before', 'unsound'], /no run of unsound counts: its generator was not sound/],
    ['a folder that names another outside', ['before', 'strange'], /strange names a run outside its folder/],
  ])('ends with 2 for %s', async (_, [baseline, current], problem) => {
    const { plan } = PASSING;
    write(
      folder,
      'other',
      resultOf(1, 1, { plan: { ...plan, connect: { ...plan.connect, connections: 1 } } }),
    );
    write(folder, 'unsound', resultOf(1, 10_000, { outcome: 'invalid' }));
    const row = {
      startedAt: '',
      of: 'current',
      exitCode: 0,
      generator: 'sound',
      leftOut: false,
      headline: '',
    } as const;
    write(folder, 'strange', resultOf(1, 1, { repeats: [{ ...row, folder: '../before/run-1' }] }));
    const { err, exitCode } = await stompede(folder, 'compare', baseline!, current!);
    expect(exitCode).toBe(EXIT.usage);
    expect(err).toMatch(problem);
  });
});

describe('stompede baseline update', () => {
  it('makes the folders and the file, and a second time says what changed', async () => {
    const folder = newFolder();
    repeats(folder, 'first', runs(1, 10_000));
    repeats(folder, 'second', runs(21, 12_500));
    const made = await stompede(folder, 'baseline', 'update', 'perf/a/baseline.json', 'first');
    expect(made).toMatchObject({ exitCode: EXIT.good, err: '' });
    expect(made.out).toMatch(/^perf\/a\/baseline\.json: 5 runs, [\d.]+ KB\n$/);
    const again = await stompede(folder, 'baseline', 'update', 'perf/a/baseline.json', 'second');
    // To write a slower baseline is a decision, and no failure.
    expect(again.exitCode).toBe(EXIT.good);
    expect(again.out).toMatch(/phases\.connect\.p50 .* worse/);
    expect(readFileSync(path.join(folder, 'perf/a/baseline.json'), 'utf8')).toMatch(
      /"phases\.connect\.p50": "12\.\d/,
    );
  });

  it('takes a run that is given twice for one', async () => {
    const folder = newFolder();
    write(folder, 'a', resultOf(1, 10_000));
    const { out } = await stompede(folder, 'baseline', 'update', 'b.json', 'a', 'a/result.json');
    expect(out).toMatch(/^b\.json: 1 run,/);
  });

  it('takes of repeated runs those that count, and refuses where there is none', async () => {
    const folder = newFolder();
    repeats(folder, 'a', [...runs(1, 10_000), resultOf(9, 90_000, { outcome: 'invalid' })]);
    repeats(folder, 'b', [resultOf(9, 90_000, { outcome: 'invalid' })]);
    expect((await stompede(folder, 'baseline', 'update', 'a.json', 'a')).out).toMatch(/^a\.json: 5 runs,/);
    const { err, exitCode } = await stompede(folder, 'baseline', 'update', 'b.json', 'b');
    expect([exitCode, err]).toEqual([EXIT.usage, expect.stringMatching(/there is no run that counts/)]);
  });

  it('names what the scenario is asked for now', async () => {
    const folder = newFolder();
    const { plan } = PASSING;
    write(folder, 'a', resultOf(1, 10_000));
    write(folder, 'b', resultOf(1, 10_000, { plan: { ...plan, holdMs: 1 } }));
    await stompede(folder, 'baseline', 'update', 'b.json', 'a');
    const { out } = await stompede(folder, 'baseline', 'update', 'b.json', 'b');
    expect(out).toMatch(/The scenario is another one:\n {2}holdMs: \d+ -> 1\n/);
    expect(out).toMatch(/One run does not show how much runs differ/);
  });

  it('refuses a run that never reached its target, and says of one that missed a threshold that it did', async () => {
    const folder = newFolder();
    const verdict = (exitCode: number): Partial<RunResult> => ({
      verdict: { ...PASSING.verdict, exitCode, pass: false },
    });
    write(folder, 'unreached', resultOf(1, 10_000, verdict(EXIT.unreachable)));
    const refused = await stompede(folder, 'baseline', 'update', 'b.json', 'unreached');
    expect(refused.exitCode).toBe(EXIT.usage);
    expect(refused.err).toMatch(/unreached is no run to compare others with: it never reached its target/);
    repeats(folder, 'missed', [resultOf(2, 10_000), resultOf(3, 10_000, verdict(EXIT.missed))]);
    const made = await stompede(folder, 'baseline', 'update', 'b.json', 'missed');
    expect(made).toMatchObject({ exitCode: EXIT.good });
    expect(made.out).toMatch(/^1 of 2 runs is to be read with care: it missed what was asked for\.$/m);
    expect(readFileSync(path.join(folder, 'b.json'), 'utf8')).toMatch(/"it missed what was asked for"/);
    const compared = await stompede(folder, 'compare', 'b.json', 'missed');
    expect(compared.out).toMatch(/1 of 2 runs of the baseline is to be read with care: it missed what was/);
  });

  it('refuses what does not count, and what would overwrite something else, unless forced', async () => {
    const folder = newFolder();
    write(folder, 'unsound', resultOf(1, 10_000, { outcome: 'invalid' }));
    write(folder, 'sound', resultOf(1, 10_000));
    const refused = await stompede(folder, 'baseline', 'update', 'b.json', 'unsound');
    expect(refused.exitCode).toBe(EXIT.usage);
    expect(refused.err).toMatch(/its generator was not sound/);
    writeFileSync(path.join(folder, 'precious.json'), '{}');
    const kept = await stompede(folder, 'baseline', 'update', 'precious.json', 'sound');
    expect(kept.exitCode).toBe(EXIT.usage);
    expect(readFileSync(path.join(folder, 'precious.json'), 'utf8')).toBe('{}');
    const forced = await stompede(folder, 'baseline', 'update', 'precious.json', 'unsound', '--force');
    expect(forced.exitCode).toBe(EXIT.good);
    const { out } = await stompede(folder, 'compare', 'precious.json', 'sound');
    expect(out).toMatch(
      /The run of the baseline is to be read with care: its generator was not sound \(--force\)\./,
    );
  });
});
