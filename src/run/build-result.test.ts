import { describe, expect, it } from 'vitest';
import type { RunPlan } from '../model/plan.js';
import { EVENT } from '../metrics/events.js';
import { deltaOf, eventsOf, snapshotOf } from '../metrics/testing/snapshots.js';
import type { RunResult } from '../model/result.js';
import { parseResult } from '../report/parse.js';
import { renderJson } from '../report/json.js';
import { samplePlan } from '../report/testing/sample-plan.js';
import { thresholdOf } from '../thresholds/testing/seconds.js';
import { type ResultInput, buildResult } from './build-result.js';
import { Measuring } from './measuring.js';
import { HEADER, START_US, sampleSnapshots } from './testing/intervals.js';

const SAMPLE = samplePlan('sample', 20, 10, 1000);
const withUrls = (...urls: string[]): RunPlan => ({
  ...SAMPLE,
  target: { embedded: false, urls, addresses: 'first' },
});

const oneWorker = (plan: RunPlan): Measuring => new Measuring({ plan, workers: 1, startUs: START_US });

function resultOf(changes: Partial<ResultInput> = {}): RunResult {
  const plan = changes.plan ?? SAMPLE;
  const measuring = changes.measuring ?? new Measuring({ plan, workers: 2, startUs: START_US });
  if (changes.measuring === undefined) for (const snapshot of sampleSnapshots()) measuring.add(snapshot);
  measuring.finish();
  return buildResult({
    plan,
    run: {
      id: HEADER.runId,
      name: 'sample',
      startedAt: HEADER.startedAt,
      endedAt: HEADER.startedAt,
      durationMs: 3000,
      marksMs: {},
    },
    ended: 'completed',
    lost: [],
    workers: 2,
    processes: 1,
    environment: HEADER.environment,
    version: '0.0.0-test',
    notes: [],
    ...changes,
    measuring,
  });
}

describe('buildResult', () => {
  it('is a record that reads back as what it was', () => {
    const result = resultOf();
    expect(parseResult(renderJson(result), 'result.json')).toEqual(result);
  });

  it('adds a run up to its connections, phases and deliveries', () => {
    const { connections, phases, deliveries, schedule, publishing, generator, outcome } = resultOf();
    expect(outcome).toBe('completed');
    expect(connections).toEqual({
      planned: 20,
      attempted: 20,
      complete: 18,
      failed: 2,
      unfinished: 0,
      peakOpen: 2,
      droppedWhileHolding: 0,
      droppedAgeUs: null,
      droppedIdleUs: null,
    });
    expect(phases.tcp).toMatchObject({
      count: 6,
      failed: 0,
      us: { min: 100, max: 900 },
      fromDueUs: { max: 1000 },
    });
    expect(phases.upgrade).toMatchObject({ count: 0, failed: 2, us: null, fromDueUs: null, curve: [] });
    expect(deliveries).toMatchObject({
      published: 2,
      expected: 4,
      received: 4,
      latencyUs: { min: 5000, max: 7000 },
    });
    expect(schedule).toMatchObject({ lateCount: 2, lagUs: { min: 20, max: 30 } });
    expect(publishing).toMatchObject({ publishersPlanned: 1, due: 2, sent: 2, unsent: 0 });
    expect(generator).toMatchObject({ workers: 2, processes: 1, workersLost: 0 });
  });

  it('counts a phase that had nothing to wait for as a success, and gives it no latency', () => {
    const measuring = oneWorker(SAMPLE);
    measuring.add(snapshotOf({ counts: { subscribeUnconfirmed: 4, unsubscribeUnconfirmed: 6 } }));
    const { phases } = resultOf({ measuring });
    expect(phases.subscribe).toMatchObject({ count: 4, unconfirmed: 4, us: null });
    expect(phases.unsubscribe).toMatchObject({ count: 6, unconfirmed: 6, us: null });
  });

  it('leaves out phases that the cycle does not have, but nothing that was measured', () => {
    const plan = withUrls('ws://127.0.0.1:1/ws');
    expect(Object.keys(resultOf({ plan }).phases)).not.toContain('tls');
    const measuring = oneWorker(plan);
    measuring.add(snapshotOf({ latencies: { tls: deltaOf([5]) } }));
    expect(resultOf({ plan, measuring }).phases.tls?.count).toBe(1);
  });

  it('counts what neither completed nor failed as unfinished', () => {
    const measuring = oneWorker(SAMPLE);
    measuring.add(snapshotOf({ counts: { started: 10, complete: 4, failed: 1 } }));
    expect(resultOf({ measuring, ended: 'stopped' }).connections.unfinished).toBe(5);
  });

  it('is invalid when the generator failed, whose fault ever the rest was', () => {
    const measuring = oneWorker(SAMPLE);
    measuring.add(
      snapshotOf({
        failures: [
          { role: 'connection', phase: 'tcp', kind: 'local-ports', code: null, count: 1, sample: 'x' },
        ],
      }),
    );
    const result = resultOf({ measuring });
    expect([result.outcome, result.verdict.exitCode]).toEqual(['invalid', 6]);
  });

  it('is invalid when a worker was lost, and says why', () => {
    const result = resultOf({ lost: ['worker 1: killed'] });
    expect([result.outcome, result.verdict.exitCode]).toEqual(['invalid', 6]);
    expect(result.notes).toEqual(['A worker was lost: worker 1: killed.']);
    expect(result.generator.workersLost).toBe(1);
  });

  it('ends as an instrument that is not fine enough where a bound lies within its error, and nothing is missed', () => {
    const thresholds = ['connections.failed < 50%', 'deliveries.latency.min > 4800us'].map((that) =>
      thresholdOf(that),
    );
    const plan = { ...SAMPLE, thresholds };
    const measuring = new Measuring({ plan, workers: 2, startUs: START_US });
    const readDelay = { 'read.delay': deltaOf([300, 300, 300]) };
    for (const each of sampleSnapshots()) {
      measuring.add({ ...each, latencies: { ...each.latencies, ...readDelay } });
    }
    const result = resultOf({ plan, measuring });
    // A delivery of 5 ms took from 4.7 to 5 ms.
    const { outcome, observed, errorUs } = result.thresholds[1]!;
    expect([outcome, observed, errorUs]).toEqual(['unresolved', 5000, 300]);
    expect(result.generator.readDelayUs?.p99).toBe(300);
    expect([result.outcome, result.verdict.exitCode]).toEqual(['completed', 6]);
    expect(result.verdict.headline).toContain("the instrument's own error");
  });

  it('judges thresholds by the very figures that it shows', () => {
    const shown: readonly (readonly [string, (result: RunResult) => number | undefined])[] = [
      ['connections.complete >= 0', ({ connections }) => connections.complete],
      ['connections.complete >= 0%', ({ connections: { complete, planned } }) => complete / planned],
      ['connections.failed >= 0%', ({ connections: { failed, attempted } }) => failed / attempted],
      ['connections.peakOpen >= 0', ({ connections }) => connections.peakOpen],
      ['phases.tcp.p50 >= 0us', ({ phases }) => phases.tcp?.us?.p50],
      ['phases.tcp.mean >= 0us', ({ phases }) => phases.tcp?.us?.mean],
      ['phases.tcp.count >= 0', ({ phases }) => phases.tcp?.count],
      ['phases.upgrade.failed >= 0', ({ phases }) => phases.upgrade?.failed],
      ['phases.tcp.fromDue.max >= 0us', ({ phases }) => phases.tcp?.fromDueUs?.max],
      ['schedule.late >= 0', ({ schedule }) => schedule.lateCount],
      ['schedule.lag.max >= 0us', ({ schedule }) => schedule.lagUs?.max],
      ['publishing.sent >= 0', ({ publishing }) => publishing.sent],
      ['publishing.rate >= 0/s', ({ publishing, run }) => publishing.sent / (run.durationMs / 1000)],
      ['deliveries.expected >= 0', ({ deliveries }) => deliveries.expected],
      ['deliveries.received >= 0', ({ deliveries }) => deliveries.received],
      ['deliveries.lost >= 0', ({ deliveries }) => deliveries.lost],
      ['deliveries.latency.max >= 0us', ({ deliveries }) => deliveries.latencyUs?.max],
      ['failures.kind(upgrade-status) >= 0', ({ failures }) => failures[0]?.count],
      ['findings.target >= 0', ({ findings }) => findings.filter(({ about }) => about === 'target').length],
      ['generator.maxRss >= 0', ({ generator }) => generator.maxRssBytes],
    ];
    const result = resultOf({ plan: { ...SAMPLE, thresholds: shown.map(([that]) => thresholdOf(that)) } });
    const judged = result.thresholds.filter(({ implied }) => !implied);
    expect(judged.map(({ outcome }) => outcome)).toEqual(shown.map(() => 'pass'));
    for (const [i, [that, figure]] of shown.entries()) {
      const precise = that.includes('mean') ? 0 : 9;
      expect(judged[i]?.observed, that).toBeCloseTo(figure(result) ?? NaN, precise);
    }
  });

  it('says how many deliveries it can call neither lost nor not owed', () => {
    const measuring = oneWorker(SAMPLE);
    const sentUs = START_US + 1e6;
    measuring.add(
      snapshotOf({
        untilUs: START_US + 2e6,
        destinations: [{ name: '/topic/a', distribution: 'topic' }],
        events: eventsOf([
          [START_US, EVENT.asked],
          [START_US, EVENT.live],
          [sentUs, EVENT.sent],
          [sentUs + 1, EVENT.cut, 0, sentUs],
        ]),
      }),
    );
    measuring.leave(0, null);
    const { deliveries, notes } = resultOf({ measuring });
    expect(deliveries).toMatchObject({ lost: 0, edge: 1 });
    expect(notes).toEqual([expect.stringMatching(/^1 of the deliveries that never came .* edge/)]);
  });

  it('of a run that was stopped exits as interrupted, even if it was invalid too', () => {
    expect(resultOf({ ended: 'stopped' }).outcome).toBe('stopped');
    const both = resultOf({ ended: 'stopped', lost: ['worker 1: killed'] });
    expect([both.outcome, both.verdict.exitCode]).toEqual(['invalid', 130]);
  });

  it('of a run that a threshold ended exits as missed, unless the generator was not sound', () => {
    const cut = resultOf({ ended: 'cut-short' });
    expect([cut.outcome, cut.verdict.exitCode]).toEqual(['cut-short', 5]);
    const unsound = resultOf({ ended: 'cut-short', lost: ['worker 1: killed'] });
    expect([unsound.outcome, unsound.verdict.exitCode]).toEqual(['invalid', 6]);
  });
});
