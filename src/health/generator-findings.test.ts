import { describe, expect, it } from 'vitest';
import type { Finding } from '../model/findings.js';
import type { GeneratorHealth, UnsoundCause } from '../model/health.js';
import type { FailureRow, GeneratorRow, RunResult } from '../model/result.js';
import { passingRun } from '../report/testing/sample-result.js';
import { generatorFindings } from './generator-findings.js';
import type { Measured } from './measured.js';

const RUN = passingRun();

interface Changes {
  /** From the first second on, one element a second: why a worker was not well, and what its row has. */
  readonly seconds?: readonly (Partial<GeneratorRow> & { readonly cause?: UnsoundCause })[];
  readonly rows?: number;
  readonly health?: Partial<GeneratorHealth>;
  readonly failures?: readonly Pick<FailureRow, 'kind' | 'count'>[];
  readonly readDelayP99Us?: number;
  readonly urls?: readonly string[];
}

function measured(changes: Changes): Measured {
  const { seconds = [], rows = 20, health = {}, failures = [], readDelayP99Us = 300, urls } = changes;
  const [sample] = RUN.series;
  const series = Array.from({ length: rows }, (_, atSec) => {
    const { cause, ...row } = seconds[atSec] ?? {};
    const unsoundSec = cause === undefined ? {} : { [cause]: 1 };
    return { ...sample!, atSec, generator: { ...sample!.generator, ...row, unsoundSec } };
  });
  const { generator, plan } = RUN;
  return {
    ...RUN,
    series,
    plan: { ...plan, target: { ...plan.target, urls: urls ?? plan.target.urls } },
    failures: failures.map(
      (row) => ({ ...row, phase: 'tcp', side: 'generator' }) as RunResult['failures'][0],
    ),
    generator: {
      ...generator,
      readDelayUs: { ...generator.readDelayUs!, p99: readDelayP99Us },
      health: { ...generator.health, ...health },
    },
  };
}

const told = (changes: Changes): [string, string][] =>
  generatorFindings(measured(changes)).map(({ kind, severity }): [string, string] => [kind, severity]);

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('what is found about the generator', () => {
  it('is nothing in a run in which it was well', () => {
    expect(told({})).toEqual([]);
  });

  it('is nothing after a single bad second', () => {
    expect(told({ seconds: [{ cause: 'cpu-starved', loopDelayMaxUs: 600_000 }] })).toEqual([]);
  });

  it('is nothing after two bad seconds of a long run', () => {
    const seconds = times(2, { cause: 'cpu-starved' } as const);
    expect(told({ seconds, rows: 199 })).toHaveLength(1);
    expect(told({ seconds, rows: 201 })).toEqual([]);
  });

  it('is a doubt after one standstill of a second, however long the run', () => {
    const seconds = [{ cause: 'process-paused', loopDelayMaxUs: 3_000_000, pausedMs: 3000 } as const];
    expect(told({ seconds, rows: 3600 })).toEqual([['process-paused', 'warning']]);
  });

  it('does not lay the standstill of one cause at the door of another in the same second', () => {
    const run = measured({
      seconds: times(4, { cause: 'cpu-saturated', loopDelayMaxUs: 2_800_000 } as const),
    });
    const series = run.series.map((row) => {
      const { unsoundSec } = row.generator;
      return { ...row, generator: { ...row.generator, unsoundSec: { ...unsoundSec, 'gc-pauses': 0.1 } } };
    });
    expect(generatorFindings({ ...run, series: series.slice(0, 5) }).map(({ kind }) => kind)).toEqual([
      'cpu-saturated',
    ]);
  });

  it.each<UnsoundCause>(['loop-blocked', 'cpu-starved', 'cpu-saturated', 'gc-pauses', 'schedule-lag'])(
    'is %s, with the moment when it began and its figures',
    (cause) => {
      const [found, ...others] = generatorFindings(
        measured({ seconds: [{}, {}, {}, { cause }, { cause }, {}, { cause }] }),
      );
      expect(others).toEqual([]);
      expect(found).toMatchObject({ about: 'generator', kind: cause, severity: 'warning', atMs: 3000 });
      expect(found?.evidence.values).toMatchObject({ unwellSec: 3, ranSec: 20 });
      expect(found?.evidence.text).toMatch(/3 of 20 s/);
    },
  );

  it('has no second name for a lag that follows from another cause', () => {
    const seconds = [
      ...times(4, { cause: 'cpu-starved' } as const),
      ...times(4, { cause: 'schedule-lag' } as const),
    ];
    expect(told({ seconds })).toEqual([['cpu-starved', 'warning']]);
  });

  it('leaves out what is little beside the main cause', () => {
    const seconds = [
      ...times(9, { cause: 'cpu-starved' } as const),
      ...times(2, { cause: 'loop-blocked' } as const),
    ];
    expect(told({ seconds })).toEqual([['cpu-starved', 'warning']]);
  });

  it('is critical only when most of the run was unwell and its error is above what it measured', () => {
    const mostly = times(11, { cause: 'loop-blocked' } as const);
    const typicalUs = RUN.deliveries.latencyUs?.p50 ?? 0;
    expect(typicalUs).toBeLessThan(200_000);
    expect(told({ seconds: mostly, readDelayP99Us: 310_000 })).toEqual([['loop-blocked', 'critical']]);
    expect(told({ seconds: mostly, readDelayP99Us: 199_000 })).toEqual([['loop-blocked', 'warning']]);
    expect(told({ seconds: mostly.slice(2), readDelayP99Us: 310_000 })).toEqual([
      ['loop-blocked', 'warning'],
    ]);
  });

  it.each([
    ['local-files', 'open-files'],
    ['local-ports', 'local-ports'],
    ['local-memory', 'socket-memory'],
  ] as const)('is critical when sockets failed by %s: %s', (kind, found) => {
    const findings = generatorFindings(measured({ failures: times(2, { kind, count: 7 }) }));
    expect(findings).toMatchObject([
      { kind: found, severity: 'critical', evidence: { values: { failed: 14 } } },
    ]);
  });

  it('is a full heap, and neither a lost worker nor its collections, when that is what ended the worker', () => {
    const reason = 'worker 1: Worker terminated due to reaching memory limit: JS heap out of memory';
    expect(told({ seconds: times(5, { cause: 'gc-pauses' }), health: { lostReasons: [reason] } })).toEqual([
      ['memory-limit', 'critical'],
    ]);
  });

  it('is a lost worker, with how it ended', () => {
    const [found] = generatorFindings(
      measured({
        health: { lostReasons: ['worker 0: its process ended (SIGKILL)', 'worker 1: so did this'] },
      }),
    );
    expect(found).toMatchObject({ kind: 'worker-lost', severity: 'critical' });
    expect(found?.evidence.text).toContain('worker 0: its process ended (SIGKILL), and 1 more');
  });

  it.each<[string, Partial<GeneratorHealth>, readonly Finding['kind'][]]>([
    ['a heap with room', { heap: { used: 84, limit: 100, atMs: 5 } }, []],
    ['a heap without', { heap: { used: 86, limit: 100, atMs: 5 } }, ['memory-limit']],
    ['a container with room', { groupMemory: { used: 94, limit: 100, atMs: 5 } }, []],
    ['a container without', { groupMemory: { used: 95, limit: 100, atMs: 5 } }, ['memory-limit']],
    ['TCP before the kernel presses', { tcpPages: { used: 99, limit: 100, atMs: 5 } }, []],
    ['TCP under pressure', { tcpPages: { used: 100, limit: 100, atMs: 5 } }, ['socket-memory']],
    [
      'every file open that there is, but no socket that failed',
      { openFiles: { used: 9, limit: 9, atMs: 5 } },
      [],
    ],
  ])('of %s', (_, health, kinds) => {
    expect(told({ health }).map(([kind]) => kind)).toEqual(kinds);
  });

  it.each<[string, Partial<GeneratorHealth>]>([
    ['the memory of a container', { groupMemory: { used: 95, limit: 100, atMs: 5 } }],
    ['the memory of TCP', { tcpPages: { used: 100, limit: 100, atMs: 5 } }],
  ])('says of %s that a target on the same machine has its part in it', (_, health) => {
    const textFor = (url: string): string | undefined =>
      generatorFindings(measured({ health, urls: [url] }))[0]?.evidence.text;
    expect(textFor('ws://127.0.0.1:9/ws')).toContain('The target on this machine has its part in that');
    expect(textFor('wss://chat.example.com/ws')).not.toContain('target');
  });

  it('says of a heap, which a worker has for itself, nothing of the kind', () => {
    const health = { heap: { used: 90, limit: 100, atMs: 5 } };
    const [full] = generatorFindings(measured({ health, urls: ['ws://localhost/'] }));
    expect(full?.evidence.text).not.toContain('target');
  });

  it('is about the network when one segment in a hundred is sent again, but on loopback', () => {
    const health = { segments: { sent: 10_000, retransmitted: 100 } };
    const urls = ['wss://chat.example.com/ws'];
    expect(generatorFindings(measured({ health, urls }))).toMatchObject([
      { kind: 'retransmits', about: 'network' },
    ]);
    expect(told({ health: { segments: { sent: 10_000, retransmitted: 99 } }, urls })).toEqual([]);
    expect(told({ health, urls: ['ws://127.0.0.1:9/ws', 'ws://localhost/', 'ws://[::1]/'] })).toEqual([]);
  });
});
