import { describe, expect, it } from 'vitest';
import { Aggregator } from '../metrics/aggregator.js';
import { zeroCounters } from '../metrics/counters.js';
import { kindInfo } from '../model/failures.js';
import type { RunPlan } from '../model/plan.js';
import type { FailureRow } from '../model/result.js';
import type { ThresholdPlan, ThresholdVerdict } from '../model/thresholds.js';
import { samplePlan } from '../report/testing/sample-plan.js';
import { passingRun } from '../report/testing/sample-result.js';
import type { ImpliedFacts } from './implied-text.js';
import type { MetricSource } from './source.js';
import { secondAt, thresholdOf, times } from './testing/seconds.js';
import { type VerdictsInput, thresholdVerdicts } from './verdicts.js';
import { ThresholdWatch } from './watch.js';
import { wholeRun } from './whole-run.js';

const RUN = passingRun();
const PLAN: RunPlan = {
  ...samplePlan('sample', 100, 10, 1000),
  subscribe: [{ ...samplePlan('sample', 100, 10, 1000).subscribe[0]!, ordered: true }],
};

const REFUSED: FailureRow = {
  role: 'connection',
  phase: 'tcp',
  kind: 'tcp-refused',
  side: kindInfo('tcp-refused').side,
  code: null,
  count: 3,
  whileUnsound: 0,
  sample: 'x',
};

/** A run of 100 connections and 50 deliveries, in which everything went well, or everything went wrong. */
function factsOf(wentWell: boolean): ImpliedFacts {
  const bad = wentWell ? 0 : 3;
  return {
    connections: { ...RUN.connections, planned: 100, attempted: 100, complete: 100 - bad, failed: bad },
    deliveries: {
      ...RUN.deliveries,
      expected: 50,
      received: 50 - bad,
      lost: bad,
      misrouted: bad,
      corrupted: bad,
    },
    outOfOrder: bad,
    publishing: { ...RUN.publishing, due: 7, publishersFailed: bad, unsent: bad, receiptsMissing: bad },
    failures: wentWell ? [] : [REFUSED],
  };
}

function wholeOf({ connections, deliveries, outOfOrder, publishing, failures }: ImpliedFacts): MetricSource {
  return {
    seconds: 10,
    planned: connections.planned,
    publishersPlanned: 1,
    underWayBefore: 0,
    counts: {
      ...zeroCounters(),
      started: connections.attempted,
      complete: connections.complete,
      failed: connections.failed,
      outOfOrder,
      misrouted: deliveries.misrouted,
      corrupted: deliveries.corrupted,
      publishDue: publishing.due,
      publishUnsent: publishing.unsent,
      publishersFailed: publishing.publishersFailed,
      publishReceiptsMissing: publishing.receiptsMissing,
    },
    latency: () => null,
    failures,
    peakOpen: 100,
    published: 7,
    deliveries,
    findings: [],
    generator: { cpuMs: 0, maxRssBytes: 0 },
  };
}

function verdictsOf(
  thresholds: readonly ThresholdPlan[],
  changes: Partial<VerdictsInput> & { readonly wentWell?: boolean } = {},
): readonly ThresholdVerdict[] {
  const { wentWell = true, ...rest } = changes;
  const facts = factsOf(wentWell);
  const plan = { ...PLAN, thresholds };
  return thresholdVerdicts({
    plan,
    whole: wholeOf(facts),
    watch: new ThresholdWatch(plan),
    facts,
    ended: 'completed',
    workersLost: 0,
    ...rest,
  });
}

describe('thresholdVerdicts', () => {
  it('has the scenario’s own in their order, then those that hold by themselves', () => {
    const own = ['deliveries.lost == 0', 'connections.peakOpen >= 100'].map((that) => thresholdOf(that));
    const verdicts = verdictsOf(own);
    expect(verdicts.slice(0, 2).map(({ threshold }) => threshold)).toEqual(own);
    expect(verdicts.map(({ implied }) => implied)).toEqual([false, false, ...times(7, 1).map(() => true)]);
    expect(verdicts.every(({ outcome }) => outcome === 'pass')).toBe(true);
  });

  it('tells of each that holds by itself how it was missed', () => {
    const verdicts = verdictsOf([], { wentWell: false });
    expect(verdicts.every(({ outcome }) => outcome === 'miss')).toBe(true);
    expect(verdicts.map(({ text }) => text)).toEqual([
      '3 of 100 connections did not go through the whole cycle; most often at tcp: TCP connection refused.',
      '3 of 50 expected deliveries never came.',
      '3 messages came to subscriptions that they were not for.',
      '3 messages had a damaged stamp.',
      '3 messages came out of the order that the scenario asks for.',
      '3 publishers failed.',
      '3 messages that the schedule asked for could not be sent.',
      '3 SENDs got no RECEIPT in time.',
    ]);
  });

  it('tells of each that holds by itself how it held', () => {
    expect(verdictsOf([]).map(({ text }) => text)).toEqual([
      'All 100 connections went through the whole cycle.',
      'All 50 expected deliveries came.',
      'No message came to a subscription that it was not for.',
      'No message had a damaged stamp.',
      'No message came out of the order that the scenario asks for.',
      'No publisher failed.',
      'Each of 7 messages that were due was sent.',
      'No SEND waited for its RECEIPT in vain.',
    ]);
  });

  it('does not judge deliveries where a worker took its last second with it', () => {
    const [lost, latency, failed] = verdictsOf(
      ['deliveries.lost == 0', 'deliveries.latency.p50 < 9us', 'connections.failed == 0'].map((that) =>
        thresholdOf(that),
      ),
      { workersLost: 1, wentWell: false },
    );
    expect(lost).toMatchObject({ outcome: 'too-few', observed: null });
    expect(lost?.text).toBe(
      "deliveries.lost can't be told: a worker was lost, and with it what it had received.",
    );
    expect(latency?.text).toContain('nothing to tell it from');
    expect(failed).toMatchObject({ outcome: 'miss', observed: 3 });
  });

  it('judges nothing of a run that was cut off, but a window that had been missed before', () => {
    const thresholds = [
      thresholdOf('deliveries.latency.p50 < 1000us', { windowMs: 1000 }),
      thresholdOf('deliveries.latency.p50 < 9000us', { windowMs: 1000 }),
    ];
    const watch = new ThresholdWatch({ ...PLAN, thresholds });
    watch.second(secondAt(0, { latencies: { delivery: times(9, 5000) } }));
    watch.finish();
    const verdicts = verdictsOf(thresholds, { watch, ended: 'aborted', wentWell: false });
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['miss', ...times(9, 1).map(() => 'too-few')]);
    expect(verdicts[1]?.text).toContain('the run was cut off');
  });

  it('keeps of the one that ended the run what it said at that moment', () => {
    const thresholds = [thresholdOf('connections.failed < 5%', { abort: true })];
    const watch = new ThresholdWatch({ ...PLAN, thresholds });
    const aborted = watch.second(secondAt(0, { counts: { started: 10, failed: 5 } }));
    const [verdict] = verdictsOf(thresholds, { watch, ended: 'cut-short' });
    expect(verdict).toMatchObject({ outcome: 'miss', observed: 0.5, samples: 10, abortedAtMs: 1000 });
    expect(verdict?.margin).toBeCloseTo(-9, 9);
    expect(verdict?.text).toBe(aborted?.text);
  });

  it('does not fail of a metric that another version knew', () => {
    const [verdict] = verdictsOf([thresholdOf('phases.teleport.p99 < 5us')]);
    expect(verdict).toMatchObject({ outcome: 'too-few', observed: null });
    expect(verdict?.text).toContain('this version of stompede does not know it');
  });
});

describe('wholeRun', () => {
  it('has nothing of a latency without samples', () => {
    const aggregator = new Aggregator({
      startUs: 0,
      workers: [],
      drainUs: 0,
      plannedTotalAtMs: () => 0,
    });
    const { deliveries, findings } = RUN;
    const whole = wholeRun({ aggregator, plan: PLAN, durationMs: 2500, deliveries, findings });
    expect(whole.latency('connect')).toBeNull();
    expect([whole.seconds, whole.planned, whole.publishersPlanned]).toEqual([2.5, 100, 1]);
  });
});
