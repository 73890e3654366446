import type { Aggregator } from '../metrics/aggregator.js';
import type { Finding } from '../model/findings.js';
import type { RunPlan } from '../model/plan.js';
import type { DeliveryResult, RunInfo } from '../model/result.js';
import type { MetricSource } from './source.js';

export interface WholeRun {
  readonly aggregator: Aggregator;
  readonly plan: RunPlan;
  readonly durationMs: RunInfo['durationMs'];
  readonly deliveries: DeliveryResult;
  readonly findings: readonly Finding[];
}

/** The whole run, once it is over, as metrics are read from it: the figures are those of its result. */
export function wholeRun({ aggregator, plan, durationMs, deliveries, findings }: WholeRun): MetricSource {
  const { expected, received, lost, edge, duplicated } = deliveries;
  const { counts, failures, timeline } = aggregator;
  return {
    seconds: durationMs / 1000,
    planned: plan.connect.connections,
    publishersPlanned: plan.publish.reduce((sum, { publishers }) => sum + publishers, 0),
    underWayBefore: 0,
    counts,
    latency: (latency) => {
      const total = aggregator.latency(latency);
      return total.count === 0 ? null : total;
    },
    failures,
    peakOpen: timeline.peakOpen,
    published: timeline.published,
    deliveries: { expected, received, lost, edge, duplicated },
    findings,
    generator: { cpuMs: aggregator.cpuMs, maxRssBytes: aggregator.maxRssBytes },
  };
}
