import { kindInfo, type FailureKind } from '../../model/failures.js';
import { findingInfo, type Finding, type FindingKind, type Severity } from '../../model/findings.js';
import type { Stage } from '../../model/phases.js';
import type { AddressRow, FailureRow, RunResult, Verdict } from '../../model/result.js';
import { sampleBlocks } from './sample-blocks.js';
import { sampleComparison, sampleRepeats } from './sample-comparison.js';
import { samplePlan } from './sample-plan.js';
import { aborting, allPassing, everyOutcome } from './sample-thresholds.js';
import { simulate, type Simulation } from './simulate.js';
import { curveOf, summaryOf } from './statistics.js';

const PASS: Omit<Verdict, 'headline'> = { exitCode: 0, pass: true, reasons: [] };

/** 1,000 connections, all complete. */
export function passingRun(): RunResult {
  return build(
    'live-comments',
    { connections: 1000, ratePerSec: 100, holdSec: 10 },
    {
      ...PASS,
      headline: 'All 1,000 connections completed the cycle, and every expected delivery came.',
    },
  );
}

/** 2,000 connections against a server with a limit and other troubles: many kinds, dropped holds, lost deliveries. */
export function failingRun(): RunResult {
  const run = build(
    'live-comments',
    {
      connections: 2000,
      ratePerSec: 200,
      holdSec: 12,
      faults: [
        { phase: 'tcp', kind: 'tcp-refused', share: 0.01 },
        { phase: 'tcp', kind: 'local-ports', share: 0.004 },
        { phase: 'upgrade', kind: 'upgrade-status', share: 0.06 },
        { phase: 'upgrade', kind: 'upgrade-timeout', share: 0.03 },
        { phase: 'connect', kind: 'stomp-error', share: 0.02 },
        { phase: 'subscribe', kind: 'subscribe-timeout', share: 0.012 },
        { phase: 'message', kind: 'closed', share: 0.01 },
        { phase: 'hold', kind: 'closed-while-holding', share: 0.01 },
        { phase: 'disconnect', kind: 'disconnect-timeout', share: 0.005 },
      ],
    },
    { exitCode: 5, pass: false, headline: '', reasons: [] },
  );
  const { deliveries, connections, schedule } = run;
  const lost = 1214;
  return {
    ...run,
    verdict: {
      ...run.verdict,
      headline: `${connections.failed} of 2,000 connections did not complete the cycle, most of them with HTTP 503 at the upgrade.`,
      reasons: [
        `${connections.failed} connections failed; with no threshold given, every planned connection must complete.`,
        '1,214 expected deliveries did not come.',
      ],
    },
    findings: [
      finding(
        'connection-limit',
        'critical',
        8100,
        '1,735 connections were open and no further one was answered from 8.1 s on, while 265 were asked for: 54 upgrades hung, 112 got HTTP 503.',
        { openConnections: 1735, hungUpgrades: 54, refusedUpgrades: 112 },
      ),
      finding('deliveries-lost', 'critical', 9000, '1,214 of 90,768 deliveries never came.', { lost: 1214 }),
      finding('retransmits', 'warning', 9000, '0.4 % of 1.1 million segments were sent again.', {
        retransmittedPercent: 0.4,
      }),
    ],
    deliveries: {
      ...deliveries,
      received: deliveries.expected - lost,
      lost,
      late: 12,
      edge: 31,
      duplicated: 5,
      reordered: 18,
      misrouted: 2,
      corrupted: 1,
      foreign: 4,
    },
    series: run.series.map((row) => ({
      ...row,
      received: Math.round(row.expected * (1 - lost / deliveries.expected)),
    })),
    schedule: {
      ...schedule,
      lateCount: 112,
      lagUs: { min: 12, mean: 1830, p50: 410, p90: 6210, p99: 18_400, p999: 31_200, max: 34_100 },
    },
    publishing: {
      ...run.publishing,
      sent: run.publishing.due - 3,
      unsent: 3,
      lateCount: 2,
      receiptsMissing: 5,
    },
    addresses: sampleAddresses(run),
    failures: [
      ...run.failures,
      { ...failureRow('publish', 'publish-timeout', 5, 'no RECEIPT after 10 s', null), role: 'publisher' },
    ],
    notes: [
      'This server sent no RECEIPT for UNSUBSCRIBE: those successes are counted, not timed.',
      '112 arrivals started late: latencies from due are the ones to compare.',
    ],
  };
}

export function singleRun(): RunResult {
  return build(
    'smoke',
    { connections: 1, ratePerSec: 1, holdSec: 0 },
    {
      ...PASS,
      headline: 'The one connection completed the cycle.',
    },
  );
}

/** The target was never reached: nothing was attempted beyond the preflight. */
export function emptyRun(): RunResult {
  const run = build(
    'unreachable',
    { connections: 0, ratePerSec: 1, holdSec: 0, messagesPerSec: 0 },
    {
      exitCode: 4,
      pass: false,
      headline: 'The target could not be reached: TCP connection refused.',
      reasons: ['connect ECONNREFUSED 127.0.0.1:15674'],
    },
  );
  return {
    ...run,
    series: [],
    run: { ...run.run, durationMs: 40, marksMs: {} },
    connections: { ...run.connections, planned: 1000 },
    server: {
      ...run.server,
      stompVersions: {},
      software: null,
      subprotocols: {},
      heartbeatMs: null,
      subscribeConfirmedBy: { receipt: 0, message: 0, none: 0 },
    },
  };
}

/** A worker died: the figures do not count. What looks like the target's failures may be the generator's own doing. */
export function unsoundRun(): RunResult {
  const run = build(
    'live-comments',
    { connections: 600, ratePerSec: 100, holdSec: 4 },
    {
      exitCode: 6,
      pass: false,
      headline:
        'The load generator was not sound, these figures do not count: a worker of the generator died.',
      reasons: [
        'Worker 2 ended with SIGKILL after 6 s; its 150 connections are not in any figure after that.',
      ],
    },
  );
  return {
    ...run,
    outcome: 'invalid',
    findings: [
      finding('connection-limit', 'critical', 4200, '450 were open, and 31 further upgrades got no answer.', {
        openConnections: 450,
        hungUpgrades: 31,
      }),
      finding('worker-lost', 'critical', 6040, 'Worker 2 ended with SIGKILL; it held 150 connections.', {
        worker: 2,
        connections: 150,
      }),
      finding(
        'memory-limit',
        'warning',
        5100,
        'Worker 2 used 1.9 GiB of a limit of 2.0 GiB from 5.1 s until its end.',
        { rssBytes: 2_040_109_466, limitBytes: 2_147_483_648 },
      ),
    ],
    generator: { ...run.generator, verdict: 'invalid', workersLost: 1 },
    failures: [
      {
        ...failureRow('upgrade', 'upgrade-timeout', 31, 'no answer to the upgrade within 10 s', null),
        whileUnsound: 31,
      },
      {
        ...failureRow('tcp', 'tcp-refused', 19, 'connect ECONNREFUSED 192.0.2.7:443', null),
        whileUnsound: 7,
      },
      failureRow('hold', 'worker-lost', 150, 'worker 2: SIGKILL', null),
    ],
  };
}

/** Every connection complete, by a generator that was itself slow, against a target that stood still for two seconds. */
export function doubtfulRun(): RunResult {
  const run = build(
    'live-comments',
    { connections: 1000, ratePerSec: 100, holdSec: 10 },
    {
      ...PASS,
      headline:
        'All 1,000 connections went through the whole cycle, and all 46,500 expected deliveries arrived.',
    },
  );
  const { phases, deliveries, generator } = run;
  return {
    ...run,
    findings: [
      finding(
        'loop-blocked',
        'warning',
        3000,
        'The event loop of worker 1 stood still for up to 212 ms, in 4 of 24 seconds.',
        { worker: 1, blockedMaxMs: 212, seconds: 4 },
      ),
      finding('stalled', 'warning', 12_300, 'Nothing came on any of 1,000 connections for 2.04 s.', {
        stalledMs: 2040,
        connections: 1000,
      }),
    ],
    generator: {
      ...generator,
      verdict: 'doubtful',
      readDelayUs: { min: 8, mean: 190, p50: 88, p90: 410, p99: 1240, p999: 96_000, max: 212_000 },
    },
    phases: {
      ...phases,
      ...(phases.tcp === undefined
        ? {}
        : {
            tcp: {
              ...phases.tcp,
              fromDueUs: {
                min: 90,
                mean: 9000,
                p50: 700,
                p90: 41_000,
                p99: 190_000,
                p999: 212_000,
                max: 214_000,
              },
            },
          }),
    },
    schedule: { ...run.schedule, lateCount: 84 },
    deliveries: {
      ...deliveries,
      late: 12,
      reordered: 7,
      latencyFromDueUs: {
        min: 310,
        mean: 88_000,
        p50: 2900,
        p90: 11_000,
        p99: 1_980_000,
        p999: 2_040_000,
        max: 2_050_000,
      },
    },
  };
}

/** Four thresholds, two of which nobody wrote; each is met. */
export function metThresholdsRun(): RunResult {
  const run = passingRun();
  return judged(run, allPassing(run));
}

/** Nine thresholds: met, missed as a whole and in a window, with too few samples, and within the instrument's error. */
export function missedThresholdsRun(): RunResult {
  const run = passingRun();
  const thresholds = everyOutcome(run);
  return judged(
    {
      ...run,
      verdict: {
        exitCode: 5,
        pass: false,
        headline: '2 of 9 thresholds were missed, and 2 could not be told.',
        reasons: thresholds.filter(({ outcome }) => outcome !== 'pass').map(({ text }) => text),
      },
    },
    thresholds,
  );
}

/** A threshold with `abort` ended it. */
export function cutShortRun(): RunResult {
  const run = failingRun();
  const atMs = 11_000;
  const verdict = aborting(atMs);
  return judged(
    {
      ...run,
      outcome: 'cut-short',
      run: { ...run.run, marksMs: { stopAsked: atMs } },
      verdict: { exitCode: 5, pass: false, headline: verdict.text, reasons: [verdict.text] },
    },
    [verdict, ...allPassing(run).slice(2)],
  );
}

/** Every threshold met, and deliveries a fifth slower than at the baseline. */
export function regressedRun(): RunResult {
  const run = metThresholdsRun();
  const reasons = [
    'deliveries.latency.p50 is worse than the baseline by 21.1 % (16.4 % to 26.2 %).',
    'deliveries.latency.p99 is worse than the baseline by 20.5 % (14.8 % to 25.9 %).',
  ];
  return {
    ...run,
    verdict: {
      exitCode: 7,
      pass: false,
      headline: '2 of 8 metrics are worse than the baseline, most of all deliveries.latency.p50, by 21.1 %.',
      reasons,
    },
    comparison: sampleComparison(),
    blocks: sampleBlocks(run.series, 3),
  };
}

/** The same against a baseline's target in turn, one of six runs left out. */
export function repeatedRun(): RunResult {
  const run = regressedRun();
  if (run.comparison === null) throw new Error('the sample has no comparison');
  const { baseline, current } = run.comparison;
  return {
    ...run,
    repeats: sampleRepeats(),
    comparison: {
      ...run.comparison,
      unit: 'pairs',
      baseline: { ...baseline, name: 'wss://main.example.com/ws', runs: 2 },
      current: { ...current, runs: 2 },
    },
  };
}

/** An hour and a minute of rows in one-second width: the longest series that stays unmerged. */
export function longRun(): RunResult {
  return build(
    'soak',
    { connections: 3000, ratePerSec: 1, holdSec: 594 },
    {
      ...PASS,
      headline: 'All 3,000 connections completed the cycle.',
    },
  );
}

/** What a hostile target would put wherever it may put anything. */
export const HOSTILE = [
  '<script>document.body.dataset.injected="1"</script>',
  '"><img src=x onerror="document.body.dataset.injected=2">',
  "' onmouseover='alert(1)",
  '&lt;b&gt; &amp;',
  '</script><script>alert(1)</script>',
  '<!-- <script>',
  'line\u2028separator\u2029end',
  '\u001b[2J\u001b[31mred\u001b]0;title\u0007\r\n\u009b1m\u202eevil',
].join(' | ');

export function hostileRun(): RunResult {
  const run = failingRun();
  const { comparison, repeats } = repeatedRun();
  if (comparison === null || repeats === null) throw new Error('the sample has no comparison');
  const thresholds = everyOutcome(run).map((one) => ({
    ...one,
    text: HOSTILE,
    threshold: {
      ...one.threshold,
      that: `${one.threshold.that} ${HOSTILE}`,
      metric: HOSTILE,
      place: { file: HOSTILE, line: 1, column: 1 },
    },
  }));
  return {
    ...run,
    thresholds,
    comparison: {
      ...comparison,
      baseline: { ...comparison.baseline, name: HOSTILE, startedAt: HOSTILE },
      method: HOSTILE,
      metrics: comparison.metrics.map((one) => ({ ...one, metric: HOSTILE, why: HOSTILE })),
      warnings: [HOSTILE],
    },
    repeats: repeats.map((row) => ({ ...row, folder: HOSTILE, headline: HOSTILE, startedAt: HOSTILE })),
    run: { ...run.run, name: HOSTILE },
    verdict: { ...run.verdict, headline: `ERROR: ${HOSTILE}`, reasons: [HOSTILE] },
    failures: run.failures.map((row) => ({ ...row, sample: HOSTILE })),
    findings: run.findings.map((one) => ({
      ...one,
      advice: HOSTILE,
      evidence: { text: HOSTILE, values: { [HOSTILE]: 1 } },
    })),
    server: {
      ...run.server,
      software: HOSTILE,
      stompVersions: { [HOSTILE]: 3 },
      subprotocols: { [HOSTILE]: 3 },
    },
    addresses: {
      ...run.addresses,
      targets: run.addresses.targets.map((row) => ({ ...row, address: HOSTILE })),
    },
    plan: {
      ...run.plan,
      name: HOSTILE,
      target: { embedded: false, urls: [`wss://host/${HOSTILE}`], addresses: 'first' },
      subscribe: run.plan.subscribe.map((entry) => ({ ...entry, destination: HOSTILE })),
    },
    environment: { ...run.environment, cpuModel: HOSTILE },
    notes: [HOSTILE],
  };
}

function judged(run: RunResult, thresholds: RunResult['thresholds']): RunResult {
  const written = thresholds.filter(({ implied }) => !implied).map(({ threshold }) => threshold);
  return { ...run, thresholds, plan: { ...run.plan, thresholds: written } };
}

const SAMPLES: Partial<Record<FailureKind, readonly [string, number | null]>> = {
  'tcp-refused': ['connect ECONNREFUSED 192.0.2.7:443', null],
  'local-ports': ['connect EADDRNOTAVAIL 192.0.2.7:443', null],
  'upgrade-status': ['HTTP/1.1 503 Service Unavailable', 503],
  'upgrade-timeout': ['no answer to the upgrade within 10 s', null],
  'stomp-error': ['message:Access refused for user guest', null],
  'subscribe-timeout': ['no RECEIPT and no MESSAGE within 10 s', null],
  closed: ['close 1000 "STOMP died"', 1000],
  'closed-while-holding': ['close 1001 "going away"', 1001],
  'disconnect-timeout': ['neither RECEIPT nor close within 10 s', null],
};

/** Two targets, of which the second has nearly all failures, and two addresses of ours that make no difference. */
function sampleAddresses({ connections, failures }: RunResult): RunResult['addresses'] {
  const { attempted, complete, failed } = connections;
  const own = failures.filter(({ side }) => side === 'generator').reduce((sum, { count }) => sum + count, 0);
  const half = Math.round(attempted / 2);
  const row = (address: string, all: number, bad: number): AddressRow => ({
    address,
    attempted: all,
    opened: all - bad,
    complete: all - bad,
    failed: bad,
  });
  const few = Math.round(failed / 20);
  const ownHalf = Math.round(failed / 2);
  return {
    targets: [
      { ...row('192.0.2.7:443', half, few), failed: few - own },
      row('[2001:db8::7]:443', attempted - half, attempted - complete - few),
    ],
    sources: [row('198.51.100.4', half, ownHalf), row('198.51.100.5', attempted - half, failed - ownHalf)],
    portsTaken: 3,
  };
}

function finding(
  kind: FindingKind,
  severity: Severity,
  atMs: number,
  text: string,
  values: Readonly<Record<string, number>>,
): Finding {
  const { about, advice } = findingInfo(kind);
  return { about, kind, severity, atMs, evidence: { text, values }, advice };
}

function failureRow(
  phase: Stage,
  kind: FailureKind,
  count: number,
  sample: string,
  code: number | null,
): FailureRow {
  const { side } = kindInfo(kind);
  return { phase, kind, side, role: 'connection', count, whileUnsound: 0, sample, code };
}

type Shape = Pick<Simulation, 'connections' | 'ratePerSec' | 'holdSec'> & Partial<Simulation>;

function build(name: string, shape: Shape, verdict: Verdict): RunResult {
  const run = simulate({ seed: 42, messagesPerSec: 3, faults: [], ...shape });
  const { connections } = shape;
  const startedAt = Date.UTC(2025, 2, 14, 9, 26, 53);
  const durationMs = run.durationSec * 1000;
  const holdStart = run.holdStartSec * 1000;
  const lag = summaryOf(run.series.map((row) => row.generator.lagMaxUs));
  const arrived = connections === 0 ? 0 : run.complete;
  return {
    schema: 'stompede.result/1',
    stompede: '0.1.0',
    run: {
      id: '1a2b3c4d',
      name,
      startedAt: new Date(startedAt).toISOString(),
      endedAt: new Date(startedAt + durationMs).toISOString(),
      durationMs,
      marksMs: { holdStart, holdEnd: holdStart + shape.holdSec * 1000 },
    },
    outcome: 'completed',
    verdict,
    connections: {
      planned: connections,
      attempted: connections,
      complete: run.complete,
      failed: run.failed,
      unfinished: 0,
      peakOpen: run.peakOpen,
      droppedWhileHolding: run.dropped,
      droppedAgeUs: null,
      droppedIdleUs: null,
    },
    phases: run.phases,
    schedule: { lateCount: 0, lateToleranceUs: 10_000, lagUs: connections === 0 ? null : lag },
    publishing: {
      publishersPlanned: 1,
      publishersFailed: 0,
      due: run.delivery.published,
      sent: run.delivery.published,
      unsent: 0,
      lateCount: 0,
      lagUs: connections === 0 ? null : lag,
      receiptUs: summaryOf(run.delivery.us.slice(0, 60).map((us) => Math.round(us * 0.7))),
      receiptsMissing: 0,
    },
    addresses: {
      targets:
        connections === 0
          ? []
          : [
              {
                address: '192.0.2.7:443',
                attempted: connections,
                opened: run.peakOpen,
                complete: run.complete,
                failed: run.failed,
              },
            ],
      sources: [],
      portsTaken: 0,
    },
    failures: [...run.failures]
      .map(([fault, count]) => {
        const [sample, code] = SAMPLES[fault.kind] ?? ['', null];
        return failureRow(fault.phase, fault.kind, count, sample, code);
      })
      .sort((a, b) => b.count - a.count),
    deliveries: {
      published: run.delivery.published,
      expected: run.delivery.expected,
      received: run.delivery.expected,
      lost: 0,
      late: 0,
      edge: 0,
      reordered: 0,
      misrouted: 0,
      corrupted: 0,
      foreign: 0,
      unaccounted: 0,
      duplicated: 0,
      latencyUs: summaryOf(run.delivery.us),
      latencyFromDueUs: summaryOf(run.delivery.us.map((us) => us + 240)),
      curve: curveOf(run.delivery.us),
    },
    server: {
      stompVersions: { '1.2': connections },
      software: 'RabbitMQ/3.10.8',
      subprotocols: { 'v12.stomp': connections },
      heartbeatMs: { send: 10_000, receive: 10_000 },
      receipts: {
        subscribe: { asked: connections, received: arrived, closedInstead: 0 },
        unsubscribe: { asked: arrived, received: arrived, closedInstead: 0 },
        disconnect: { asked: arrived, received: 0, closedInstead: arrived },
        send: { asked: run.delivery.published, received: run.delivery.published, closedInstead: 0 },
      },
      subscribeConfirmedBy: { receipt: arrived, message: 0, none: 0 },
    },
    findings: [],
    generator: {
      verdict: 'sound',
      readDelayUs: { min: 8, mean: 61, p50: 44, p90: 120, p99: 310, p999: 720, max: 910 },
      cpuMs: 9_840,
      maxRssBytes: 148_897_792,
      workers: 2,
      processes: 1,
      workersLost: 0,
      bytesReceived: 18_234_880,
      bytesSent: 1_482_112,
      health: {
        lostReasons: [],
        heap: { used: 21_000_000, limit: 2_197_815_296, atMs: 4000 },
        openFiles: { used: 40 + run.peakOpen, limit: 20_000, atMs: 6000 },
        tcpPages: { used: 310, limit: 383_867, atMs: 5000 },
        groupMemory: null,
        throttledMs: null,
        segments: { sent: 412_000, retransmitted: 3 },
      },
    },
    series: run.series,
    blocks: [],
    thresholds: [],
    comparison: null,
    repeats: null,
    plan: samplePlan(name, connections, shape.ratePerSec, shape.holdSec * 1000),
    environment: {
      node: 'v20.19.4',
      os: 'Linux 6.1 x64',
      cpus: 2,
      cpuModel: 'Example CPU 2.60GHz',
      memoryBytes: 25_769_803_776,
      openFilesPerProcess: 20_000,
      localPorts: [32_768, 60_999],
    },
    histograms: {},
    notes: [],
  };
}
