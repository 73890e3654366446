import { describe, expect, it } from 'vitest';
import type { FailureKind } from '../model/failures.js';
import { kindInfo } from '../model/failures.js';
import { findingInfo, type Finding, type FindingKind, type Severity } from '../model/findings.js';
import type { Stage } from '../model/phases.js';
import type { FailureRow } from '../model/result.js';
import type { ThresholdOutcome, ThresholdVerdict } from '../model/thresholds.js';
import { thresholdOf } from '../thresholds/testing/seconds.js';
import { type VerdictInput, judge } from './verdict.js';

type Changes = { readonly [K in keyof VerdictInput]?: Partial<VerdictInput[K]> };

/** A run of 100 connections and 50 deliveries in which everything went well, but for what a test says. */
function runWith(changes: Changes = {}): VerdictInput {
  const { connections, deliveries, ...rest } = changes;
  return {
    outcome: 'completed',
    failures: [],
    workersLost: 0,
    findings: [],
    thresholds: [],
    ...(rest as Partial<VerdictInput>),
    connections: {
      planned: 100,
      attempted: 100,
      complete: 100,
      failed: 0,
      unfinished: 0,
      peakOpen: 100,
      droppedWhileHolding: 0,
      droppedAgeUs: null,
      droppedIdleUs: null,
      ...connections,
    },
    deliveries: {
      published: 1,
      expected: 50,
      received: 50,
      lost: 0,
      late: 0,
      edge: 0,
      reordered: 0,
      misrouted: 0,
      corrupted: 0,
      foreign: 0,
      unaccounted: 0,
      duplicated: 0,
      latencyUs: null,
      latencyFromDueUs: null,
      curve: [],
      ...deliveries,
    },
  };
}

function threshold(outcome: ThresholdOutcome, more: Partial<ThresholdVerdict> = {}): ThresholdVerdict {
  return {
    threshold: thresholdOf('connections.failed < 5%'),
    implied: false,
    outcome,
    observed: null,
    margin: null,
    samples: null,
    samplesNeeded: null,
    errorUs: null,
    windows: null,
    abortedAtMs: null,
    text: `It was ${outcome}.`,
    ...more,
  };
}

function failure(
  phase: Stage,
  kind: FailureKind,
  count: number,
  role: FailureRow['role'] = 'connection',
): FailureRow {
  return { role, phase, kind, side: kindInfo(kind).side, code: null, count, whileUnsound: 0, sample: 'x' };
}

function finding(kind: FindingKind, severity: Severity): Finding {
  const { about, advice } = findingInfo(kind);
  return { about, kind, severity, atMs: 0, evidence: { text: 'x', values: {} }, advice };
}

const ALL_REFUSED: Changes = {
  connections: { complete: 0, failed: 100 },
  failures: [failure('tcp', 'tcp-refused', 100)],
};

describe('judge, of the exit code', () => {
  const missed = threshold('miss');
  const unresolved = threshold('unresolved');
  it.each<[number, string, Changes]>([
    [0, 'everything went well', {}],
    [0, 'nothing was published, and nothing expected', { deliveries: { expected: 0, received: 0 } }],
    [0, 'all thresholds held', { thresholds: [threshold('pass'), threshold('pass')] }],
    [4, 'every connection was refused', ALL_REFUSED],
    [4, 'every connection was refused, and a threshold missed', { ...ALL_REFUSED, thresholds: [missed] }],
    [
      4,
      'every connection failed at DNS, TCP or TLS, each in its way',
      {
        connections: { complete: 0, failed: 100 },
        failures: [
          failure('dns', 'dns', 30),
          failure('tcp', 'tcp-timeout', 30),
          failure('tls', 'tls-certificate', 40),
        ],
      },
    ],
    [
      5,
      'one connection of all got an answer, if only a 404',
      {
        connections: { complete: 0, failed: 100 },
        failures: [failure('tcp', 'tcp-refused', 99), failure('upgrade', 'upgrade-status', 1)],
        thresholds: [missed],
      },
    ],
    [
      5,
      'connections were complete although as many publishers were refused',
      { failures: [failure('tcp', 'tcp-refused', 100, 'publisher')], thresholds: [missed] },
    ],
    [5, 'one threshold of several was missed', { thresholds: [threshold('pass'), missed] }],
    [5, 'there were too few samples to tell', { thresholds: [threshold('pass'), threshold('too-few')] }],
    [5, 'one was missed, and another not resolved', { thresholds: [unresolved, missed] }],
    [5, 'a threshold ended it', { outcome: 'cut-short', thresholds: [missed] }],
    [6, 'a bound lies within the instrument’s error', { thresholds: [threshold('pass'), unresolved] }],
    [6, 'a worker died', { outcome: 'invalid', workersLost: 1 }],
    [6, 'the generator was not sound, whatever was missed', { outcome: 'invalid', thresholds: [missed] }],
    [6, 'a worker died, though nothing was reached', { ...ALL_REFUSED, outcome: 'invalid', workersLost: 1 }],
    [130, 'it was stopped', { outcome: 'stopped' }],
    [130, 'it was stopped, though a threshold was missed', { outcome: 'stopped', thresholds: [missed] }],
    [130, 'it was stopped, though nothing was reached', { ...ALL_REFUSED, outcome: 'stopped' }],
    [130, 'it was stopped, though a worker died', { outcome: 'stopped', workersLost: 1 }],
    [130, 'it was cut off', { outcome: 'aborted', connections: { complete: 10 } }],
  ])('is %d when %s', (exitCode, _, changes) => {
    const verdict = judge(runWith(changes));
    expect(verdict.exitCode).toBe(exitCode);
    expect(verdict.pass).toBe(exitCode === 0);
  });
});

describe('judge, in words', () => {
  it.each<[string, Changes]>([
    ['All 100 connections went through the whole cycle, and all 50 expected deliveries arrived.', {}],
    ['All 100 connections went through the whole cycle.', { deliveries: { expected: 0, received: 0 } }],
    [
      '97 of 100 connections went through the whole cycle, and 49 of 50 expected deliveries arrived; all 2 thresholds held.',
      {
        connections: { complete: 97, failed: 3 },
        deliveries: { received: 49, lost: 1 },
        thresholds: [threshold('pass'), threshold('pass'), threshold('pass', { implied: true })],
      },
    ],
    ['The connection went through', { connections: { planned: 1, attempted: 1, complete: 1 } }],
    ['The target was never reached: TCP connection refused.', ALL_REFUSED],
    ['It was miss.', { thresholds: [threshold('too-few'), threshold('miss')] }],
    ['It was too-few.', { thresholds: [threshold('unresolved'), threshold('too-few')] }],
    ['It was unresolved.', { thresholds: [threshold('pass'), threshold('unresolved')] }],
    [
      'Cut short: Too many failed.',
      {
        outcome: 'cut-short',
        thresholds: [threshold('miss'), threshold('miss', { abortedAtMs: 2000, text: 'Too many failed.' })],
      },
    ],
    ['The load generator was not sound', { outcome: 'invalid', workersLost: 1 }],
    [
      'Stopped on request: 12 of 100 connections complete.',
      { outcome: 'stopped', connections: { complete: 12 } },
    ],
    [
      'The load generator was not sound: these figures do not count (the event loop of a worker was blocked).',
      {
        outcome: 'invalid',
        findings: [finding('all-lost', 'critical'), finding('loop-blocked', 'critical')],
      },
    ],
    [
      'Target: it takes no more connections than that. It was miss.',
      {
        thresholds: [threshold('miss')],
        findings: [finding('connection-limit', 'critical'), finding('deliveries-lost', 'critical')],
      },
    ],
    [
      'expected deliveries arrived. But of the target: messages came in faster than it delivers them.',
      { findings: [finding('delivery-backlog', 'critical')] },
    ],
    ['The run was cut off', { outcome: 'aborted', connections: { complete: 12 } }],
  ])('says: %s', (headline, changes) => {
    expect(judge(runWith(changes)).headline).toContain(headline);
  });

  it('names no finding that is only a warning, and none about the network', () => {
    const { headline } = judge(
      runWith({ findings: [finding('stalled', 'warning'), finding('retransmits', 'critical')] }),
    );
    expect(headline).toBe(judge(runWith()).headline);
  });

  it('has no reason on a pass, and one for each thing that was not', () => {
    expect(judge(runWith({ thresholds: [threshold('pass')] })).reasons).toEqual([]);
    const { reasons } = judge(
      runWith({
        thresholds: [threshold('miss'), threshold('pass'), threshold('too-few'), threshold('unresolved')],
        failures: [failure('tcp', 'local-ports', 1)],
        outcome: 'invalid',
      }),
    );
    expect(reasons).toEqual([
      "1 failure was this machine's own.",
      'It was miss.',
      'It was too-few.',
      'It was unresolved.',
    ]);
  });

  it('has of a run that is not whole no reason but what was certainly missed', () => {
    const thresholds = [threshold('too-few'), threshold('miss')];
    const lost = judge(runWith({ outcome: 'invalid', workersLost: 1, thresholds }));
    expect(lost.reasons).toEqual(['1 worker of the generator died.', 'It was miss.']);
    expect(judge(runWith({ outcome: 'aborted', thresholds })).reasons).toEqual(['It was miss.']);
  });

  it('does not count the connections of a dead worker once more as this machine’s own failures', () => {
    const { reasons } = judge(
      runWith({ outcome: 'invalid', workersLost: 1, failures: [failure('hold', 'worker-lost', 40)] }),
    );
    expect(reasons.join(' ')).not.toContain('own');
  });
});
