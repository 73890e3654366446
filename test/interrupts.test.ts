import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../src/model/result.js';
import { startBroker } from './support/broker.js';
import { Cli, type CliOptions, Run, runToEnd, type Scenario } from './support/cli.js';
import { newFolder } from './support/folders.js';
import { commandLineOf, descendantsOf, isAlive } from './support/processes.js';
import { expectSoundCounts } from './support/sound-counts.js';
import { until } from './support/until.js';

// Every run here is the real command line, and what ends it comes from outside.

const CONNECTIONS = 40;

const LONG: Scenario = {
  name: 'interrupted',
  target: 'embedded',
  connect: { connections: CONNECTIONS, rate: '200/s' },
  subscribe: [{ destination: '/topic/news' }],
  publish: [{ destination: '/topic/news', rate: '10/s' }],
  hold: '60s',
  disconnect: { rate: '200/s' },
};

/** Two processes, a worker in each. */
const TWO_PROCESSES = { workers: 2, processes: 2 };

/** A run that holds all its connections, with the processes that it has started. */
async function holding(
  scenario: Scenario,
  options: CliOptions = {},
): Promise<{ run: Run; children: number[] }> {
  const run = new Run(scenario, [], options);
  await run.reaches('holding');
  return { run, children: descendantsOf(run.pid) };
}

/** Until the interval data has so many snapshots of every worker since the hold began: later ones may be lost. */
async function heldFor(run: Run, workers: number, snapshots: number): Promise<void> {
  const told = (): boolean => {
    const [, sinceHold = ''] = readFileSync(run.file('intervals.ndjson'), 'utf8').split('"holdStart"');
    const counts = Array.from({ length: workers }, (_, k) => sinceHold.split(`"worker":${k},`).length - 1);
    return counts.every((count) => count >= snapshots);
  };
  await until(told, 'snapshots of the hold');
}

async function expectGone(pids: readonly number[]): Promise<void> {
  await until(
    () => !pids.some(isAlive),
    () => `the end of ${pids.filter(isAlive).map(commandLineOf).join('; ')}`,
  );
}

function expectStoppedInOrder(run: Run, exitCode: number | null): RunResult {
  expect(exitCode).toBe(130);
  const result = run.result();
  expect(result.outcome).toBe('stopped');
  expect(result.verdict).toMatchObject({ exitCode: 130, pass: false });
  expect(result.connections).toMatchObject({ attempted: CONNECTIONS, complete: CONNECTIONS, failed: 0 });
  expect(result.phases.close).toMatchObject({ count: CONNECTIONS, failed: 0 });
  expect(result.deliveries.received).toBe(result.deliveries.expected);
  expect(result.failures).toEqual([]);
  expect(result.run.marksMs.stopAsked).toBeGreaterThan(0);
  expectSoundCounts(result);
  expect(existsSync(run.file('report.html'))).toBe(true);
  return result;
}

/** `stompede report FOLDER` of a run that could not write its own. */
async function rebuilt(run: Run): Promise<RunResult> {
  expect(existsSync(run.file('intervals.ndjson'))).toBe(true);
  expect(existsSync(run.file('result.json'))).toBe(false);
  const report = new Cli(['report', run.folder]);
  expect(await report.end(15_000), report.stderr).toBe(0);
  expect(report.stdout).toContain('interrupted');
  expect(existsSync(run.file('report.html'))).toBe(true);
  return run.result();
}

describe.concurrent('a run that is asked to stop', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('once, by %s, leaves in order', async (signal) => {
    const { run, children } = await holding(LONG);
    expect(children.length).toBeGreaterThan(0);
    run.kill(signal);
    expectStoppedInOrder(run, await run.end(20_000));
    await expectGone(children);
  });

  it('twice within milliseconds, as npx does it, leaves in order', async () => {
    const { run } = await holding(LONG);
    run.kill('SIGINT');
    await sleep(30);
    run.kill('SIGINT');
    expectStoppedInOrder(run, await run.end(20_000));
  });

  it.each(['embedded broker', 'workers’ process'])(
    'by a Ctrl-C before the %s can have heard of it, leaves in order',
    async (child) => {
      const scenario =
        child === 'embedded broker' ? LONG : { ...LONG, ...TWO_PROCESSES, target: (await startBroker()).url };
      const run = new Run(scenario, [], { ownGroup: true });
      // It is node already, and has hardly begun to load.
      const begun = (): boolean => descendantsOf(run.pid).some((pid) => commandLineOf(pid).includes('entry'));
      await until(begun, `the ${child}`);
      const children = descendantsOf(run.pid);
      run.interruptGroup();
      expect(await run.end(20_000), run.stderr).toBe(130);
      expect(run.result()).toMatchObject({ outcome: 'stopped', generator: { workersLost: 0 } });
      await expectGone(children);
    },
  );

  it('by a Ctrl-C that ends a process of workers which has no group of its own yet, leaves in order', async () => {
    const run = new Run({ ...LONG, ...TWO_PROCESSES, target: (await startBroker()).url });
    const begun = (): number | undefined =>
      descendantsOf(run.pid).find((pid) => commandLineOf(pid).includes('entry'));
    await until(() => begun() !== undefined, 'a process of workers');
    const first = begun() ?? 0;
    run.kill('SIGINT');
    process.kill(first, 'SIGINT');
    expect(await run.end(20_000), run.stderr).toBe(130);
    expect(run.result().generator.health.lostReasons).toEqual([]);
    expect(run.result()).toMatchObject({ outcome: 'stopped', generator: { workersLost: 0 } });
  });

  it('while connections still arrive, starts no further one and lets those that are there leave', async () => {
    const run = new Run({ ...LONG, connect: { connections: 1000, rate: '20/s' } });
    await until(
      () => /opened [1-9]/.test(run.stderr),
      () => run.stderr,
    );
    run.kill('SIGINT');
    expect(await run.end(20_000)).toBe(130);
    const result = run.result();
    const { attempted, complete, failed, unfinished } = result.connections;
    expect(result.outcome).toBe('stopped');
    expect(attempted).toBeLessThan(1000);
    expect(complete).toBeGreaterThan(0);
    expect(complete + unfinished).toBe(attempted);
    expect(failed).toBe(0);
    expectSoundCounts(result);
  });

  it('a second time, while it leaves slowly, is gone at once, and its interval data makes a report', async () => {
    const { run, children } = await holding({ ...LONG, disconnect: { rate: '1/s' } });
    run.kill('SIGINT');
    await run.reaches('stopping');
    await sleep(1000);
    run.kill('SIGINT');
    expect(await run.end(20_000)).toBe(130);
    await expectGone(children);
    const result = await rebuilt(run);
    expect(result.outcome).toBe('aborted');
    expect(result.connections).toMatchObject({ attempted: CONNECTIONS, failed: 0 });
    expect(result.connections.complete).toBeLessThan(CONNECTIONS);
    expectSoundCounts(result);
  });
});

describe.concurrent('a coordinator that is killed', () => {
  it.each([
    ['threads', { workers: 2 }],
    ['processes', TWO_PROCESSES],
  ])('leaves nothing running, and a folder that makes a report, with %s', async (_with, layout) => {
    const { run, children } = await holding({ ...LONG, ...layout });
    await heldFor(run, 2, 2);
    run.kill('SIGKILL');
    await run.exited;
    await expectGone(children);
    const result = await rebuilt(run);
    expect(result.outcome).toBe('aborted');
    expect(result.verdict.exitCode).toBe(130);
    expect(result.connections).toMatchObject({
      planned: CONNECTIONS,
      attempted: CONNECTIONS,
      complete: 0,
      failed: 0,
      unfinished: CONNECTIONS,
      peakOpen: CONNECTIONS,
    });
    expect(result.phases.message).toMatchObject({ count: CONNECTIONS, failed: 0 });
    expect(result.deliveries.received).toBeGreaterThan(0);
    expect(result.notes).toContainEqual(expect.stringContaining('Rebuilt'));
    expectSoundCounts(result);
  });
});

describe.concurrent('workers in processes', () => {
  it('one of which is killed make the run invalid, and the other one’s figures are there', async () => {
    const { url } = await startBroker();
    const { run, children } = await holding({ ...LONG, ...TWO_PROCESSES, target: url, hold: '3s' });
    expect(children).toHaveLength(2);
    await heldFor(run, 2, 1);
    process.kill(children[1]!, 'SIGKILL');
    expect(await run.end(25_000)).toBe(6);
    const result = run.result();
    expect(result.outcome).toBe('invalid');
    expect(result.verdict).toMatchObject({ exitCode: 6, pass: false });
    expect(result.generator).toMatchObject({ workers: 2, processes: 2, workersLost: 1 });
    expect(result.failures).toContainEqual(
      expect.objectContaining({
        kind: 'worker-lost',
        side: 'generator',
        sample: expect.stringContaining('SIGKILL'),
      }),
    );
    expect(result.connections).toMatchObject({ attempted: CONNECTIONS, complete: CONNECTIONS / 2 });
    expect(existsSync(run.file('report.html'))).toBe(true);
    await expectGone(children);
  });

  it('are as many as the limit of open files asks for, without being asked', async () => {
    const { url } = await startBroker();
    const { exitCode, result, run } = await runToEnd(
      {
        ...LONG,
        target: url,
        connect: { connections: 600, rate: '600/s' },
        hold: '500ms',
        disconnect: { rate: '600/s' },
      },
      [],
      { shell: 'ulimit -n 400; exec "$@"' },
    );
    expect(result.environment.openFilesPerProcess).toBe(400);
    expect(result.generator.processes).toBeGreaterThan(1);
    expect(result.failures).toEqual([]);
    expect(result.connections).toMatchObject({ attempted: 600, complete: 600, peakOpen: 600 });
    expect(result.deliveries.received).toBe(result.deliveries.expected);
    expectSoundCounts(result);
    expect(exitCode, run.stdout).toBe(0);
  });
});

describe.concurrent('an output folder', () => {
  const SHORT: Scenario = { ...LONG, connect: { connections: 10, rate: '100/s' }, hold: '200ms' };

  it('that cannot be made is a usage error, before anything is opened', async () => {
    const file = path.join(newFolder(), 'a-file');
    writeFileSync(file, '');
    const scenario = path.join(newFolder(), 'scenario.yaml');
    writeFileSync(scenario, JSON.stringify(SHORT));
    for (const out of [file, path.join(file, 'below')]) {
      const cli = new Cli(['run', scenario, '--out', out]);
      expect(await cli.end(15_000)).toBe(2);
      expect(cli.stderr).toContain(`cannot write to ${out}`);
      expect(cli.stderr).toContain('--out');
      expect(cli.stderr).not.toContain('opening');
    }
  });

  // A limit on the size of files fails as a full disk does, and needs no rights.
  it('that fills up costs the files, not the run, and is said', async () => {
    const run = new Run(SHORT, [], { shell: 'ulimit -f 2; exec "$@"' });
    expect(await run.end(20_000)).toBe(1);
    expect(run.stdout).toContain('All 10 connections went through the whole cycle');
    expect(run.stdout).toContain('Interval data is incomplete on disk');
    for (const name of ['result.json', 'report.html']) {
      expect(run.stderr).toContain(`${name} could not be written: EFBIG`);
      expect(existsSync(run.file(name)), `half of ${name}`).toBe(false);
    }
  });
});
