import { describe, expect, it } from 'vitest';
import type { RunResult } from '../model/result.js';
import {
  doubtfulRun,
  failingRun,
  metThresholdsRun,
  missedThresholdsRun,
  passingRun,
  regressedRun,
  unsoundRun,
} from '../report/testing/sample-result.js';
import { annotationsOf, MAX_OF_A_LEVEL } from './annotations.js';

const here = (file: string): string => file;
const errorsOf = (result: RunResult): ReturnType<typeof annotationsOf> =>
  annotationsOf(result, here).filter(({ level }) => level === 'error');
const warningsOf = (result: RunResult): ReturnType<typeof annotationsOf> =>
  annotationsOf(result, here).filter(({ level }) => level === 'warning');

describe('errors', () => {
  it('are the thresholds that were not met, each at its line of the scenario', () => {
    const place = (line: number): object => ({ file: 'perf/live-comments.yaml', line, column: 5 });
    expect(errorsOf(missedThresholdsRun())).toMatchObject([
      { title: 'Missed: deliveries.latency.p99 < 5ms', place: place(43) },
      { title: 'Missed: deliveries.latency.p99 < 8ms', place: place(44) },
      { title: 'Too few samples: phases.connect.p99.99 < 1s', place: place(45) },
      { title: "Within the instrument's error: phases.tcp.p50 < 150us", place: place(46) },
    ]);
    expect(errorsOf(missedThresholdsRun())[0]?.message).toMatch(/7\.48 ms.*missed by/);
  });

  it('have no place in files that are not in the workspace, and where nobody wrote the threshold', () => {
    const outside = annotationsOf(missedThresholdsRun(), () => null);
    expect(outside.every(({ place }) => place === null)).toBe(true);
    const missed = missedThresholdsRun();
    const implied = missed.thresholds.map((one) => ({
      ...one,
      implied: true,
      threshold: { ...one.threshold, place: null },
    }));
    expect(errorsOf({ ...missed, thresholds: implied }).every(({ place }) => place === null)).toBe(true);
  });

  it('are the metrics that got worse, with the change and its interval', () => {
    const [first, ...others] = errorsOf(regressedRun());
    expect(first?.title).toBe('Worse than the baseline: deliveries.latency.p50');
    expect(first?.message.replaceAll('\u00a0', ' ')).toBe(
      '2.47 ms, and 2.04 ms in the baseline: +21.1 % (+16.4 % to +26.2 %)',
    );
    expect(others).toMatchObject([{ title: 'Worse than the baseline: deliveries.latency.p99' }]);
  });

  it('say in one why a run failed that missed nothing that was written', () => {
    const { verdict } = failingRun();
    const errors = errorsOf({ ...failingRun(), thresholds: [] });
    expect(errors).toMatchObject([{ level: 'error', title: 'stompede' }]);
    expect(errors[0]?.message).toContain(verdict.headline);
  });

  it.each<[string, number, Partial<RunResult>]>([
    ['interrupted', 130, missedThresholdsRun()],
    ['never reached its target', 4, missedThresholdsRun()],
    ['missed in another run what is met here, and got worse', 5, regressedRun()],
    [
      'had nothing to compare with, and is told with the figures of a baseline that missed',
      6,
      missedThresholdsRun(),
    ],
  ])('tell first why a run failed that %s, and what else they have to say after it', (_, exitCode, shown) => {
    const verdict = { exitCode, pass: false, headline: 'This is why.', reasons: [] };
    const result = { ...passingRun(), ...shown, verdict };
    const others = errorsOf({ ...passingRun(), ...shown });
    expect(errorsOf(result)).toEqual([
      { level: 'error', title: 'stompede', message: 'This is why.', place: null },
      ...others,
    ]);
    expect(others.length).toBeGreaterThan(0);
  });

  it('are only those of the thresholds where these lie within the instrument’s error, and that is why', () => {
    const missed = missedThresholdsRun();
    const thresholds = missed.thresholds.filter(
      ({ outcome }) => outcome === 'pass' || outcome === 'unresolved',
    );
    const errors = errorsOf({ ...missed, thresholds, verdict: { ...missed.verdict, exitCode: 6 } });
    expect(errors).toMatchObject([{ title: "Within the instrument's error: phases.tcp.p50 < 150us" }]);
  });

  it('are none of a run that passed', () => {
    expect(annotationsOf(metThresholdsRun(), here)).toEqual([]);
    expect(errorsOf(passingRun())).toEqual([]);
  });

  it('tell of an unsound generator, and count nothing that it measured', () => {
    const unsound = { ...unsoundRun(), thresholds: missedThresholdsRun().thresholds };
    expect(errorsOf(unsound)).toMatchObject([{ title: 'stompede' }]);
    expect(errorsOf(unsound)[0]?.message).toContain(unsound.verdict.headline);
    expect(warningsOf(unsound).map(({ title }) => title)).toContain('Missed: deliveries.latency.p99 < 5ms');
  });
});

describe('warnings', () => {
  it('are the findings, those about the generator first', () => {
    for (const result of [failingRun(), doubtfulRun(), unsoundRun()]) {
      const about = warningsOf(result).map(({ title }) => title.split(':')[0]);
      expect(about).toHaveLength(result.findings.length);
      expect(about.indexOf('generator')).toBeLessThanOrEqual(0);
      expect(about.lastIndexOf('generator')).toBe(about.filter((one) => one === 'generator').length - 1);
    }
    const [finding] = failingRun().findings;
    expect(warningsOf(failingRun())[0]?.message).toBe(`${finding!.evidence.text}\n${finding!.advice}`);
  });

  it('say what differs from the baseline besides the service', () => {
    expect(warningsOf(regressedRun())).toMatchObject([
      { title: 'Compared with the baseline', message: regressedRun().comparison!.warnings[0] },
    ]);
  });
});

it('are never more than GitHub shows, and say how many there are besides', () => {
  const missed = missedThresholdsRun();
  const [finding] = failingRun().findings;
  const thresholds = Array.from({ length: 12 }, () => missed.thresholds[2]!);
  const findings = Array.from({ length: 30 }, () => finding!);
  const many = { ...missed, thresholds, findings };
  expect(errorsOf(many)).toHaveLength(MAX_OF_A_LEVEL);
  expect(errorsOf(many).at(-1)?.message).toMatch(/^and 3 more:/);
  expect(warningsOf(many)).toHaveLength(MAX_OF_A_LEVEL);
  expect(warningsOf(many).at(-1)?.message).toMatch(/^and 21 more:/);
  expect(errorsOf({ ...many, thresholds: thresholds.slice(2) }).map(({ title }) => title)).not.toContain(
    'stompede',
  );
});
