import { describe, expect, it } from 'vitest';
import type { FailureKind } from '../model/failures.js';
import { kindInfo } from '../model/failures.js';
import { findingInfo, type Finding, type FindingKind, type Severity } from '../model/findings.js';
import type { Stage } from '../model/phases.js';
import type { FailureRow } from '../model/result.js';
import { type VerdictInput, judge } from './verdict.js';

type Changes = { readonly [K in keyof VerdictInput]?: Partial<VerdictInput[K]> };

/** A run of 100 connections and 50 deliveries in which everything went well, but for what a test says. */
function runWith(changes: Changes = {}): VerdictInput {
  const { connections, deliveries, publishing, ...rest } = changes;
  return {
    outcome: 'completed',
    failures: [],
    workersLost: 0,
    findings: [],
    outOfOrder: 0,
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
    publishing: {
      publishersPlanned: 1,
      publishersFailed: 0,
      due: 1,
      sent: 1,
      unsent: 0,
      lateCount: 0,
      lagUs: null,
      receiptUs: null,
      receiptsMissing: 0,
      ...publishing,
    },
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
  it.each<[number, string, Changes]>([
    [0, 'everything went well', {}],
    [0, 'nothing was published, and nothing expected', { deliveries: { expected: 0, received: 0 } }],
    [0, 'deliveries came that nobody was owed', { deliveries: { edge: 7, foreign: 3 } }],
    [4, 'every connection was refused', ALL_REFUSED],
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
      },
    ],
    [
      5,
      'connections were complete although as many publishers were refused',
      { failures: [failure('tcp', 'tcp-refused', 100, 'publisher')], publishing: { publishersFailed: 100 } },
    ],
    [5, 'one connection is not complete', { connections: { complete: 99, failed: 1 } }],
    [5, 'one connection was never attempted', { connections: { attempted: 99, complete: 99 } }],
    [5, 'one delivery is missing', { deliveries: { received: 49, lost: 1 } }],
    [
      0,
      'deliveries came twice, late and out of order',
      { deliveries: { duplicated: 3, late: 2, reordered: 1 } },
    ],
    [5, 'one came out of the order that was asked for', { deliveries: { reordered: 1 }, outOfOrder: 1 }],
    [5, 'one came to a subscription that it was not for', { deliveries: { misrouted: 1 } }],
    [5, 'one was damaged', { deliveries: { corrupted: 1 } }],
    [5, 'one publisher failed', { publishing: { publishersFailed: 1 } }],
    [5, 'one message could not be sent', { publishing: { unsent: 1 } }],
    [5, 'one RECEIPT is missing', { publishing: { receiptsMissing: 1 } }],
    [6, 'a worker died', { outcome: 'invalid', workersLost: 1 }],
    [6, 'a worker died, though nothing was reached', { ...ALL_REFUSED, outcome: 'invalid', workersLost: 1 }],
    [130, 'it was stopped', { outcome: 'stopped' }],
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
    ['The connection went through', { connections: { planned: 1, attempted: 1, complete: 1 } }],
    ['The target was never reached: TCP connection refused.', ALL_REFUSED],
    ['1 of 100 connections did not go through the whole cycle', { connections: { complete: 99 } }],
    [
      '3 of 100 connections did not go through the whole cycle; most often at upgrade: HTTP status other than 101.',
      { connections: { complete: 97, failed: 3 }, failures: [failure('upgrade', 'upgrade-status', 3)] },
    ],
    ['1 of 50 expected deliveries never came.', { deliveries: { received: 49, lost: 1 } }],
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
      'Target: it takes no more connections than that. 3 of 100 connections did not go',
      {
        connections: { complete: 97, failed: 3 },
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

  it('has no reason on a pass, and one for each thing that was missed', () => {
    expect(judge(runWith()).reasons).toEqual([]);
    const { reasons } = judge(
      runWith({
        connections: { complete: 90, failed: 10 },
        deliveries: { received: 40, lost: 10 },
        publishing: { publishersFailed: 1, unsent: 2, receiptsMissing: 3 },
        failures: [failure('tcp', 'local-ports', 1)],
        outcome: 'invalid',
      }),
    );
    expect(reasons).toHaveLength(6);
    expect(reasons.join(' ')).toMatch(
      /1 failure was .* 10 of 100 .* 10 of 50 .* 1 publisher failed.* 2 messages .* 3 SENDs /,
    );
  });

  it('says nothing of deliveries where a worker took its last second with it, and of nothing but the cut where the data ends', () => {
    const lost = judge(
      runWith({ outcome: 'invalid', workersLost: 1, deliveries: { received: 40, lost: 10 } }),
    );
    expect(lost.reasons).toEqual(['1 worker of the generator died.']);
    const aborted = {
      outcome: 'aborted',
      deliveries: { received: 40, lost: 10 },
      connections: { complete: 0 },
    } as const;
    expect(judge(runWith(aborted)).reasons).toEqual([]);
  });

  it('has a sentence for each thing that is wrong with deliveries', () => {
    const { reasons } = judge(
      runWith({ deliveries: { received: 49, lost: 1, misrouted: 2, corrupted: 3 }, outOfOrder: 4 }),
    );
    expect(reasons).toEqual([
      '1 of 50 expected deliveries never came.',
      '2 messages came to subscriptions that they were not for.',
      '3 messages had a damaged stamp.',
      '4 messages came out of the order that the scenario asks for.',
    ]);
  });

  it('does not count the connections of a dead worker once more as this machine’s own failures', () => {
    const { reasons } = judge(
      runWith({ outcome: 'invalid', workersLost: 1, failures: [failure('hold', 'worker-lost', 40)] }),
    );
    expect(reasons.join(' ')).not.toContain('own');
  });
});
