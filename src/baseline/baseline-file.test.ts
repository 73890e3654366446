import { describe, expect, it } from 'vitest';
import type { RunResult } from '../model/result.js';
import { Random } from '../report/testing/random.js';
import { encodedHistogram } from '../report/testing/sample-blocks.js';
import { passingRun } from '../report/testing/sample-result.js';
import { StompedeError } from '../shared/errors.js';
import { type Baseline, parseBaseline, runsOf } from './baseline-file.js';
import { compareRuns } from './compare.js';
import { comparedRun } from './compared-run.js';
import { makeBaseline } from './make-baseline.js';
import { renderBaseline } from './render-baseline.js';

/** A run whose histograms are of as many samples as one of 1,000 connections has. */
function resultOf(seed: number): RunResult {
  const random = new Random(seed);
  const drawn = (count: number, medianUs: number): string =>
    encodedHistogram(Array.from({ length: count }, () => random.latencyUs(medianUs, 0.5)));
  const result = passingRun();
  return {
    ...result,
    run: { ...result.run, startedAt: `2026-03-14T09:0${seed}:00.000Z` },
    histograms: {
      tcp: drawn(1000, 200),
      upgrade: drawn(1000, 2000),
      connect: drawn(1000, 900),
      subscribe: drawn(1000, 700),
      unsubscribe: drawn(1000, 400),
      disconnect: drawn(1000, 300),
      close: drawn(1000, 300),
      delivery: drawn(20_000, 3000),
      'read.delay': drawn(20_000, 60),
    },
  };
}

const RESULTS = [1, 2, 3, 4, 5].map(resultOf);
const SOURCES = RESULTS.map((result, i) => ({ name: `run-${i + 1}`, result }));
const BASELINE = makeBaseline(SOURCES, false);
const TEXT = renderBaseline(BASELINE);

describe('a baseline file', () => {
  it('is read back as it was made', () => {
    expect(parseBaseline(TEXT, 'b.json')).toEqual(BASELINE);
  });

  it('compares as the results that it was made of', () => {
    const current = [comparedRun(resultOf(6)), comparedRun(resultOf(7))];
    const names = { baseline: 'b', current: 'c' };
    const [fromFile, fromResults] = [runsOf(parseBaseline(TEXT, 'b.json')), RESULTS.map(comparedRun)].map(
      (baseline) => compareRuns({ baseline, current, pairs: false, names }),
    );
    expect(fromFile).toEqual(fromResults);
  });

  it('is tens of kilobytes, in lines, a histogram a line', () => {
    expect(TEXT.length).toBeLessThan(100_000);
    const lines = TEXT.split('\n');
    expect(lines.length).toBeGreaterThan(100);
    expect(
      lines.filter((line) => /^ {4}"(phases|deliveries)\.[a-z]+": "[A-Za-z0-9+/=]{100,}"/.test(line)),
    ).toHaveLength(8);
    expect(
      Math.max(...lines.filter((line) => !/"[A-Za-z0-9+/=]{100,}"/.test(line)).map(({ length }) => length)),
    ).toBeLessThan(200);
  });

  it('begins with what the runs come to', () => {
    const { summary } = BASELINE;
    expect(TEXT.indexOf('"summary"')).toBeLessThan(120);
    expect(summary['phases.connect.p50']).toMatch(/^[\d.]+ ms$/);
    expect(summary['connections.failed']).toBe('0 %');
    expect(summary).not.toHaveProperty('phases.message.p50');
  });

  it('does not depend on the order in which a result has its keys', () => {
    const shuffled = SOURCES.map(({ name, result }) => ({
      name,
      result: { ...result, histograms: Object.fromEntries(Object.entries(result.histograms).reverse()) },
    }));
    expect(renderBaseline(makeBaseline(shuffled, false))).toBe(TEXT);
  });

  it('is not made of runs that do not count, unless that is asked for, and then says so', () => {
    const cut: RunResult = { ...resultOf(1), outcome: 'stopped' };
    const sources = [{ name: 'run-1', result: cut }];
    expect(() => makeBaseline(sources, false)).toThrow(
      'run-1 is no run to compare others with: it did not run to its end',
    );
    const forced = runsOf(parseBaseline(renderBaseline(makeBaseline(sources, true)), 'b.json'));
    expect(forced[0]).toMatchObject({ unusable: null, doubts: ['it did not run to its end (--force)'] });
  });

  it('is not made of runs of two machines or of two scenarios', () => {
    const [first, second] = [resultOf(1), resultOf(2)];
    const withSecond = (result: RunResult): (() => Baseline) => {
      const sources = [
        { name: 'run-1', result: first },
        { name: 'run-2', result },
      ];
      return () => makeBaseline(sources, true);
    };
    expect(withSecond({ ...second, environment: { ...second.environment, cpus: 64 } })).toThrow(
      /number of CPUs/,
    );
    expect(withSecond({ ...second, plan: { ...second.plan, holdMs: 1 } })).toThrow(/holdMs: 1 here/);
  });
});

describe('a baseline file that can’t be used', () => {
  const changed = (change: (value: Record<string, unknown> & Baseline) => unknown): string => {
    const value = JSON.parse(TEXT) as Record<string, unknown> & Baseline;
    return JSON.stringify(change(value) ?? value);
  };
  it.each([
    ['no JSON', '{"schema": "stompede.baseline/1",', /b\.json: it is not JSON/],
    ['a conflict of two versions', TEXT.replace('"summary"', '<<<<<<< HEAD\n"summary"'), /it is not JSON/],
    [
      'a result',
      JSON.stringify({ schema: 'stompede.result/1' }),
      /it has "stompede\.result\/1", not "stompede\.baseline\/1"/,
    ],
    [
      'another schema',
      changed((value) => ({ ...value, schema: 'stompede.baseline/2' })),
      /not "stompede\.baseline\/1"/,
    ],
    ['no schema', '[]', /it has no schema/],
    ['no runs', changed((value) => ({ ...value, runs: [] })), /runs: /],
    [
      'a fact touched up',
      changed((value) => ({
        ...value,
        scenario: { ...value.scenario, facts: { ...value.scenario.facts, holdMs: 1 } },
      })),
      /digest/,
    ],
    [
      'a run taken out',
      changed((value) => ({ ...value, runs: value.runs.slice(1) })),
      /histograms\.phases\.\w+ has 5000 samples, and its runs have 4000/,
    ],
    [
      'a histogram that is none',
      changed((value) => ({ ...value, histograms: { ...value.histograms, 'phases.tcp': 'x' } })),
      /histograms\.phases\.tcp: not a compressed/,
    ],
    ['a key that nobody knows', changed((value) => ({ ...value, extra: 1 })), /extra/],
    [
      'a share of more than all',
      changed((value) => ({
        ...value,
        runs: value.runs.map((one) => ({
          ...one,
          shares: { 'connections.failed': { count: 2, of: 1, independent: 1 } },
        })),
      })),
      /more than there are/,
    ],
    ['an escape sequence', JSON.stringify({ schema: '\u001b[2J' }), /it has "\\u001b\[2J"/],
    ['more than any has', ' '.repeat(17 * 1024 * 1024), /larger than any baseline/],
  ])('is told with what is wrong: %s', (_, text, problem) => {
    const parse = (): unknown => parseBaseline(text, 'b.json');
    expect(parse).toThrow(StompedeError);
    expect(parse).toThrow(problem);
    expect(() => parse()).not.toThrow('\u001b');
  });
});
