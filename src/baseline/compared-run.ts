import { decodePacked, samplesIn } from '../metrics/hdr-encoding.js';
import type { EnvironmentInfo, LatencySummary, RunResult } from '../model/result.js';
import { StompedeError, messageOf } from '../shared/errors.js';
import { EXIT } from '../shared/exit-codes.js';
import { batchesOf } from './batches.js';
import {
  COMPARED_LATENCIES,
  type ComparedLatency,
  type ComparedPercentile,
  type ComparedShare,
  type LatencyInfo,
} from './compared-metrics.js';
import { type ScenarioFacts, scenarioFacts } from './scenario-facts.js';

/** What of one run is compared, and what a baseline file holds of it: plain JSON. */
export interface ComparedRun {
  readonly startedAt: string;
  readonly stompede: string;
  readonly environment: EnvironmentInfo;
  readonly scenario: ScenarioFacts;
  /** Why it does not count in a comparison, as a clause: "its generator was not sound". null: it counts. */
  readonly unusable: string | null;
  /** What to mind where it counts, as clauses. */
  readonly doubts: readonly string[];
  /** The p99 of the read delay (GeneratorResult.readDelayUs), microseconds; null: nothing was read. */
  readonly instrumentUs: number | null;
  /** Only what has samples. */
  readonly latencies: Readonly<Partial<Record<ComparedLatency, LatencyFigures>>>;
  /** Only what was counted. */
  readonly shares: Readonly<Partial<Record<ComparedShare, ShareFigures>>>;
}

export interface LatencyFigures {
  readonly samples: number;
  /** Of the whole run, microseconds. */
  readonly us: Readonly<Record<ComparedPercentile, number>>;
  /** Of stretches of the run, in their order in time, microseconds (batches.ts); absent where samples are too few. */
  readonly batchesUs: Readonly<Partial<Record<ComparedPercentile, readonly number[]>>>;
}

export interface ShareFigures {
  /** How often it happened, of how many. */
  readonly count: number;
  readonly of: number;
  /**
   * How many of those stand by themselves at least: a message that is lost before it is fanned out is lost to all its
   * subscribers at once, so that deliveries count for no more than the messages that were sent.
   */
  readonly independent: number;
}

/**
 * What of a finished run is compared.
 * @throws StompedeError 'result-unreadable' where its histograms can't be read.
 */
export function comparedRun(result: RunResult): ComparedRun {
  const { generator } = result;
  return {
    startedAt: result.run.startedAt,
    stompede: result.stompede,
    environment: result.environment,
    scenario: scenarioFacts(result.plan),
    unusable: unusable(result),
    doubts: doubts(result),
    instrumentUs: generator.readDelayUs?.p99 ?? null,
    latencies: latencies(result),
    shares: shares(result),
  };
}

function unusable({ outcome, generator, verdict }: RunResult): string | null {
  if (outcome === 'invalid' || generator.verdict === 'invalid') return 'its generator was not sound';
  if (verdict.exitCode === EXIT.unreachable) return 'it never reached its target';
  if (outcome === 'completed') return null;
  return outcome === 'cut-short' ? 'a threshold ended it early' : 'it did not run to its end';
}

function doubts({ generator, verdict }: RunResult): readonly string[] {
  return [
    ...(generator.verdict === 'doubtful' ? ['its generator was doubtful'] : []),
    ...(verdict.exitCode === EXIT.missed ? ['it missed what was asked for'] : []),
  ];
}

function latencies(result: RunResult): ComparedRun['latencies'] {
  const figures: Partial<Record<ComparedLatency, LatencyFigures>> = {};
  for (const info of COMPARED_LATENCIES) {
    const us = summaryOf(info, result);
    const encoded = result.histograms[info.latency];
    if (us === null || encoded === undefined) continue;
    figures[info.name] = readable(result, () => ({
      samples: samplesIn(decodePacked(encoded)),
      us: { p50: us.p50, p99: us.p99, 'p99.9': us.p999 },
      batchesUs: batchesOf(info, result),
    }));
  }
  return figures;
}

function summaryOf({ name, latency }: LatencyInfo, result: RunResult): LatencySummary | null {
  if (name === 'deliveries.latency') return result.deliveries.latencyUs;
  if (name === 'publishing.receipt') return result.publishing.receiptUs;
  return Object.entries(result.phases).find(([phase]) => phase === latency)?.[1].us ?? null;
}

function shares({ connections, deliveries }: RunResult): ComparedRun['shares'] {
  const figures: Partial<Record<ComparedShare, ShareFigures>> = {};
  const { attempted, failed } = connections;
  if (attempted > 0) {
    figures['connections.failed'] = { count: failed, of: attempted, independent: attempted };
  }
  const { expected, lost, published } = deliveries;
  if (expected > 0) {
    const independent = Math.max(1, Math.min(expected, published));
    figures['deliveries.lost'] = { count: lost, of: expected, independent };
  }
  return figures;
}

// Histograms are text in a result, and a result may be a stranger's.
function readable<T>(result: RunResult, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const text = `the run of ${result.run.startedAt} has a histogram that can't be read: ${messageOf(error)}`;
    throw new StompedeError('result-unreadable', text, { cause: error });
  }
}
