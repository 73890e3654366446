import { samplePlan } from '../../report/testing/sample-plan.js';
import type { EnvironmentInfo } from '../../model/result.js';
import type { ComparedLatency, ComparedPercentile } from '../compared-metrics.js';
import type { ComparedRun, LatencyFigures } from '../compared-run.js';
import { scenarioFacts } from '../scenario-facts.js';

export const ENVIRONMENT: EnvironmentInfo = {
  node: 'v20.19.4',
  os: 'Linux 6.1.0',
  cpus: 2,
  cpuModel: 'A CPU',
  memoryBytes: 8e9,
  openFilesPerProcess: 20_000,
  localPorts: [32_768, 60_999],
};

/** A run in which nothing failed and nothing was timed, with what is given. */
export function comparedRunOf(given: Partial<ComparedRun> = {}): ComparedRun {
  return {
    startedAt: '2026-03-14T09:26:53.000Z',
    stompede: '0.1.0',
    environment: ENVIRONMENT,
    scenario: scenarioFacts(samplePlan('a', 1000, 100, 10_000)),
    unusable: null,
    doubts: [],
    instrumentUs: 20,
    latencies: {},
    shares: { 'connections.failed': { count: 0, of: 1000, independent: 1000 } },
    ...given,
  };
}

/** One latency of a run whose percentiles are these. */
export function latencyOf(p50: number, p99 = 4 * p50, more: Partial<LatencyFigures> = {}): LatencyFigures {
  return { samples: 1000, us: { p50, p99, 'p99.9': 2 * p99 }, batchesUs: {}, ...more };
}

/** A run of which only one latency was timed. */
export function runWith(name: ComparedLatency, p50: number, more: Partial<ComparedRun> = {}): ComparedRun {
  return comparedRunOf({ shares: {}, latencies: { [name]: latencyOf(p50) }, ...more });
}

export function batchesOf(
  percentile: ComparedPercentile,
  us: readonly number[],
): Pick<LatencyFigures, 'batchesUs'> {
  return { batchesUs: { [percentile]: us } };
}
