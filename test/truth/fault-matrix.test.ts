import { afterAll, describe, expect, test } from 'vitest';
import type { FailureKind } from '../../src/model/failures.js';
import type { FindingKind } from '../../src/model/findings.js';
import type { Stage } from '../../src/model/phases.js';
import type { DeliveryResult, RunResult } from '../../src/model/result.js';
import { FAULT_NAMES } from '../../src/scenario/fault-forms.js';
import type { Scenario } from '../support/cli.js';
import { expectSoundCounts, samplesIn } from '../support/sound-counts.js';
import { type Fault, runWithFaults, type Truth } from './support/fault-run.js';
import { soundly } from './support/soundly.js';
import { Table } from './support/table.js';

/** One publisher, which connects first: faults that are about subscribers spare it. */
const PUBLISHERS = 1;

/** Every subscription is long live by then, and nothing leaves before the drain is over: no delivery is an edge. */
const ALL_LIVE = '1500ms';

const BASE = {
  connect: { connections: 300, rate: '600/s' },
  subscribe: [{ destination: '/topic/{{ run }}.{{ index % 3 }}', confirm: 'receipt', awaitMessage: false }],
  publish: [{ destination: '/topic/{{ run }}.{{ seq % 3 }}', rate: '30/s' }],
  hold: '2500ms',
  disconnect: { rate: '1000/s' },
  timeouts: {
    upgrade: '2s',
    connect: '2s',
    subscribe: '2s',
    message: '4s',
    unsubscribe: '2s',
    disconnect: '2s',
    close: '2s',
    publish: '2s',
    drain: '1500ms',
  },
} as const;

type Failed = readonly [phase: Stage, kind: FailureKind, count: number];
type Deliveries = Partial<
  Pick<DeliveryResult, 'lost' | 'late' | 'duplicated' | 'reordered' | 'misrouted' | 'corrupted'>
>;

/** What has to be reported, by the broker's own account alone. */
interface Expected {
  readonly failures?: readonly Failed[];
  readonly publisherFailures?: readonly Failed[];
  readonly deliveries?: Deliveries;
  /** About the target; the generator is to be sound in all rows. */
  readonly findings?: readonly FindingKind[];
}

interface Row {
  readonly name: string;
  readonly faults: readonly Fault[];
  readonly profile?: string;
  readonly scenario?: Scenario;
  readonly expected: (truth: Truth, result: RunResult) => Expected;
}

const struck = (truth: Truth, rule = 0): number => truth.faults[rule]?.connections ?? 0;
const spared = { skip: PUBLISHERS };
const tenth = { share: '10%', ...spared };
const live = { from: ALL_LIVE, ...spared };

/** All connections that the rule struck fail in one way, and nothing else is wrong. */
const fails =
  (phase: Stage, kind: FailureKind, ...findings: readonly FindingKind[]) =>
  (truth: Truth): Expected => ({ failures: [[phase, kind, struck(truth)]], findings });

const nothing = (): Expected => ({});

const ROWS: readonly Row[] = [
  // Before the upgrade.
  {
    name: 'refused for 200 ms',
    faults: [{ fault: 'refuse', from: '200ms', until: '400ms' }],
    // What is refused never reaches the broker: it can only tell how many did. Those that the kernel had connected, and
    // the broker had not accepted yet when it stopped listening, are reset.
    expected: (truth, result) => {
      const reset = countOf(result, 'upgrade', 'tcp-reset');
      const unseen = result.connections.attempted + PUBLISHERS - truth.connections.accepted;
      return {
        failures: [
          ['tcp', 'tcp-refused', unseen - reset],
          ['upgrade', 'tcp-reset', reset],
        ],
      };
    },
  },
  {
    name: 'reset after accept',
    faults: [{ fault: 'reset-on-accept', ...tenth }],
    expected: fails('upgrade', 'tcp-reset'),
  },
  {
    name: 'accepted, never upgraded',
    faults: [{ fault: 'never-upgrade', ...tenth }],
    expected: fails('upgrade', 'upgrade-timeout'),
  },
  ...[404, 429, 503].map((status): Row => ({
    name: `upgrade answered ${status}`,
    faults: [{ fault: 'upgrade-status', status, ...tenth }],
    expected: fails('upgrade', 'upgrade-status'),
  })),
  {
    name: 'upgrade 300 ms late',
    faults: [{ fault: 'upgrade-delay', delay: '300ms', ...tenth }],
    expected: nothing,
  },
  {
    name: 'wrong Sec-WebSocket-Accept',
    faults: [{ fault: 'wrong-accept-key', ...tenth }],
    expected: fails('upgrade', 'upgrade-rejected'),
  },
  ...(['none', 'wrong'] as const).map((answer): Row => ({
    name: `subprotocol: ${answer}`,
    faults: [{ fault: 'subprotocol', answer, ...tenth }],
    expected: fails('upgrade', 'upgrade-rejected'),
  })),
  ...(
    [
      ['hang', 'upgrade-timeout'],
      ['reset', 'tcp-reset'],
      ['status-503', 'upgrade-status'],
      ['status-429', 'upgrade-status'],
    ] as const
  ).map(([then, kind]): Row => ({
    name: `200 connections at most, then ${then}`,
    // It takes two seconds to show that nobody is let in any more.
    scenario: { connect: { connections: 600, rate: '100/s' } },
    faults: [{ fault: 'connection-limit', connections: 200 + PUBLISHERS, then }],
    expected: fails('upgrade', kind, 'connection-limit'),
  })),
  {
    name: '60 connects a second at most, then reset',
    scenario: {
      connect: {
        connections: 1100,
        stages: [
          { rate: '40/s', for: '2s' },
          { to: '220/s', for: '8s' },
        ],
      },
    },
    faults: [{ fault: 'connect-rate-limit', rate: '60/s', then: 'reset', ...spared }],
    expected: fails('upgrade', 'tcp-reset', 'connect-rate-limit'),
  },
  // CONNECT.
  {
    name: 'CONNECTED 300 ms late',
    faults: [{ fault: 'connected-delay', delay: '300ms', ...tenth }],
    expected: nothing,
  },
  {
    name: 'CONNECTED never',
    faults: [{ fault: 'connected-never', ...tenth }],
    expected: fails('connect', 'connect-timeout'),
  },
  ...[true, false].map((close): Row => ({
    name: `ERROR instead of CONNECTED, ${close ? 'then close' : 'socket left open'}`,
    faults: [{ fault: 'connect-error', message: 'no room', close, ...tenth }],
    expected: fails('connect', 'stomp-error'),
  })),
  // Receipts.
  {
    name: 'receipts 300 ms late',
    scenario: { publish: [{ ...BASE.publish[0], receipt: true }] },
    faults: [
      { fault: 'receipt-delay', frames: ['SUBSCRIBE', 'UNSUBSCRIBE', 'SEND', 'DISCONNECT'], delay: '300ms' },
    ],
    expected: nothing,
  },
  {
    name: 'no receipt for SUBSCRIBE',
    faults: [{ fault: 'receipt-never', frames: ['SUBSCRIBE'], ...tenth }],
    expected: fails('subscribe', 'subscribe-timeout'),
  },
  {
    name: 'no receipt for UNSUBSCRIBE',
    faults: [{ fault: 'receipt-never', frames: ['UNSUBSCRIBE'], ...tenth }],
    expected: fails('unsubscribe', 'unsubscribe-timeout'),
  },
  {
    name: 'no receipt for DISCONNECT',
    faults: [{ fault: 'receipt-never', frames: ['DISCONNECT'], ...tenth }],
    expected: fails('disconnect', 'disconnect-timeout'),
  },
  {
    name: 'no receipt for SEND',
    scenario: { publish: [{ ...BASE.publish[0], receipt: true }] },
    faults: [{ fault: 'receipt-never', frames: ['SEND'] }],
    expected: (truth) => ({
      publisherFailures: [['publish', 'publish-timeout', truth.receipts['SEND']?.withheld ?? 0]],
    }),
  },
  {
    name: 'close 1000 instead of DISCONNECT’s receipt',
    faults: [{ fault: 'disconnect-closes', code: 1000, reason: 'STOMP died' }],
    expected: nothing,
  },
  {
    name: 'close 1002 instead of DISCONNECT’s receipt',
    faults: [{ fault: 'disconnect-closes', code: 1002, reason: 'Session closed.', ...tenth }],
    expected: fails('disconnect', 'closed'),
  },
  // Deliveries.
  {
    name: 'messages up to 300 ms late',
    faults: [{ fault: 'message-delay', delay: { uniform: ['0ms', '300ms'] }, ...spared }],
    expected: ({ messages: { deliveries } }) => ({ deliveries: { reordered: deliveries.total.reordered } }),
  },
  {
    name: '5 % of deliveries dropped',
    faults: [{ fault: 'message-drop', ofDeliveries: '5%', ...live }],
    expected: ({ messages: { deliveries } }) => ({
      deliveries: { lost: deliveries.total.dropped },
      findings: ['deliveries-lost'],
    }),
  },
  {
    name: '5 % of deliveries twice',
    faults: [{ fault: 'message-duplicate', ofDeliveries: '5%', ...live }],
    expected: ({ messages: { deliveries } }) => ({
      deliveries: { duplicated: deliveries.total.duplicated },
      findings: ['deliveries-duplicated'],
    }),
  },
  {
    name: '5 % of deliveries after their next',
    faults: [{ fault: 'message-reorder', ofDeliveries: '5%', ...live }],
    expected: ({ messages: { deliveries } }) => ({ deliveries: { reordered: deliveries.total.reordered } }),
  },
  {
    name: '5 % of bodies corrupted',
    faults: [{ fault: 'message-corrupt', what: 'body', ofDeliveries: '5%', ...live }],
    expected: ({ messages: { deliveries } }) => ({
      deliveries: { lost: deliveries.total.corrupted, corrupted: deliveries.total.corrupted },
      findings: ['deliveries-lost'],
    }),
  },
  {
    name: 'a broken WebSocket frame',
    faults: [{ fault: 'message-corrupt', what: 'frame', ofDeliveries: '2%', ...live, share: '20%' }],
    expected: fails('hold', 'protocol-error'),
  },
  {
    name: 'messages beyond limits.message',
    scenario: { limits: { messageBytes: '64KB' } },
    faults: [{ fault: 'message-oversize', size: '100KB', ofDeliveries: '2%', ...live, share: '20%' }],
    expected: fails('hold', 'protocol-error'),
  },
  {
    name: '5 % of deliveries to the wrong subscription',
    faults: [{ fault: 'message-misroute', ofDeliveries: '5%', ...live }],
    expected: ({ messages: { deliveries } }) => ({
      deliveries: { lost: deliveries.total.misrouted, misrouted: deliveries.total.misrouted },
      findings: ['deliveries-lost', 'deliveries-misrouted'],
    }),
  },
  {
    name: 'everything stands still for 2 s',
    scenario: { hold: '6s' },
    faults: [{ fault: 'stall', for: '2s', from: '2500ms' }],
    expected: () => ({ findings: ['stalled'] }),
  },
  // While holding.
  {
    name: 'closed 1011 while held',
    faults: [{ fault: 'close', after: '2s', code: 1011, reason: 'unexpected', ...tenth }],
    expected: fails('hold', 'closed-while-holding'),
  },
  {
    name: 'reset while held',
    faults: [{ fault: 'reset', after: '2s', ...tenth }],
    expected: fails('hold', 'tcp-reset'),
  },
  {
    name: 'half-open while held',
    faults: [{ fault: 'silence', after: '2s', ...tenth }],
    expected: (truth) => ({
      failures: [['unsubscribe', 'unsubscribe-timeout', struck(truth)]],
      deliveries: { lost: truth.messages.deliveries.total.withheld },
      findings: ['deliveries-lost'],
    }),
  },
  {
    name: 'heart-beats stop',
    scenario: {
      stomp: { heartbeat: { send: '1s', receive: '1s' } },
      publish: [{ ...BASE.publish[0], destination: '/topic/{{ run }}.nobody' }],
      hold: '6s',
    },
    faults: [{ fault: 'heartbeats-stop', after: '1s', ...tenth }],
    expected: fails('hold', 'heartbeat-missed'),
  },
  {
    name: 'closed when idle for 1 s',
    scenario: { connect: { connections: 300, rate: '100/s' } },
    faults: [{ fault: 'idle-timeout', after: '1s', ...spared }],
    expected: fails('hold', 'closed-while-holding', 'idle-timeout'),
  },
  // Resources.
  {
    name: 'a bounded queue that drops',
    faults: [{ fault: 'slow-drain', rate: '2000/s', maxWaiting: 500, then: 'drop' }],
    expected: ({ messages: { deliveries } }) => ({
      deliveries: { lost: deliveries.total.dropped },
      findings: ['deliveries-lost'],
    }),
  },
  {
    name: 'sockets kept open',
    faults: [{ fault: 'keep', what: 'sockets', ...tenth }],
    expected: fails('close', 'close-timeout'),
  },
  {
    name: 'memory kept',
    faults: [{ fault: 'keep', what: 'memory', size: '10KB', ...tenth }],
    expected: nothing,
  },
  // What servers do that STOMP does not make one expect.
  {
    name: 'DISCONNECT’s receipt, and the socket stays',
    faults: [{ fault: 'disconnect-stays' }],
    expected: nothing,
  },
  {
    name: 'ERROR for a DISCONNECT without a receipt',
    faults: [{ fault: 'disconnect-errors' }],
    // stompede always asks for it.
    expected: nothing,
  },
  {
    name: 'the socket stays open after an ERROR',
    faults: [
      { fault: 'error-stays' },
      { fault: 'connect-error', message: 'no room', close: false, ...tenth },
    ],
    expected: (truth) => ({ failures: [['connect', 'stomp-error', struck(truth, 1)]] }),
  },
  {
    name: 'heart-beats every second',
    scenario: { stomp: { heartbeat: { send: '1s', receive: '1s' } }, hold: '4s' },
    faults: [{ fault: 'heartbeat', send: '1s', receive: '1s' }],
    expected: nothing,
  },
  ...['spring', 'rabbitmq'].map((profile): Row => ({
    name: `profile ${profile}`,
    profile,
    faults: [],
    scenario: { subscribe: [{ destination: '/topic/{{ run }}.{{ index % 3 }}' }] },
    expected: nothing,
  })),
  {
    name: 'profile tomcat-full',
    profile: 'tomcat-full',
    faults: [],
    scenario: {
      connect: { connections: 10_400, rate: '800/s', inFlight: 4000 },
      publish: [{ ...BASE.publish[0], rate: '1/s' }],
    },
    // The 8,192 that Tomcat takes have the publisher among them.
    expected: fails('upgrade', 'upgrade-timeout', 'connection-limit'),
  },
];

describe('each fault alone is reported exactly as the broker’s own ledger has it', () => {
  const table = new Table('accuracy.md', 'faults', ['injected', 'by the ledger', 'reported', 'findings']);
  afterAll(() => {
    table.print();
  });

  test.each(ROWS)('$name', async ({ name, faults, profile, scenario = {}, expected }) => {
    const { result, truth } = await soundly(() =>
      runWithFaults(
        { name: 'fault', ...BASE, ...scenario },
        { seed: 7, faults, ...(profile === undefined ? {} : { profile }) },
      ),
    );
    const { failures = [], publisherFailures = [], deliveries = {}, findings = [] } = expected(truth, result);
    const injected = failures.reduce((sum, [, , count]) => sum + count, 0);
    table.row(
      name,
      told([...failures, ...publisherFailures], deliveries),
      told([...failed(result, 'connection'), ...failed(result, 'publisher')], oddDeliveries(result)),
      result.findings.map(({ kind }) => kind).join(', ') || '–',
    );
    expect(failed(result, 'connection')).toEqual(failures.filter(([, , count]) => count > 0));
    expect(failed(result, 'publisher')).toEqual(publisherFailures);
    expect(oddDeliveries(result)).toEqual(
      Object.fromEntries(Object.entries(deliveries).filter(([, count]) => count > 0)),
    );
    expect(result.connections).toMatchObject({
      attempted: result.connections.planned,
      complete: result.connections.planned - injected,
      unfinished: 0,
    });
    expect(result.findings.map(({ kind }) => kind).sort()).toEqual([...findings].sort());
    expect(result.generator.verdict).toBe('sound');
    // Every MESSAGE that the broker wrote is accounted for: once in the latencies, or in one of the counts.
    const messages = truth.messages.deliveries.total;
    if (injected === 0) {
      const { duplicated, misrouted, corrupted, foreign } = result.deliveries;
      expect(samplesIn(result, 'delivery')).toBe(
        messages.sent - duplicated - misrouted - corrupted - foreign,
      );
    }
    expectSoundCounts(result);
  });

  test('and none is left out', () => {
    const tried = new Set(ROWS.flatMap(({ faults }) => faults.map(({ fault }) => fault)));
    // In a test of its own: the broker is gone with `die`.
    expect([...tried, 'die'].sort()).toEqual([...FAULT_NAMES].sort());
  });
});

function countOf({ failures }: RunResult, phase: Stage, kind: FailureKind): number {
  return failures.find((row) => row.phase === phase && row.kind === kind)?.count ?? 0;
}

function failed({ failures }: RunResult, role: 'connection' | 'publisher'): Failed[] {
  return failures.filter((row) => row.role === role).map(({ phase, kind, count }) => [phase, kind, count]);
}

function oddDeliveries({ deliveries }: RunResult): Deliveries {
  const { lost, late, duplicated, reordered, misrouted, corrupted } = deliveries;
  const odd = { lost, late, duplicated, reordered, misrouted, corrupted };
  return Object.fromEntries(Object.entries(odd).filter(([, count]) => count > 0));
}

function told(failures: readonly Failed[], deliveries: Deliveries): string {
  const parts = [
    ...failures.map(([phase, kind, count]) => `${count} × ${phase}: ${kind}`),
    ...Object.entries(deliveries).map(([what, count]) => `${count} ${what}`),
  ];
  return parts.join(', ') || 'nothing';
}
