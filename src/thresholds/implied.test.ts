import { describe, expect, it } from 'vitest';
import type { RunPlan } from '../model/plan.js';
import { samplePlan } from '../report/testing/sample-plan.js';
import { impliedThresholds } from './implied.js';
import { metricNamed } from './lookup.js';
import { thresholdOf } from './testing/seconds.js';

const SAMPLE = samplePlan('sample', 100, 10, 1000);

/** What is implied in a plan with these thresholds of its own. */
function impliedBeside(...own: readonly string[]): readonly string[] {
  const plan = { ...SAMPLE, thresholds: own.map((that) => thresholdOf(that)) };
  return impliedThresholds(plan).map(({ metric }) => metric);
}

const ALL = [
  'connections.complete',
  'deliveries.lost',
  'deliveries.misrouted',
  'deliveries.corrupted',
  'publishing.publishersFailed',
  'publishing.unsent',
  'publishing.receiptsMissing',
];

describe('impliedThresholds', () => {
  it('ask for everything, of a plan that says nothing', () => {
    expect(impliedBeside()).toEqual(ALL);
  });

  it('are about metrics that there are', () => {
    for (const metric of [...ALL, 'deliveries.outOfOrder']) expect(metricNamed(metric)?.name).toBe(metric);
  });

  it.each([
    ['connections.complete', ['connections.complete > 90%', 'connections.failed < 5%']],
    ['connections.complete', ['connections.unfinished == 0']],
    ['connections.complete', ['failures.total < 1%']],
    ['deliveries.lost', ['deliveries.lost < 1%']],
    ['deliveries.lost', ['deliveries.received > 10']],
    ['deliveries.misrouted', ['deliveries.misrouted < 3']],
    ['deliveries.corrupted', ['deliveries.corrupted < 3']],
    ['publishing.publishersFailed', ['publishing.publishersFailed < 3']],
    ['publishing.unsent', ['publishing.unsent < 3']],
    ['publishing.unsent', ['publishing.sent > 3']],
    ['publishing.receiptsMissing', ['publishing.receiptsMissing < 3']],
  ])('leave %s to a scenario that asks for %j', (metric, own) => {
    expect(impliedBeside(...own)).toEqual(ALL.filter((each) => each !== metric));
  });

  it('stay where a scenario asks only for failures of one phase or of one kind', () => {
    expect(impliedBeside('phases.upgrade.failed < 1%', 'failures.kind(stomp-error) == 0')).toEqual(ALL);
  });

  it.each([{ windowMs: 10_000 }, { fromMs: 5000 }, { fromMs: 5000, windowMs: 1000 }])(
    'stay where a scenario asks only for parts of the run, %j: the parts never see its end',
    (part) => {
      const thresholds = ['connections.failed < 5%', 'publishing.sent > 3'].map((that) =>
        thresholdOf(that, part),
      );
      expect(impliedThresholds({ ...SAMPLE, thresholds }).map(({ metric }) => metric)).toEqual(ALL);
    },
  );

  it('are left to one that may end the run: it is judged at its end, too', () => {
    const thresholds = [thresholdOf('connections.failed < 5%', { abort: true, afterMs: 1000 })];
    const implied = impliedThresholds({ ...SAMPLE, thresholds });
    expect(implied.map(({ metric }) => metric)).not.toContain('connections.complete');
  });

  it('stay where a scenario asks only for latencies', () => {
    const latencies = [
      'phases.upgrade.p99 < 1us',
      'deliveries.latency.p99 < 1us',
      'publishing.lag.p99 < 1us',
    ];
    expect(impliedBeside(...latencies)).toEqual(ALL);
  });

  it.each<[string, Partial<RunPlan>, readonly string[]]>([
    [
      'nothing is published',
      { publish: [] },
      ['connections.complete', 'deliveries.misrouted', 'deliveries.corrupted'],
    ],
    [
      'nobody subscribes',
      { subscribe: [] },
      ['connections.complete', ...ALL.filter((metric) => metric.startsWith('publishing'))],
    ],
    [
      'no receipt is asked for',
      { publish: [{ ...SAMPLE.publish[0]!, receipt: false }] },
      ALL.filter((metric) => metric !== 'publishing.receiptsMissing'),
    ],
    [
      'order is asked for',
      { subscribe: [{ ...SAMPLE.subscribe[0]!, ordered: true }] },
      [...ALL.slice(0, 4), 'deliveries.outOfOrder', ...ALL.slice(4)],
    ],
  ])('are those that can be missed where %s', (_, changes, metrics) => {
    const implied = impliedThresholds({ ...SAMPLE, ...changes });
    expect(implied.map(({ metric }) => metric)).toEqual(metrics);
  });
});
