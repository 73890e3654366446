import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/model/result.js';
import { Cli, Run, type Scenario } from '../support/cli.js';
import { newFolder } from '../support/folders.js';
import { freePorts } from '../support/ports.js';
import { soundRun } from '../support/sound-runs.js';
import { until } from '../support/until.js';

// Runs that are compared, by the real command line, with real brokers on both sides.

/** Their service time is most of what a connection takes: whatever else this machine does adds little to it. */
const GOOD = slowBy('60ms', '80ms');
/** What is lost can be told on the busiest machine, where latencies can't. */
const BAD = [...slowBy('120ms', '160ms'), { fault: 'message-drop', ofDeliveries: '60%' }];

function slowBy(...uniform: readonly string[]): readonly object[] {
  return ['connected-delay', 'message-delay'].map((fault) => ({ fault, delay: { uniform } }));
}

/** The URL of a `stompede broker` with these faults. */
async function startServer(faults: readonly object[], seed: number): Promise<string> {
  const file = path.join(newFolder(), 'faults.yaml');
  writeFileSync(file, JSON.stringify({ seed, faults }));
  const broker = new Cli(['broker', '--port', '0', '--faults', file]);
  const url = (): string | undefined => /listening on (\S+)/.exec(broker.stdout)?.[1];
  await until(
    () => url() !== undefined,
    () => broker.stderr,
  );
  return url() ?? '';
}

const SHORT: Scenario = {
  name: 'gate',
  target: 'embedded',
  connect: { connections: 30, rate: '300/s' },
  subscribe: [{ destination: '/topic/news' }],
  publish: [{ destination: '/topic/news', rate: '20/s' }],
  hold: '300ms',
  disconnect: { rate: 'unlimited' },
  report: ['json'],
  // What is lost is waited for that long.
  timeouts: { drain: '500ms' },
  thresholds: ['deliveries.lost < 90%'],
};

/** What three pairs show has to differ little from run to run: of a thousand deliveries, 60 % are 60 % give or take 1.6. */
const MANY = [{ destination: '/topic/news', rate: '80/s' }];

function resultIn(folder: string): RunResult {
  return JSON.parse(readFileSync(path.join(folder, 'result.json'), 'utf8')) as RunResult;
}

describe.concurrent('runs in turn with a baseline’s target', { timeout: 200_000 }, () => {
  it('end with 7 against a server that was better, and say by how much', async () => {
    const [before, now] = [await startServer(GOOD, 1), await startServer(BAD, 2)];
    const { exitCode, result, run } = await soundRun(
      { ...SHORT, target: now, publish: MANY },
      ['--repeat', '3', '--baseline-target', before],
      { timeoutMs: 60_000 },
    );
    expect(exitCode, run.stdout).toBe(7);
    const { comparison, repeats, verdict } = result;
    expect(comparison).toMatchObject({
      unit: 'pairs',
      verdict: 'worse',
      baseline: { name: before, runs: 3 },
      current: { runs: 3 },
    });
    const lost = comparison?.metrics.find(({ metric }) => metric === 'deliveries.lost');
    expect(lost).toMatchObject({ verdict: 'worse', unit: 'share', scale: 'difference', baseline: 0 });
    expect(lost?.current).toBeCloseTo(0.6, 1);
    expect(lost?.low).toBeGreaterThan(0.1);
    expect(verdict.headline).toMatch(
      /^Worse than ws:.*deliveries\.lost is .* instead of 0 %: .* confidence /,
    );
    expect(run.stdout).toContain('Worse than ws:');
    expect(run.stderr).toContain('run 1 of 6 (baseline)');
    const counted = repeats
      ?.filter(({ leftOut }) => !leftOut)
      .map(({ of }) => (of === 'baseline' ? 'A' : 'B'));
    expect(counted?.join('')).toBe('ABBAAB');
    for (const { folder } of repeats ?? []) {
      expect(resultIn(path.join(run.folder, folder))).toMatchObject({ comparison: null, repeats: null });
    }
  });

  // One false alarm in twenty is what is promised; two in a row are none.
  it('do not end with 7 against the same server', { retry: 1 }, async () => {
    const server = await startServer(GOOD, 3);
    const { exitCode, result, run } = await soundRun(
      { ...SHORT, target: server },
      ['--repeat', '3', '--baseline-target', server],
      { timeoutMs: 60_000 },
    );
    expect(exitCode, run.stdout).toBe(0);
    expect(result.comparison?.verdict).not.toBe('worse');
  });

  it('end with 4 at the first run where the baseline’s target is not there', async () => {
    const [gone, now] = [`ws://127.0.0.1:${(await freePorts(1))[0]}/ws`, await startServer(GOOD, 4)];
    const { exitCode, result, run } = await soundRun({ ...SHORT, target: now }, ['--baseline-target', gone]);
    expect(exitCode, run.stdout).toBe(4);
    expect(run.stdout).toContain('Of the baseline: The target was never reached');
    expect(result.repeats?.at(-1)?.of).toBe('baseline');
    expect(result.repeats?.filter(({ leftOut }) => !leftOut)).toEqual([]);
  });
});

describe.concurrent('runs against a baseline file', { timeout: 200_000 }, () => {
  it('have their comparison in the result', async () => {
    const { exitCode, result, run: first } = await soundRun(SHORT, ['--repeat', '2'], { timeoutMs: 40_000 });
    expect(exitCode, first.stdout).toBe(0);
    expect(first.stdout).toMatch(/Between runs\n.*median.*\n(?:.*\n)*.*phases\.connect\.p50 /);
    const file = path.join(newFolder(), 'perf', 'baseline.json');
    mkdirSync(path.dirname(file));
    const counted = result.repeats?.filter(({ leftOut }) => !leftOut) ?? [];
    const results = counted.map(({ folder }) => first.file(path.join(folder, 'result.json')));
    const update = new Cli(['baseline', 'update', file, ...results]);
    expect(await update.end(15_000), update.stderr).toBe(0);

    const once = await soundRun(SHORT, ['--baseline', file]);
    expect([0, 7], once.run.stderr).toContain(once.exitCode);
    const { comparison, repeats, verdict } = once.result;
    expect(comparison).toMatchObject({ baseline: { name: file, runs: 2 }, current: { runs: 1 } });
    expect(repeats).toBeNull();
    expect(verdict.exitCode).toBe(comparison?.verdict === 'worse' ? 7 : 0);

    const other = new Run({ ...SHORT, hold: '400ms' }, ['--baseline', file]);
    expect(await other.end(15_000)).toBe(2);
    expect(other.stderr).toContain('holdMs: 400 here, 300 in the baseline');
    expect(existsSync(other.folder)).toBe(false);
  });
});

describe.concurrent('what is refused before anything is opened', () => {
  it.each<[string, readonly string[], string]>([
    ['a baseline that is lost', ['--baseline', 'lost.json'], 'cannot read lost.json'],
    ['one run against a baseline’s target', ['--baseline-target', 'ws://a/ws', '--repeat', '1'], 'two pairs'],
    ['a baseline’s target that is none', ['--baseline-target', 'http://a/ws'], '--baseline-target'],
    ['so many runs', ['--repeat', '1000'], 'no number of runs'],
  ])('%s', async (_, args, text) => {
    const run = new Run({ ...SHORT, target: 'ws://127.0.0.1:1/ws' }, args);
    expect(await run.end(15_000), run.stdout).toBe(2);
    expect(run.stderr).toContain(text);
    expect(existsSync(run.folder)).toBe(false);
  });

  it('a baseline’s target for the embedded broker', async () => {
    const run = new Run(SHORT, ['--baseline-target', 'ws://a/ws']);
    expect(await run.end(15_000)).toBe(2);
    expect(run.stderr).toContain('own target is a server');
  });
});

describe.concurrent('several runs', { timeout: 80_000 }, () => {
  it('that are interrupted let the one that goes on wind up, and report what there is', async () => {
    const run = new Run({ ...SHORT, hold: '60s' }, ['--repeat', '3']);
    await run.reaches('holding');
    run.kill('SIGINT');
    expect(await run.end(20_000), run.stdout).toBe(130);
    expect(run.result().verdict.headline).toBe('Stopped on request after 0 of 3 runs.');
    expect(readdirSync(run.folder).sort()).toEqual(['result.json', 'run-01']);
    expect(run.stderr).not.toContain('run 2 of 3');
  });

  it('keep the secrets of both targets', async () => {
    const [before, now] = ['me:s3cret-before', 'me:s3cret-now'].map((user) => `ws://${user}@127.0.0.1:1/ws`);
    const { exitCode, run } = await soundRun({ ...SHORT, target: now }, ['--baseline-target', before ?? '']);
    expect(exitCode).toBe(4);
    expect(run.everythingSaid()).toContain('***@127.0.0.1:1');
    expect(run.everythingSaid()).not.toMatch(/s3cret/);
  });
});
