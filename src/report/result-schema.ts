import { z } from 'zod';
import { FAILURE_KIND_NAMES } from '../model/failures.js';
import { FINDING_KIND_NAMES } from '../model/findings.js';
import { UNSOUND_CAUSES } from '../model/health.js';
import { LATENCIES, PHASES, STAGES } from '../model/phases.js';
import { COMPARATORS } from '../model/thresholds.js';
import type { FailureKind } from '../model/failures.js';
import type { RunPlan } from '../model/plan.js';
import type { RunResult } from '../model/result.js';

// Longer lists than any run makes are not a result; shorter ones are drawn whole.
const MAX_ROWS = 20_000;
const MAX_FAILURES = 2000;
const MAX_FINDINGS = 1000;
const MAX_NOTES = 1000;
const MAX_ADDRESSES = 1000;
const MAX_CURVE = 20_000;
const MAX_THRESHOLDS = 1000;
const MAX_METRICS = 1000;
const MAX_REPEATS = 1000;
const MAX_BLOCKS = 1000;

const count = z.number().nonnegative();
const phase = z.enum(PHASES);
const kind = z.enum(FAILURE_KIND_NAMES as readonly [FailureKind, ...FailureKind[]]);
const tally = z.record(z.string(), count);

const latency = z.object({
  min: count,
  mean: count,
  p50: count,
  p90: count,
  p99: count,
  p999: count,
  max: count,
});

const curve = z.array(z.tuple([z.number().min(0).max(100), count])).max(MAX_CURVE);

const seriesLatency = z.object({ count, p50: count, p90: count, p99: count, p999: count, max: count });

const seriesRow = z.object({
  atSec: count,
  widthSec: z.number().positive(),
  plannedTotal: count,
  started: count,
  opened: count,
  complete: count,
  failed: count,
  open: count,
  published: count,
  expected: count,
  received: count,
  failures: z.partialRecord(kind, count),
  phases: z.partialRecord(phase, seriesLatency),
  delivery: seriesLatency.nullable(),
  generator: z.object({
    cpuMs: count,
    rssBytes: count,
    lagMaxUs: count,
    readDelayMaxUs: count,
    cpuWaitMs: count,
    gcMaxUs: count,
    utilization: count,
    unsoundWorkers: count,
    unsoundSec: z.partialRecord(z.enum(UNSOUND_CAUSES), count),
    loopDelayMaxUs: count,
    pausedMs: count,
    ownLagMaxUs: count,
    heapShare: count,
    openFiles: count,
    machineBusy: count,
  }),
});

const nearest = z.object({ used: count, limit: count, atMs: z.number() }).nullable();

const addressRow = z.object({
  address: z.string(),
  attempted: count,
  opened: count,
  complete: count,
  failed: count,
});

const metricUnit = z.enum(['us', 'count', 'share', 'perSec', 'bytes']);

const thresholdPlan = z.object({
  that: z.string(),
  metric: z.string(),
  comparator: z.enum(COMPARATORS),
  bound: z.number(),
  unit: metricUnit,
  fromMs: count,
  windowMs: count.nullable(),
  abort: z.boolean(),
  afterMs: count,
  place: z.object({ file: z.string().nullable(), line: count, column: count }).nullable(),
});

const thresholdVerdict = z.object({
  threshold: thresholdPlan,
  implied: z.boolean(),
  outcome: z.enum(['pass', 'miss', 'too-few', 'unresolved']),
  observed: z.number().nullable(),
  margin: z.number().nullable(),
  samples: count.nullable(),
  samplesNeeded: count.nullable(),
  errorUs: count.nullable(),
  windows: z
    .object({
      judged: count,
      missed: count,
      tooFew: count,
      unresolved: count,
      worstFromMs: count.nullable(),
      worstToMs: count.nullable(),
    })
    .nullable(),
  abortedAtMs: count.nullable(),
  text: z.string(),
});

const changeVerdict = z.enum(['better', 'same', 'worse', 'cannot-tell']);

const comparedSide = z.object({ name: z.string(), startedAt: z.string(), runs: count });

const comparison = z.object({
  baseline: comparedSide,
  current: comparedSide,
  unit: z.enum(['pairs', 'runs', 'blocks']),
  confidence: z.number().min(0).max(1),
  method: z.string(),
  verdict: changeVerdict,
  metrics: z
    .array(
      z.object({
        metric: z.string(),
        unit: metricUnit,
        better: z.enum(['lower', 'higher']),
        baseline: z.number().nullable(),
        current: z.number().nullable(),
        scale: z.enum(['ratio', 'difference']),
        change: z.number().nullable(),
        low: z.number().nullable(),
        high: z.number().nullable(),
        matters: count,
        smallestSeen: count.nullable(),
        verdict: changeVerdict,
        why: z.string().nullable(),
      }),
    )
    .max(MAX_METRICS),
  warnings: z.array(z.string()).max(MAX_NOTES),
});

const repeatRow = z.object({
  folder: z.string(),
  startedAt: z.string(),
  of: z.enum(['current', 'baseline']),
  exitCode: z.int(),
  generator: z.enum(['sound', 'doubtful', 'invalid']),
  leftOut: z.boolean(),
  headline: z.string(),
});

const timeBlock = z.object({
  atSec: count,
  widthSec: z.number().positive(),
  started: count,
  complete: count,
  failed: count,
  published: count,
  expected: count,
  received: count,
  histograms: z.partialRecord(z.enum(LATENCIES), z.string()),
});

const receipts = z.object({ asked: count, received: count, closedInstead: count });

/** Of the plan, only what renderers read is looked at: the rest is shown as the JSON that it is. */
const plan = z
  .looseObject({
    schema: z.literal('stompede.plan/1'),
    name: z.string(),
    target: z.looseObject({ embedded: z.boolean(), urls: z.array(z.string()) }),
    client: z.enum(['native', 'stompjs']),
    connect: z.looseObject({
      connections: count,
      stages: z.array(z.looseObject({ fromPerSec: count, toPerSec: count, durationMs: count.nullable() })),
    }),
    subscribe: z.array(z.looseObject({ destination: z.string() })),
    publish: z.array(
      z.looseObject({ destination: z.string(), publishers: count, ratePerSec: count, sizeBytes: count }),
    ),
    holdMs: count,
    disconnect: z.looseObject({ ratePerSec: count.nullable() }),
  })
  .transform((checked) => checked as unknown as RunPlan);

/** `stompede.result/1` as a file: src/model/result.ts, checked. */
export const resultSchema: z.ZodType<RunResult> = z.object({
  schema: z.literal('stompede.result/1'),
  stompede: z.string(),
  run: z.object({
    id: z.string(),
    name: z.string(),
    startedAt: z.string(),
    endedAt: z.string(),
    durationMs: count,
    marksMs: z.object({
      holdStart: z.exactOptional(count),
      holdEnd: z.exactOptional(count),
      stopAsked: z.exactOptional(count),
    }),
  }),
  outcome: z.enum(['completed', 'cut-short', 'stopped', 'aborted', 'invalid']),
  verdict: z.object({
    exitCode: z.int(),
    pass: z.boolean(),
    headline: z.string(),
    reasons: z.array(z.string()).max(MAX_NOTES),
  }),
  thresholds: z.array(thresholdVerdict).max(MAX_THRESHOLDS),
  comparison: comparison.nullable(),
  repeats: z.array(repeatRow).max(MAX_REPEATS).nullable(),
  connections: z.object({
    planned: count,
    attempted: count,
    complete: count,
    failed: count,
    unfinished: count,
    peakOpen: count,
    droppedWhileHolding: count,
    droppedAgeUs: latency.nullable(),
    droppedIdleUs: latency.nullable(),
  }),
  phases: z.partialRecord(
    phase,
    z.object({
      count,
      failed: count,
      unconfirmed: count,
      us: latency.nullable(),
      fromDueUs: latency.nullable(),
      curve,
    }),
  ),
  schedule: z.object({ lateCount: count, lateToleranceUs: count, lagUs: latency.nullable() }),
  publishing: z.object({
    publishersPlanned: count,
    publishersFailed: count,
    due: count,
    sent: count,
    unsent: count,
    lateCount: count,
    lagUs: latency.nullable(),
    receiptUs: latency.nullable(),
    receiptsMissing: count,
  }),
  failures: z
    .array(
      z.object({
        phase: z.enum(STAGES),
        kind,
        side: z.enum(['target', 'generator', 'network']),
        role: z.enum(['connection', 'publisher']),
        count,
        whileUnsound: count,
        sample: z.string(),
        code: z.number().nullable(),
      }),
    )
    .max(MAX_FAILURES),
  findings: z
    .array(
      z.object({
        about: z.enum(['generator', 'target', 'network']),
        kind: z.enum(FINDING_KIND_NAMES),
        severity: z.enum(['warning', 'critical']),
        atMs: z.number(),
        evidence: z.object({ text: z.string(), values: z.record(z.string(), z.number()) }),
        advice: z.string(),
      }),
    )
    .max(MAX_FINDINGS),
  deliveries: z.object({
    published: count,
    expected: count,
    received: count,
    lost: count,
    late: count,
    edge: count,
    duplicated: count,
    reordered: count,
    misrouted: count,
    corrupted: count,
    foreign: count,
    unaccounted: count,
    latencyUs: latency.nullable(),
    latencyFromDueUs: latency.nullable(),
    curve,
  }),
  server: z.object({
    stompVersions: tally,
    software: z.string().nullable(),
    subprotocols: tally,
    heartbeatMs: z.object({ send: count, receive: count }).nullable(),
    receipts: z.object({ subscribe: receipts, unsubscribe: receipts, disconnect: receipts, send: receipts }),
    subscribeConfirmedBy: z.object({ receipt: count, message: count, none: count }),
  }),
  addresses: z.object({
    targets: z.array(addressRow).max(MAX_ADDRESSES),
    sources: z.array(addressRow).max(MAX_ADDRESSES),
    portsTaken: count,
  }),
  generator: z.object({
    verdict: z.enum(['sound', 'doubtful', 'invalid']),
    readDelayUs: latency.nullable(),
    cpuMs: count,
    maxRssBytes: count,
    workers: count,
    processes: count,
    workersLost: count,
    bytesReceived: count,
    bytesSent: count,
    health: z.object({
      lostReasons: z.array(z.string()).max(MAX_NOTES),
      heap: nearest,
      openFiles: nearest,
      tcpPages: nearest,
      groupMemory: nearest,
      throttledMs: count.nullable(),
      segments: z.object({ sent: count, retransmitted: count }).nullable(),
    }),
  }),
  series: z.array(seriesRow).max(MAX_ROWS),
  blocks: z.array(timeBlock).max(MAX_BLOCKS),
  plan,
  environment: z.object({
    node: z.string(),
    os: z.string(),
    cpus: count,
    cpuModel: z.string(),
    memoryBytes: count,
    openFilesPerProcess: count.nullable(),
    localPorts: z.tuple([count, count]).nullable(),
  }),
  histograms: z.record(z.string(), z.string()),
  notes: z.array(z.string()).max(MAX_NOTES),
});
