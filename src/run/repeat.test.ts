import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import type { RunResult } from '../model/result.js';
import { annotationsOf } from '../ci/annotations.js';
import { renderJunit } from '../report/junit.js';
import { renderMarkdown } from '../report/markdown.js';
import { sampleComparison } from '../report/testing/sample-comparison.js';
import { samplePlan } from '../report/testing/sample-plan.js';
import { missedThresholdsRun, passingRun } from '../report/testing/sample-result.js';
import type { Env } from '../shared/env.js';
import { Secrets } from '../shared/mask.js';
import { type RepeatEnd, type RepeatOptions, runRepeated } from './repeat.js';
import type { RunEnd, RunOptions } from './run.js';
import { newFolder } from './testing/folder.js';

// What a single run does is shown elsewhere; here each ends as the test says, at once.
const script = { ends: [] as End[], ran: [] as string[] };

const GOOD = passingRun();
const MISSED = changed({ verdict: { ...GOOD.verdict, exitCode: 5, pass: false, reasons: ['One failed.'] } });
const UNSOUND = changed({
  outcome: 'invalid',
  generator: { ...GOOD.generator, verdict: 'invalid' },
  verdict: { ...GOOD.verdict, exitCode: 6, pass: false },
});
const UNRESOLVED = changed({ verdict: { ...GOOD.verdict, exitCode: 6, pass: false } });
const UNREACHED = changed({
  verdict: { ...GOOD.verdict, exitCode: 4, pass: false, headline: 'Never reached.' },
});
const CUT_SHORT = changed({ ...MISSED, outcome: 'cut-short' });
const STOPPED = changed({ outcome: 'stopped', verdict: { ...GOOD.verdict, exitCode: 130, pass: false } });

function changed(changes: Partial<RunResult>): RunResult {
  return { ...GOOD, ...changes };
}

/** What a run of the script is: a result, an error to throw, or something that happens before its result. */
type End = RunResult | Error | (() => RunResult);

function scripted(options: RunOptions): Promise<RunEnd> {
  const folder = options.openFolder?.(new Date('2026-03-01T12:00:00Z'));
  script.ran.push(path.basename(folder?.path ?? ''));
  const end = script.ends.shift() ?? GOOD;
  if (end instanceof Error) return Promise.reject(end);
  const result = typeof end === 'function' ? end() : end;
  return Promise.resolve({ result, folder: folder?.path ?? '', reports: [], problems: [], notHandedOn: [] });
}

const PLAN = { ...samplePlan('sample', 20, 10, 1000), report: ['json'] as const };

interface Told {
  readonly turns: string[];
  interrupt: () => void;
}

function options(changes: Partial<RepeatOptions>, told: Told): RepeatOptions {
  const env: Partial<Env> = {
    onSignal: (_, listener) => {
      told.interrupt = listener;
      return () => undefined;
    },
  };
  return {
    plan: PLAN,
    secrets: new Secrets([]),
    out: newFolder(),
    env: env as Env,
    version: '0',
    onProgress: () => undefined,
    onNotice: () => undefined,
    repeat: 3,
    baselinePlan: null,
    compare: null,
    onTurn: (label) => told.turns.push(label),
    ...changes,
  };
}

async function repeated(
  ends: readonly End[],
  changes: Partial<RepeatOptions> = {},
): Promise<RepeatEnd & Told & { onDisk: RunResult }> {
  const told: Told = { turns: [], interrupt: () => undefined };
  script.ends.push(...ends);
  const end = await runRepeated(options(changes, told), scripted);
  const text = readFileSync(path.join(end.folder, 'result.json'), 'utf8');
  return { ...end, ...told, onDisk: JSON.parse(text) as RunResult };
}

const PAIRS: Partial<RepeatOptions> = { repeat: 2, baselinePlan: PLAN };

beforeEach(() => {
  script.ends = [];
  script.ran = [];
});

it('each run has a folder of its own, in that of all', async () => {
  const { folder, result, onDisk, turns } = await repeated([]);
  expect(readdirSync(folder).sort()).toEqual(['result.json', 'run-01', 'run-02', 'run-03']);
  expect(turns).toEqual(['run 1 of 3', 'run 2 of 3', 'run 3 of 3']);
  expect(result.verdict).toMatchObject({ exitCode: 0, headline: 'All 3 runs passed.' });
  expect(result.repeats).toMatchObject([
    { folder: 'run-01', of: 'current', exitCode: 0, leftOut: false },
    { folder: 'run-02' },
    { folder: 'run-03' },
  ]);
  expect(onDisk.repeats).toEqual(result.repeats);
  expect(result.notes[0]).toContain('those of run-03');
});

it('runs against a baseline’s target alternate, and pairs are compared', async () => {
  const compare = vi.fn(sampleComparison);
  const { result, turns } = await repeated([], { ...PAIRS, compare });
  expect(script.ran).toEqual(['baseline-01', 'run-01', 'run-02', 'baseline-02']);
  expect(turns[1]).toBe('run 2 of 4 (current)');
  expect(compare).toHaveBeenCalledOnce();
  expect(compare.mock.calls).toMatchObject([[{ current: [{}, {}], baseline: [{}, {}] }]]);
  expect(result.verdict.exitCode).toBe(7);
  expect(result.comparison?.verdict).toBe('worse');
});

it('a pair with an unsound generator is run again as a whole', async () => {
  const compare = vi.fn(sampleComparison);
  const { result, turns } = await repeated([GOOD, UNSOUND], { ...PAIRS, compare });
  expect(script.ran).toEqual(['baseline-01', 'run-01', 'baseline-02', 'run-02', 'run-03', 'baseline-03']);
  expect(turns.at(-1)).toBe('run 6 of 6 (baseline)');
  expect(result.repeats?.map(({ leftOut }) => leftOut)).toEqual([true, true, false, false, false, false]);
  expect(compare.mock.calls).toMatchObject([[{ current: [{}, {}], baseline: [{}, {}] }]]);
});

it('what is left out of a pair is not begun', async () => {
  await repeated([UNSOUND], PAIRS);
  expect(script.ran).toEqual(['baseline-01', 'baseline-02', 'run-02', 'run-03', 'baseline-03']);
});

it('too few sound runs end with 6, and have their reports', async () => {
  const { result, onDisk } = await repeated([GOOD, UNSOUND, UNSOUND, UNSOUND], { repeat: 2 });
  expect(script.ran).toHaveLength(4);
  expect(result.verdict.exitCode).toBe(6);
  expect(result.notes[0]).toContain('those of run-01');
  expect(onDisk.outcome).toBe('invalid');
});

it('a missed threshold does not end them, and decides', async () => {
  const { result } = await repeated([GOOD, MISSED, GOOD]);
  expect(script.ran).toHaveLength(3);
  expect(result.verdict).toMatchObject({ exitCode: 5, pass: false, reasons: ['run-02: One failed.'] });
});

it('a threshold that one run missed is missed in every report of all', async () => {
  const { result } = await repeated([GOOD, missedThresholdsRun(), GOOD]);
  expect(result.notes[0]).toContain('those of run-02, the first one that missed what was asked;');
  expect(renderJunit(result)).toMatch(/<failure type="miss" message="deliveries\.latency\.p99 was 7\.48 ms/);
  expect(renderMarkdown(result)).toContain('| ❌ | <code>deliveries.latency.p99 &#60; 5ms</code> |');
  const titles = annotationsOf(result, () => null).map(({ title }) => title);
  expect(titles).toContain('Missed: deliveries.latency.p99 < 5ms');
});

it.each<[string, string, readonly End[], Partial<RepeatOptions>]>([
  ['the first that missed what was asked', 'run-02', [UNRESOLVED, MISSED, GOOD, MISSED], { repeat: 4 }],
  ['one that was cut short for it', 'run-01', [CUT_SHORT, GOOD, GOOD], {}],
  ['one that the other of its pair left out', 'run-02', [GOOD, GOOD, MISSED, CUT_SHORT], PAIRS],
  ['the first that could not be told', 'run-02', [GOOD, UNRESOLVED, UNRESOLVED], {}],
  ['the last that counts', 'run-02', [GOOD, GOOD, UNSOUND, UNSOUND], { repeat: 2 }],
  ['no run of the baseline that missed it', 'run-02', [MISSED, GOOD, GOOD, MISSED], PAIRS],
])('the figures are those of %s', async (_, folder, ends, changes) => {
  const { result } = await repeated(ends, changes);
  expect(result.notes[0]).toContain(`those of ${folder}`);
});

it('what a baseline misses decides nothing, and is said', async () => {
  const compare = (): ReturnType<typeof sampleComparison> => ({ ...sampleComparison(), verdict: 'same' });
  const { result } = await repeated([MISSED], { ...PAIRS, compare });
  expect(result.verdict.exitCode).toBe(0);
  expect(result.comparison?.warnings.at(-1)).toContain("The baseline's own run baseline-01 did not pass");
});

it('a run that a threshold cut short is not run again, and is not compared', async () => {
  const compare = vi.fn(sampleComparison);
  const { result } = await repeated([GOOD, CUT_SHORT], { ...PAIRS, compare });
  expect(script.ran).toEqual(['baseline-01', 'run-01', 'run-02', 'baseline-02']);
  expect(compare.mock.calls).toMatchObject([[{ current: [{}], baseline: [{}] }]]);
  expect(result.verdict.exitCode).toBe(5);
});

it('a baseline that a threshold cuts short in every pair leaves nothing to compare: never good', async () => {
  const compare = vi.fn(sampleComparison);
  const { result } = await repeated([CUT_SHORT, GOOD, CUT_SHORT], { ...PAIRS, compare });
  expect(script.ran).toEqual(['baseline-01', 'run-02', 'baseline-02']);
  expect(compare).not.toHaveBeenCalled();
  expect(result.verdict).toMatchObject({ exitCode: 6, pass: false });
  expect(result.verdict.headline).toMatch(
    /^None of 2 pairs could be compared: the baseline's own runs were cut/,
  );
  const told = result.notes.filter((note) => note.includes('did not pass and is left out'));
  expect(told.map((note) => /baseline-\d+/.exec(note)?.[0])).toEqual(['baseline-01', 'baseline-02']);
});

it('a baseline that a threshold cuts short in one pair is told beside the comparison of the others', async () => {
  const compare = (): ReturnType<typeof sampleComparison> => ({ ...sampleComparison(), verdict: 'same' });
  const { result } = await repeated([CUT_SHORT, GOOD, UNSOUND], { ...PAIRS, compare });
  expect(result.verdict.exitCode).toBe(0);
  const told = result.comparison?.warnings.filter((text) => text.includes("The baseline's own run"));
  // Of baseline-02 the generator was unsound, which is no word about its target.
  expect(told).toHaveLength(1);
  expect(told?.[0]).toMatch(/^The baseline's own run baseline-01 did not pass and is left out: /);
});

it.each([
  ['the target', [GOOD, UNREACHED], 'Never reached.'],
  ['the baseline’s target', [UNREACHED], 'Of the baseline: Never reached.'],
])('%s that is never reached ends them with 4', async (_, ends, headline) => {
  const { result } = await repeated(ends, PAIRS);
  expect(script.ran).toHaveLength(ends.length);
  expect(result.verdict).toMatchObject({ exitCode: 4, headline });
});

it('an interruption lets the run that goes on wind up, begins no other, and reports what there is', async () => {
  const told: Told = { turns: [], interrupt: () => undefined };
  script.ends.push(GOOD, () => {
    told.interrupt();
    return STOPPED;
  });
  const { result, folder } = await runRepeated(options({ repeat: 5 }, told), scripted);
  expect(script.ran).toEqual(['run-01', 'run-02']);
  expect(result.verdict).toMatchObject({ exitCode: 130, headline: 'Stopped on request after 1 of 5 runs.' });
  expect(result.notes[0]).toContain('those of run-01');
  expect(existsSync(path.join(folder, 'result.json'))).toBe(true);
});

it('an error of stompede’s own ends them, and costs no report of what there was', async () => {
  const out = newFolder();
  await expect(repeated([GOOD, new Error('the disk is full')], { out })).rejects.toThrow('the disk is full');
  const text = readFileSync(path.join(out, 'latest', 'result.json'), 'utf8');
  const { verdict, repeats } = JSON.parse(text) as RunResult;
  expect(verdict).toMatchObject({ exitCode: 1, headline: 'Ended after 1 of 3 runs: the disk is full' });
  expect(repeats).toHaveLength(1);
});

it('an error before there is any result has nothing to report', async () => {
  const out = newFolder();
  await expect(repeated([new Error('no broker')], { out })).rejects.toThrow('no broker');
  expect(existsSync(path.join(out, 'latest', 'result.json'))).toBe(false);
});

it('a comparison that can’t be made costs no report, and is no pass', async () => {
  const { result, problems } = await repeated([], {
    ...PAIRS,
    compare: () => {
      throw new Error('of another scenario');
    },
  });
  expect(problems).toEqual(['of another scenario']);
  expect(result.comparison).toBeNull();
  const headline = 'Could not be compared: of another scenario';
  expect(result.verdict).toMatchObject({ exitCode: 1, pass: false, headline });
});
