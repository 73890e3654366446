import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { zeroCounters } from '../metrics/counters.js';
import { LatencyTotal } from '../metrics/latency-total.js';
import { deltaOf } from '../metrics/testing/snapshots.js';
import type { MetricUnit } from '../model/thresholds.js';
import { samplePlan } from '../report/testing/sample-plan.js';
import { FAMILIES } from './catalogue.js';
import { impliedThresholds } from './implied.js';
import { ENTRIES, metricNamed } from './lookup.js';
import type { Metric } from './metric.js';
import type { MetricSource } from './source.js';
import { unitText } from './unit-text.js';

const DOCS = readFileSync(new URL('../../docs/thresholds.md', import.meta.url), 'utf8');

function latencyOf(...us: number[]): LatencyTotal {
  const total = new LatencyTotal();
  total.add(deltaOf(us));
  return total;
}

const TOTALS = new Map([
  ['connect', latencyOf(100, 200, 300, 400)],
  ['subscribe', latencyOf(50)],
  ['due.tcp', latencyOf(70)],
  ['lag.arrival', latencyOf(80)],
  ['publish.receipt', latencyOf(90)],
  ['delivery', latencyOf(1000, 3000)],
  ['read.delay', latencyOf(7)],
]);

const WHOLE: MetricSource = {
  seconds: 10,
  planned: 100,
  publishersPlanned: 4,
  underWayBefore: 0,
  counts: {
    ...zeroCounters(),
    started: 80,
    opened: 70,
    complete: 60,
    failed: 8,
    lateArrivals: 20,
    droppedWhileHolding: 4,
    publishersFailed: 1,
    publishDue: 50,
    publishSent: 40,
    publishUnsent: 10,
    publishLate: 2,
    publishReceiptsMissing: 3,
    sendReceiptsAsked: 30,
    received: 900,
    late: 9,
    reordered: 18,
    outOfOrder: 2,
    misrouted: 5,
    corrupted: 6,
    foreign: 7,
    unaccounted: 8,
    subscribeUnconfirmed: 3,
  },
  latency: (latency) => TOTALS.get(latency) ?? null,
  failures: [
    { role: 'connection', phase: 'connect', kind: 'stomp-error', count: 1 },
    { role: 'connection', phase: 'connect', kind: 'closed', count: 2 },
    { role: 'connection', phase: 'hold', kind: 'closed', count: 1 },
    { role: 'publisher', phase: 'connect', kind: 'stomp-error', count: 4 },
    { role: 'publisher', phase: 'publish', kind: 'publish-timeout', count: 500 },
  ],
  peakOpen: 65,
  published: 40,
  deliveries: { expected: 1000, received: 900, lost: 100, edge: 12, duplicated: 45 },
  findings: [
    {
      about: 'target',
      kind: 'stalled',
      severity: 'warning',
      atMs: 0,
      evidence: { text: '', values: {} },
      advice: '',
    },
    {
      about: 'target',
      kind: 'all-lost',
      severity: 'critical',
      atMs: 0,
      evidence: { text: '', values: {} },
      advice: '',
    },
    {
      about: 'network',
      kind: 'retransmits',
      severity: 'warning',
      atMs: 0,
      evidence: { text: '', values: {} },
      advice: '',
    },
  ],
  generator: { cpuMs: 1500, maxRssBytes: 4096 },
};

/** A window of it: nothing is known that only its end can tell. */
const WINDOW: MetricSource = {
  ...WHOLE,
  underWayBefore: 20,
  deliveries: null,
  findings: null,
  generator: null,
};

function metric(name: string): Metric {
  const found = metricNamed(name);
  if (found === null) throw new Error(`no metric ${name}`);
  return found;
}

describe('a metric is read from a run', () => {
  it.each<[string, number, number | null]>([
    // As a count, and as a share.
    ['connections.planned', 100, null],
    ['connections.attempted', 80, null],
    ['connections.complete', 60, 0.6],
    ['connections.failed', 8, 0.1],
    ['connections.unfinished', 12, 0.15],
    ['connections.peakOpen', 65, 0.65],
    ['connections.droppedWhileHolding', 4, 0.05],
    ['phases.connect.count', 4, null],
    ['phases.connect.failed', 3, 3 / 7],
    ['phases.subscribe.count', 4, null],
    ['phases.subscribe.unconfirmed', 3, 0.75],
    ['schedule.late', 20, 0.25],
    ['publishing.due', 50, null],
    ['publishing.sent', 40, 0.8],
    ['publishing.unsent', 10, 0.2],
    ['publishing.late', 2, 0.05],
    ['publishing.publishersFailed', 1, 0.25],
    ['publishing.receiptsMissing', 3, 0.1],
    ['deliveries.published', 40, null],
    ['deliveries.expected', 1000, null],
    ['deliveries.received', 900, 0.9],
    ['deliveries.lost', 100, 0.1],
    ['deliveries.late', 9, 0.01],
    ['deliveries.edge', 12, null],
    ['deliveries.duplicated', 45, 0.05],
    ['deliveries.reordered', 18, 0.02],
    ['deliveries.outOfOrder', 2, 2 / 900],
    ['deliveries.misrouted', 5, null],
    ['deliveries.corrupted', 6, 6 / 900],
    ['deliveries.foreign', 7, null],
    ['deliveries.unaccounted', 8, null],
    ['failures.total', 508, 0.05],
    ['failures.kind(stomp-error)', 5, 0.0125],
    ['failures.phase(connect)', 7, 0.0375],
    ['failures.phase(hold)', 1, 0.0125],
    ['failures.kind(publish-timeout)', 500, null],
    ['failures.phase(publish)', 500, null],
    ['findings.target', 2, null],
    ['findings.network', 1, null],
    ['findings.generator', 0, null],
    ['findings.critical', 1, null],
    ['findings.kind(stalled)', 1, null],
  ])('%s: %d, as a share %d', (name, count, share) => {
    expect(metric(name).observe(WHOLE, 'count')).toEqual({ value: count, samples: null });
    expect(metric(name).observe(WHOLE, 'share')?.value ?? null).toBe(share);
    expect(metric(name).shareOf === null).toBe(share === null);
  });

  it.each<[string, MetricUnit, number, number | null]>([
    ['connections.rate', 'perSec', 7, null],
    ['publishing.rate', 'perSec', 4, null],
    ['deliveries.rate', 'perSec', 90, null],
    ['generator.cpu', 'us', 1_500_000, null],
    ['generator.maxRss', 'bytes', 4096, null],
    ['phases.connect.min', 'us', 100, 4],
    ['phases.connect.p50', 'us', 200, 4],
    ['phases.connect.p99.9', 'us', 400, 4],
    ['phases.connect.max', 'us', 400, 4],
    ['phases.connect.mean', 'us', 250, 4],
    ['phases.tcp.fromDue.p50', 'us', 70, 1],
    ['schedule.lag.max', 'us', 80, 1],
    ['publishing.receipt.max', 'us', 90, 1],
    ['deliveries.latency.mean', 'us', 2000, 2],
    ['generator.readDelay.p99', 'us', 7, 1],
  ])('%s in %s: %d', (name, unit, value, samples) => {
    expect(metric(name).unit).toBe(unit);
    expect(metric(name).observe(WHOLE, unit)).toEqual({ value, samples });
  });

  it('and is nothing where there is no sample', () => {
    expect(metric('phases.close.p50').observe(WHOLE, 'us')).toBeNull();
    expect(metric('phases.close.max').observe(WHOLE, 'us')).toBeNull();
    expect(metric('phases.close.failed').observe(WHOLE, 'share')).toBeNull();
    expect(metric('phases.close.failed').observe(WHOLE, 'count')).toEqual({ value: 0, samples: null });
  });
});

describe('of a window', () => {
  it('a share of connections is of those that were under way in it', () => {
    expect(metric('connections.failed').observe(WINDOW, 'share')).toEqual({ value: 0.08, samples: 100 });
  });

  it('what was counted before it does not make a share of more than all', () => {
    const source = { ...WINDOW, counts: { ...WINDOW.counts, sendReceiptsAsked: 0 } };
    expect(metric('publishing.receiptsMissing').observe(source, 'share')).toEqual({ value: 1, samples: 3 });
  });

  it.each(
    FAMILIES.filter(({ inParts }) => inParts).flatMap(({ subjects }) => subjects.map(({ name }) => name)),
  )('%s can be told as in the whole run', (name) => {
    const { reading } = ENTRIES.get(name)?.subject ?? {};
    const known = metric(reading?.kind === 'latency' ? `${name}.p50` : name);
    const part = { ...WHOLE, deliveries: null, findings: null, generator: null };
    for (const unit of [known.unit, 'share'] as const) {
      expect(known.observe(part, unit)).toEqual(known.observe(WHOLE, unit));
    }
  });
});

describe('the catalogue', () => {
  it('has each name once', () => {
    const names = FAMILIES.flatMap(({ subjects }) => subjects.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
    expect(ENTRIES.size).toBe(names.length);
  });

  it('finds no metric that is none', () => {
    for (const name of [
      'phases.connect',
      'deliveries.lost.p99',
      'phases.connect.p0',
      'constructor',
      '',
      'a.p99',
    ]) {
      expect(metricNamed(name)).toBeNull();
    }
  });

  it('is the table of docs/thresholds.md', () => {
    const [, section = ''] = DOCS.split('\n## Metrics\n');
    const rows = section
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    const expected = FAMILIES.map((family) => [
      `\`${family.name}\``,
      unitText(family),
      family.better,
      family.inParts ? 'yes' : 'at the end only',
      family.description,
    ]);
    expect(rows).toEqual(expected);
  });
});

describe('docs/thresholds.md', () => {
  it('lists what holds by itself', () => {
    const plan = samplePlan('sample', 20, 10, 1000);
    const ordered = { ...plan, subscribe: plan.subscribe.map((entry) => ({ ...entry, ordered: true })) };
    const [, section = ''] = DOCS.split(/\n## (?:What holds by itself|Metrics)\n/);
    const listed = [...section.matchAll(/^\| (\w+\.\w+ == \S+) +\|/gm)].map(([, that]) => that);
    expect(listed).toEqual(impliedThresholds(ordered).map(({ that }) => that));
  });
});

describe('a threshold about what a plan never has', () => {
  const plan = samplePlan('sample', 20, 10, 1000);
  const plain = { ...plan, target: { ...plan.target, urls: ['ws://127.0.0.1:1/ws'] } };
  const silent = { ...plan, publish: [] };
  const unasked = { ...plan, publish: plan.publish.map((entry) => ({ ...entry, receipt: false })) };
  const alone = { ...plan, subscribe: [] };

  it.each([
    ['phases.tls.p99', plain, 'no target is a wss:// URL'],
    ['phases.dns.fromDue.p99', plain, 'the target is an address, not a name'],
    ['failures.phase(tls)', plain, 'no target is a wss:// URL'],
    ['phases.message.failed', alone, 'no connection waits for a first message'],
    ['phases.subscribe.count', alone, 'nothing is subscribed to'],
    ['deliveries.latency.p99', alone, 'nothing is subscribed to'],
    ['deliveries.latency.p99', silent, 'nothing is published'],
    ['failures.phase(publish)', silent, 'nothing is published'],
    ['publishing.lag.p99', silent, 'nothing is published'],
    ['publishing.receipt.p99', unasked, 'no receipts are asked for (publish[].receipt)'],
    ['publishing.receiptsMissing', unasked, 'no receipts are asked for (publish[].receipt)'],
  ])('%s', (name, lacking, why) => {
    expect(metric(name).absentFrom(lacking)).toBe(why);
    expect(metric(name).absentFrom(plan)).toBeNull();
  });
});
