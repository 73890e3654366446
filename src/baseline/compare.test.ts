import { describe, expect, it } from 'vitest';
import type { Comparison, MetricChange } from '../model/comparison.js';
import { StompedeError } from '../shared/errors.js';
import { compareRuns } from './compare.js';
import type { ComparedRun } from './compared-run.js';
import { ENVIRONMENT, batchesOf, comparedRunOf, latencyOf, runWith } from './testing/compared-runs.js';

const names = { baseline: 'perf/baseline.json', current: 'this run' };

function compared(
  baseline: readonly ComparedRun[],
  current: readonly ComparedRun[],
  pairs = false,
): Comparison {
  return compareRuns({ baseline, current, pairs, names });
}

function metric({ metrics }: Comparison, name: string): MetricChange {
  const found = metrics.find((one) => one.metric === name);
  if (found === undefined) throw new Error(`${name} is not among ${metrics.map((one) => one.metric).join()}`);
  return found;
}

const connects = (...p50s: readonly number[]): ComparedRun[] =>
  p50s.map((p50) => runWith('phases.connect', p50));
const BEFORE = connects(10_000, 10_100, 9900, 10_050, 9950);

describe('a change', () => {
  it('is worse where its interval is above nothing and it is as much as matters', () => {
    const found = metric(
      compared(BEFORE, connects(12_000, 12_100, 11_900, 12_050, 11_950)),
      'phases.connect.p50',
    );
    expect(found).toMatchObject({ verdict: 'worse', why: null, unit: 'us', better: 'lower', scale: 'ratio' });
    expect(found.change).toBeCloseTo(0.2, 3);
    expect(found.low).toBeGreaterThan(0.15);
    expect(found.high).toBeLessThan(0.25);
    expect(found.current! / found.baseline!).toBeCloseTo(1 + found.change!, 10);
  });

  it('is better the other way round', () => {
    const changes = compared(connects(12_000, 12_100, 11_900, 12_050, 11_950), BEFORE);
    expect(metric(changes, 'phases.connect.p50').verdict).toBe('better');
    expect(changes.verdict).toBe('better');
  });

  it('is the same where all of its interval is less than what matters', () => {
    const changes = compared(BEFORE, connects(10_020, 10_120, 9910, 10_060, 9970));
    expect(metric(changes, 'phases.connect.p50')).toMatchObject({ verdict: 'same', why: null });
    expect(changes.verdict).toBe('same');
  });

  it('can’t be told where its interval has both in it, and says from which on it could', () => {
    const found = metric(
      compared(BEFORE, connects(8000, 14_000, 9000, 12_000, 13_000)),
      'phases.connect.p50',
    );
    expect(found.verdict).toBe('cannot-tell');
    expect(found.why).toMatch(/varies too much/);
    expect(found.smallestSeen).toBeGreaterThan(0.3);
  });

  it('is not worse by less than what matters, however sure', () => {
    const found = metric(
      compared(BEFORE, connects(10_400, 10_500, 10_300, 10_450, 10_350)),
      'phases.connect.p50',
    );
    expect(found.low).toBeGreaterThan(0);
    expect(found).toMatchObject({
      verdict: 'cannot-tell',
      why: expect.stringMatching(/less than what matters/),
    });
  });

  it('has no interval where so few runs give it no end', () => {
    const found = metric(compared(connects(8000, 14_000), connects(9000)), 'phases.connect.p50');
    expect(found).toMatchObject({ low: null, high: null, smallestSeen: null, verdict: 'cannot-tell' });
    expect(found).toMatchObject({
      change: expect.any(Number),
      why: expect.stringMatching(/^There are too few runs/),
    });
  });

  it('is worse however wide its interval, if all of it is', () => {
    const [before, now] = [connects(990, 1010), connects(4_100_000, 6_800_000)];
    for (const pairs of [true, false]) {
      const found = metric(compared(before, now, pairs), 'phases.connect.p50');
      expect(found).toMatchObject({ verdict: 'worse', why: null });
      expect(found.high! / found.low!).toBeGreaterThan(100);
      expect(metric(compared(now, before, pairs), 'phases.connect.p50').verdict).toBe('better');
    }
  });

  it('is never said to be visible below what matters', () => {
    expect(metric(compared(BEFORE, BEFORE), 'phases.connect.p99').smallestSeen).toBeGreaterThanOrEqual(0.1);
  });
});

describe('what is compared', () => {
  it('is a share by its difference, and worse from a tenth of a point on', () => {
    const failing = (count: number): ComparedRun[] =>
      Array.from({ length: 5 }, () =>
        comparedRunOf({ shares: { 'connections.failed': { count, of: 5000, independent: 5000 } } }),
      );
    const found = metric(compared(failing(0), failing(50)), 'connections.failed');
    expect(found).toMatchObject({
      verdict: 'worse',
      scale: 'difference',
      unit: 'share',
      baseline: 0,
      current: 0.01,
    });
    expect(metric(compared(failing(0), failing(0)), 'connections.failed').verdict).toBe('same');
    expect(metric(compared(failing(0), failing(2)), 'connections.failed').verdict).not.toBe('worse');
  });

  it('is a share that can’t be told for the right reason: too few to show it, or runs that vary', () => {
    const failing = (...counts: readonly number[]): ComparedRun[] =>
      counts.map((count) =>
        comparedRunOf({ shares: { 'connections.failed': { count, of: 500, independent: 500 } } }),
      );
    const why = (now: readonly ComparedRun[]): string | null =>
      metric(compared(failing(0, 0, 0), now), 'connections.failed').why;
    expect(why(failing(0, 0, 0))).toMatch(/^There are too few of them/);
    expect(why(failing(0, 90, 30))).toMatch(/^It varies too much by itself/);
  });

  it('is a share of deliveries by as many as stand by themselves where there is a single run, and by runs where there are several', () => {
    const losing = (runs: number, count: number): ComparedRun[] =>
      Array.from({ length: runs }, () =>
        comparedRunOf({ shares: { 'deliveries.lost': { count, of: 50_000, independent: 50 } } }),
      );
    const verdict = (runs: number): string =>
      metric(compared(losing(runs, 0), losing(runs, 500)), 'deliveries.lost').verdict;
    expect([verdict(1), verdict(3)]).toEqual(['cannot-tell', 'worse']);
  });

  it('is a percentile only where there are samples for it', () => {
    const few = [comparedRunOf({ latencies: { 'phases.tcp': latencyOf(1000, 4000, { samples: 200 }) } })];
    const changes = compared([...few, ...few], [...few, ...few]);
    expect(metric(changes, 'phases.tcp.p50').change).not.toBeNull();
    expect(metric(changes, 'phases.tcp.p99')).toMatchObject({
      verdict: 'cannot-tell',
      change: null,
      why: 'p99 takes 299 samples of each run, and there are as few as 200.',
    });
  });

  it('is p99.9 of deliveries where there are samples for it, and else not', () => {
    const of = (samples: number): ComparedRun[] =>
      [1, 2].map(() =>
        comparedRunOf({ latencies: { 'deliveries.latency': latencyOf(1000, 4000, { samples }) } }),
      );
    const names = (samples: number): string[] =>
      compared(of(samples), of(samples)).metrics.map((one) => one.metric);
    expect(names(2995)).toContain('deliveries.latency.p99.9');
    expect(names(2994)).not.toContain('deliveries.latency.p99.9');
  });

  it('is told as not measured where one side has it not', () => {
    const changes = compared(BEFORE, [runWith('phases.tls', 10), runWith('phases.tls', 10)]);
    expect(metric(changes, 'phases.connect.p50')).toMatchObject({
      verdict: 'cannot-tell',
      current: null,
      why: 'It was not measured now.',
    });
    expect(metric(changes, 'phases.tls.p50')).toMatchObject({
      baseline: null,
      why: 'The baseline did not measure it.',
    });
  });

  it('is not what lies below the instrument’s error', () => {
    const blind = (p50: number): ComparedRun[] =>
      [1, 2, 3, 4, 5].map(() => runWith('phases.tcp', p50, { instrumentUs: 300 }));
    expect(metric(compared(blind(50), blind(90)), 'phases.tcp.p50')).toMatchObject({
      verdict: 'cannot-tell',
      change: null,
      why: "The difference is within the instrument's own error, 300 µs.",
    });
    expect(metric(compared(blind(200), blind(450)), 'phases.tcp.p50').verdict).toBe('cannot-tell');
    expect(metric(compared(blind(200), blind(900)), 'phases.tcp.p50').verdict).toBe('worse');
  });

  it('is no change as large as what the instrument’s error has become, however long the latencies are', () => {
    const measured = (p50: number, instrumentUs: number): ComparedRun[] =>
      [1, 1.01, 0.99, 1.005, 0.995].map((x) => runWith('phases.tcp', p50 * x, { instrumentUs }));
    const verdict = (before: ComparedRun[], now: ComparedRun[], pairs: boolean): string =>
      metric(compared(before, now, pairs), 'phases.tcp.p50').verdict;
    for (const pairs of [true, false]) {
      expect(verdict(measured(40_000, 1000), measured(70_000, 35_000), pairs)).toBe('cannot-tell');
      expect(verdict(measured(70_000, 35_000), measured(40_000, 1000), pairs)).toBe('cannot-tell');
      expect(verdict(measured(40_000, 1000), measured(80_000, 35_000), pairs)).toBe('worse');
      expect(verdict(measured(40_000, 1000), measured(40_000, 1000), pairs)).toBe('same');
    }
  });
});

describe('the unit', () => {
  it('is the pair where runs alternated: what disturbs both of a pair disturbs nothing', () => {
    const before = connects(10_000, 20_000, 15_000, 30_000, 12_000);
    const now = connects(12_100, 23_900, 18_100, 35_900, 14_500);
    expect(compared(before, now, true)).toMatchObject({ unit: 'pairs', verdict: 'worse' });
    expect(compared(before, now, false)).toMatchObject({ unit: 'runs', verdict: 'cannot-tell' });
  });

  it('is the stretch of time where there is one run on each side, which only shows what is large', () => {
    const one = (us: number): ComparedRun[] => {
      const batches = batchesOf(
        'p50',
        [1, 1.02, 0.98, 1.01, 0.99, 1, 1.02, 0.98].map((x) => x * us),
      );
      return [comparedRunOf({ shares: {}, latencies: { 'deliveries.latency': latencyOf(us, us, batches) } })];
    };
    const slower = compared(one(10_000), one(12_000));
    expect(slower.unit).toBe('blocks');
    expect(metric(slower, 'deliveries.latency.p50')).toMatchObject({ verdict: 'cannot-tell' });
    expect(metric(slower, 'deliveries.latency.p50').change).toBeCloseTo(0.2, 6);
    expect(metric(slower, 'deliveries.latency.p99').why).toMatch(/^One run against one takes 5 stretches/);
    expect(metric(compared(one(10_000), one(20_000)), 'deliveries.latency.p50').verdict).toBe('worse');
  });

  it('is the stretch of time, and what is shown under the name of the metric is the whole run’s', () => {
    const of = (us: number): ComparedRun[] => {
      const stretches = batchesOf(
        'p99',
        [1, 1.02, 0.98, 1.01, 0.99].map((x) => x * us),
      );
      return [comparedRunOf({ latencies: { 'deliveries.latency': latencyOf(us, 4 * us, stretches) } })];
    };
    const found = metric(compared(of(10_000), of(12_000)), 'deliveries.latency.p99');
    expect([found.baseline, found.current].map((us) => Math.round(us ?? 0))).toEqual([40_000, 48_000]);
    expect(found.change).toBeCloseTo(0.2, 6);
  });
});

describe('runs that do not count', () => {
  const unsound = runWith('phases.connect', 90_000, { unusable: 'its generator was not sound' });

  it('are left out, and that is said', () => {
    const changes = compared([...BEFORE, unsound], [...BEFORE, unsound, unsound]);
    expect(changes).toMatchObject({ verdict: 'same', baseline: { runs: 5 }, current: { runs: 5 } });
    expect(changes.warnings).toEqual([
      '1 of 6 runs of the baseline is left out: its generator was not sound.',
      '2 of 7 runs now are left out: its generator was not sound.',
    ]);
  });

  it('take the other of their pair with them', () => {
    const changes = compared([BEFORE[0]!, unsound, BEFORE[1]!], [BEFORE[2]!, BEFORE[3]!, BEFORE[4]!], true);
    expect(changes).toMatchObject({ unit: 'pairs', baseline: { runs: 2 }, current: { runs: 2 } });
  });

  it('leave nothing to tell where there is no other', () => {
    expect(compared([unsound], BEFORE)).toMatchObject({
      verdict: 'cannot-tell',
      metrics: [],
      baseline: { runs: 0 },
    });
  });
});

describe('what may explain a change', () => {
  it('is told: another machine, another version, another day', () => {
    const elsewhere = runWith('phases.connect', 10_000, {
      startedAt: '2026-03-17T10:00:00.000Z',
      stompede: '0.2.0',
      environment: { ...ENVIRONMENT, cpuModel: 'Another CPU', cpus: 8, node: 'v22.1.0', memoryBytes: 1 },
    });
    expect(compared(BEFORE, [elsewhere, elsewhere]).warnings).toEqual([
      'Another CPU: A CPU in the baseline, Another CPU now.',
      'Another number of CPUs: 2 in the baseline, 8 now.',
      'Another version of Node: v20 in the baseline, v22 now.',
      'Another version of stompede: 0.1.0 in the baseline, 0.2.0 now.',
      expect.stringMatching(/^The two were measured 3d apart/),
    ]);
  });

  it('is not the day of runs that alternated, nor a newer patch of Node', () => {
    const later = BEFORE.map((run) => ({
      ...run,
      startedAt: '2026-03-17T10:00:00.000Z',
      environment: { ...ENVIRONMENT, node: 'v20.99.0' },
    }));
    expect(compared(BEFORE, later, true).warnings).toEqual([]);
  });
});

it('refuses runs of different scenarios, and names what differs', () => {
  const other = runWith('phases.connect', 10_000);
  const scenario = { ...other.scenario, 'connect.connections': 2000, 'stomp.\u001b[2J': 'x' };
  const refused = (): unknown => compared([{ ...other, scenario }], BEFORE);
  expect(refused).toThrow(StompedeError);
  expect(refused).toThrow('connect.connections: 1000 here, 2000 in the baseline');
  expect(refused).toThrow('stomp.\\x1b[2J: none here, "x" in the baseline');
});

it('says by which method, and for how many metrics it was corrected', () => {
  expect(compared(BEFORE, BEFORE, true).method).toMatch(/^Student’s t .*5 pairs.* corrected for 2 metrics/);
});
