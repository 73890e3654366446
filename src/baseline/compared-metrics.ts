import { PHASES, type Latency, type Phase } from '../model/phases.js';

/** Waiting for the first MESSAGE measures the interval at which messages are published, and not the target. */
export type ComparedPhase = Exclude<Phase, 'message'>;

export const COMPARED_PHASES = PHASES.filter((phase): phase is ComparedPhase => phase !== 'message');

/** The part of a run in which something happens: its arrivals, its hold, its end. */
export type Span = 'arriving' | 'holding' | 'leaving';

export const PERCENTILES = { p50: 50, p99: 99, 'p99.9': 99.9 } as const;

export type ComparedPercentile = keyof typeof PERCENTILES;

/** A latency that is compared, and how a metric of it begins: `phases.connect` of `phases.connect.p99`. */
export type ComparedLatency = `phases.${ComparedPhase}` | 'deliveries.latency' | 'publishing.receipt';

export interface LatencyInfo {
  readonly name: ComparedLatency;
  readonly latency: Latency;
  readonly span: Span;
  readonly percentiles: readonly ComparedPercentile[];
}

const LEAVING: ReadonlySet<Phase> = new Set<Phase>(['unsubscribe', 'disconnect', 'close']);

/** In the order in which they are told. */
export const COMPARED_LATENCIES: readonly LatencyInfo[] = [
  ...COMPARED_PHASES.map((phase): LatencyInfo => ({
    name: `phases.${phase}`,
    latency: phase,
    span: LEAVING.has(phase) ? 'leaving' : 'arriving',
    percentiles: ['p50', 'p99'],
  })),
  {
    name: 'deliveries.latency',
    latency: 'delivery',
    span: 'holding',
    percentiles: ['p50', 'p99', 'p99.9'],
  },
  {
    name: 'publishing.receipt',
    latency: 'publish.receipt',
    span: 'holding',
    percentiles: ['p50', 'p99'],
  },
];

/** Smaller shares of them are called the same: docs/gate.md, "What matters". */
export const MATTERS: Readonly<Record<ComparedPercentile, number>> = { p50: 0.05, p99: 0.1, 'p99.9': 0.1 };

export const COMPARED_SHARES = ['connections.failed', 'deliveries.lost'] as const;

export type ComparedShare = (typeof COMPARED_SHARES)[number];

/** A tenth of a percentage point. */
export const SHARE_MATTERS = 0.001;
