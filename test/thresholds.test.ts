import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ThresholdVerdict } from '../src/model/thresholds.js';
import { Cli, type Ended, Run, type Scenario } from './support/cli.js';
import { expectSoundCounts } from './support/sound-counts.js';
import { soundRun } from './support/sound-runs.js';

// Every run here is the real command line against an embedded broker, which delays and refuses as it is told.

const SCENARIO: Scenario = {
  name: 'gate',
  target: 'embedded',
  connect: { connections: 60, rate: '300/s' },
  subscribe: [{ destination: '/topic/news' }],
  publish: [{ destination: '/topic/news', rate: '20/s' }],
  hold: '500ms',
};

function withFaults(...faults: readonly object[]): Scenario {
  return { target: { embedded: { faults: { faults } } } };
}

async function runWith(thresholds: readonly unknown[], changes: Scenario = {}): Promise<Ended> {
  return soundRun({ ...SCENARIO, ...changes, thresholds });
}

/** The scenario's own. */
function own({ result }: Ended): readonly ThresholdVerdict[] {
  return result.thresholds.filter(({ implied }) => !implied);
}

function outcomes(ended: Ended): readonly string[] {
  return own(ended).map(({ outcome }) => outcome);
}

describe.concurrent('a run with thresholds', { timeout: 80_000 }, () => {
  it('that all hold ends with 0, and has what it was asked with its figures', async () => {
    const ended = await runWith(
      [
        'connections.complete == 100%',
        'phases.connect.p90 < 30s',
        'deliveries.lost == 0',
        { that: 'deliveries.latency.p50 < 30s', from: '1s', window: '1s' },
      ],
      { hold: '2s' },
    );
    expect(ended.exitCode, ended.run.stdout).toBe(0);
    expect(outcomes(ended)).toEqual(['pass', 'pass', 'pass', 'pass']);
    const [complete, connect, , windows] = own(ended);
    expect(complete).toMatchObject({ observed: 1, samples: 60 });
    expect(connect).toMatchObject({ samples: 60, samplesNeeded: 29, windows: null });
    expect(connect?.observed).toBe(ended.result.phases.connect?.us?.p90);
    expect(connect?.margin).toBeGreaterThan(0);
    expect(windows?.windows?.judged).toBeGreaterThanOrEqual(1);
    const implied = ended.result.thresholds.filter((verdict) => verdict.implied);
    expect(implied.map(({ threshold }) => threshold.metric)).not.toContain('connections.complete');
    expect(implied.every(({ outcome }) => outcome === 'pass')).toBe(true);
  });

  it('misses one on a latency that the target does not keep', async () => {
    const ended = await runWith(
      ['phases.connect.p50 < 50ms'],
      withFaults({ fault: 'connected-delay', delay: '700ms' }),
    );
    expect(ended.exitCode, ended.run.stdout).toBe(5);
    expect(own(ended)).toMatchObject([{ outcome: 'miss', samples: 60, samplesNeeded: 5 }]);
    expect(own(ended)[0]?.margin).toBeLessThan(-10);
    expect(ended.result.verdict.headline).toMatch(/^phases\.connect\.p50 was .* had to be below 50 ms/);
    expect(ended.result.verdict.reasons).toHaveLength(1);
  });

  it('is no pass where there are too few samples for the percentile', async () => {
    const ended = await runWith(['phases.connect.p99 < 30s']);
    expect(ended.exitCode, ended.run.stdout).toBe(5);
    expect(own(ended)).toMatchObject([
      { outcome: 'too-few', observed: null, samples: 60, samplesNeeded: 299 },
    ]);
    expect(ended.result.verdict.headline).toBe(
      'phases.connect.p99 takes 299 samples to be told, and there were 60.',
    );
  });

  it('misses one in the window in which it was not kept, and says which', async () => {
    const ended = await runWith(
      [{ that: 'deliveries.latency.p50 < 300ms', window: '1s' }, 'deliveries.lost == 0'],
      {
        ...withFaults({ fault: 'message-delay', delay: '800ms', from: '3s', until: '5500ms' }),
        hold: '7s',
      },
    );
    expect(ended.exitCode, ended.run.stdout).toBe(5);
    expect(outcomes(ended)).toEqual(['miss', 'pass']);
    const [verdict] = own(ended);
    expect(verdict?.observed).toBeGreaterThanOrEqual(800_000);
    expect(verdict?.windows?.judged).toBeGreaterThan(verdict?.windows?.missed ?? 0);
    // Counted from the first connection that the broker accepts: a publisher's, before the start.
    expect(verdict?.windows?.worstFromMs).toBeGreaterThanOrEqual(1000);
    expect(verdict?.windows?.worstToMs).toBeLessThanOrEqual(7000);
  });

  it('has those of the command line in addition', async () => {
    const ended = await soundRun({ ...SCENARIO, thresholds: ['connections.failed == 0'] }, [
      '--threshold',
      'deliveries.received > 1_000_000',
    ]);
    expect(ended.exitCode, ended.run.stdout).toBe(5);
    expect(outcomes(ended)).toEqual(['pass', 'miss']);
  });
});

describe.concurrent('a run with a threshold that ends it', { timeout: 80_000 }, () => {
  // Many connections are refused once they are up; arrivals go on for half a minute, and a hold of a minute would follow.
  const FAILING: Scenario = {
    ...SCENARIO,
    connect: { connections: 3000, rate: '100/s' },
    ...withFaults({ fault: 'connect-error', share: '40%', skip: 1 }),
    hold: '60s',
    thresholds: [{ that: 'connections.failed < 5%', abort: true, after: '1s' }, 'deliveries.lost == 0'],
  };

  let ofBoth: Promise<Ended> | undefined;
  /** One run for two tests. */
  function cutShort(): Promise<Ended> {
    return (ofBoth ??= soundRun(FAILING));
  }

  it('disconnects what is open, writes its reports and ends with 5', async () => {
    const { exitCode, result, run } = await cutShort();
    expect(exitCode, run.stderr).toBe(5);
    expect(result.outcome).toBe('cut-short');
    expect(result.run.durationMs).toBeLessThan(40_000);
    expect(result.thresholds[0]).toMatchObject({ outcome: 'miss' });
    expect(result.thresholds[0]?.abortedAtMs).toBeGreaterThanOrEqual(1000);
    expect(result.verdict.headline).toMatch(/^Cut short: connections\.failed was .* it ended the run after /);
    expect(run.stderr).toContain('Cut short');
    const { attempted, complete } = result.connections;
    expect(attempted).toBeLessThan(3000);
    expect(complete).toBeGreaterThan(0);
    expectSoundCounts(result);
    expect(result.deliveries.lost).toBe(0);
  });

  it('is judged the same when it is rebuilt from its interval data', async () => {
    const { result, run } = await cutShort();
    rmSync(run.file('result.json'));
    const report = new Cli(['report', run.folder]);
    expect(await report.end(15_000), report.stderr).toBe(0);
    const rebuilt = run.result();
    expect(rebuilt.thresholds).toEqual(result.thresholds);
    expect(rebuilt.verdict).toEqual(result.verdict);
    expect(rebuilt.outcome).toBe('cut-short');
  });

  it('has the last word of who stops it while it winds up', async () => {
    const slow: Scenario = { ...FAILING, disconnect: { rate: '4/s' } };
    const run = new Run(slow);
    await run.reaches('stopping');
    run.kill('SIGINT');
    expect(await run.end(25_000), run.stderr).toBe(130);
    const result = run.result();
    expect(result.outcome).toBe('stopped');
    expect(result.thresholds[0]?.abortedAtMs).toBeGreaterThanOrEqual(1000);
  });
});
