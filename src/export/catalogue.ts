import type { Counters } from '../metrics/counters.js';
import { PHASES, type Latency } from '../model/phases.js';
import type { GeneratorRow } from '../model/result.js';
import type { LiveRun } from './live-run.js';

export type Labels = Readonly<Record<string, string>>;

interface MetricInfo {
  /** OpenTelemetry's name; Prometheus' is made from it (prometheus-name.ts). */
  readonly name: string;
  /** As UCUM has it: seconds, bytes, a ratio, or what is counted in braces. */
  readonly unit: 's' | 'By' | '1' | `{${string}}`;
  /** One sentence, without a full stop at its end. */
  readonly help: string;
  readonly labels: readonly string[];
}

export interface NumberPoint {
  readonly labels: Labels;
  readonly value: number;
}

export interface NumberMetric extends MetricInfo {
  /** A counter only grows within a run. */
  readonly kind: 'counter' | 'gauge';
  readonly read: (run: LiveRun) => readonly NumberPoint[];
}

/** Durations in seconds, with a histogram for each of the latencies of which something was recorded. */
export interface HistogramMetric extends MetricInfo {
  readonly kind: 'histogram';
  readonly unit: 's';
  readonly latencies: readonly { readonly latency: Latency; readonly labels: Labels }[];
}

export type Metric = NumberMetric | HistogramMetric;

/** The longest value of a label, in UTF-16 units. */
export const MAX_LABEL_LENGTH = 200;

const counter = (name: string, unit: NumberMetric['unit'], help: string, from: keyof Counters): Metric => ({
  kind: 'counter',
  name,
  unit,
  help,
  labels: [],
  read: ({ totals }) => [{ labels: {}, value: totals.counts[from] }],
});

const gauge = (
  name: string,
  unit: NumberMetric['unit'],
  help: string,
  value: (run: LiveRun) => number,
): Metric => ({
  kind: 'gauge',
  name,
  unit,
  help,
  labels: [],
  read: (run) => [{ labels: {}, value: value(run) }],
});

const ofGenerator = (
  name: string,
  unit: NumberMetric['unit'],
  help: string,
  value: (row: GeneratorRow) => number,
): Metric => gauge(`stompede.generator.${name}`, unit, help, ({ totals }) => value(totals.generator));

const histogram = (name: string, help: string, latency: Latency): Metric => ({
  kind: 'histogram',
  name,
  unit: 's',
  help,
  labels: [],
  latencies: [{ latency, labels: {} }],
});

/**
 * Everything that is exported, to whomever. Labels have values of closed lists only, but for those of the one series that
 * names the run. docs/live-metrics.md has the same table; a test keeps them equal.
 */
export const METRICS: readonly Metric[] = [
  {
    kind: 'gauge',
    name: 'stompede.run.info',
    unit: '{run}',
    help: 'Always 1: which run this is',
    labels: ['run', 'name', 'version'],
    read: ({ identity: { runId, name }, version }) => [
      { labels: { run: runId, name: name.slice(0, MAX_LABEL_LENGTH), version }, value: 1 },
    ],
  },
  gauge(
    'stompede.run.measured',
    's',
    'How far into the run all of these are; a second is in them once every worker has told of it',
    ({ totals }) => totals.throughSec,
  ),

  gauge(
    'stompede.connections.planned',
    '{connection}',
    'Connections that the scenario asks for',
    ({ identity }) => identity.plannedConnections,
  ),
  gauge(
    'stompede.connections.open',
    '{connection}',
    'Open WebSocket connections',
    ({ totals }) => totals.open,
  ),
  counter('stompede.connections.started', '{connection}', 'Arrivals that were started', 'started'),
  counter('stompede.connections.opened', '{connection}', 'WebSocket connections that were opened', 'opened'),
  counter(
    'stompede.connections.complete',
    '{connection}',
    'Connections that went through the whole cycle',
    'complete',
  ),
  counter('stompede.connections.failed', '{connection}', 'Connections that did not', 'failed'),
  counter(
    'stompede.connections.dropped',
    '{connection}',
    'Connections that the other side ended while they were held',
    'droppedWhileHolding',
  ),
  counter(
    'stompede.connections.late',
    '{connection}',
    'Arrivals that were started later than they were due',
    'lateArrivals',
  ),
  {
    kind: 'counter',
    name: 'stompede.failures',
    unit: '{failure}',
    help: 'Failures by where, what and whose side; docs/failures.md explains each kind',
    labels: ['role', 'phase', 'kind', 'side'],
    read: ({ totals }) =>
      totals.failures.map(({ role, phase, kind, side, count }) => ({
        labels: { role, phase, kind, side },
        value: count,
      })),
  },

  counter('stompede.messages.due', '{message}', 'Messages that the schedule asked for', 'publishDue'),
  {
    kind: 'counter',
    name: 'stompede.messages.published',
    unit: '{message}',
    help: 'Messages that were sent',
    labels: [],
    read: ({ totals }) => [{ labels: {}, value: totals.published }],
  },
  counter('stompede.messages.unsent', '{message}', 'Messages that were due and never sent', 'publishUnsent'),
  counter(
    'stompede.messages.late',
    '{message}',
    'Messages that were sent later than they were due',
    'publishLate',
  ),
  {
    kind: 'counter',
    name: 'stompede.deliveries.expected',
    unit: '{delivery}',
    help: 'Deliveries owed, as known when their second was over; the report takes back what turns out not to be owed',
    labels: [],
    read: ({ totals }) => [{ labels: {}, value: totals.expected }],
  },
  counter('stompede.deliveries.received', '{delivery}', 'Deliveries that came and were owed', 'received'),
  counter('stompede.deliveries.late', '{delivery}', 'Deliveries that came after the drain had ended', 'late'),
  counter('stompede.deliveries.duplicated', '{delivery}', 'Copies of what had come before', 'duplicated'),
  counter(
    'stompede.deliveries.reordered',
    '{delivery}',
    'Deliveries that came after a later one of the same publisher',
    'reordered',
  ),
  counter(
    'stompede.deliveries.misrouted',
    '{delivery}',
    'Deliveries to a subscription that they were not for',
    'misrouted',
  ),
  counter(
    'stompede.deliveries.corrupted',
    '{delivery}',
    'Deliveries whose stamp was damaged on the way',
    'corrupted',
  ),
  counter('stompede.socket.received', 'By', 'Bytes read from sockets', 'bytesReceived'),
  counter('stompede.socket.sent', 'By', 'Bytes written to sockets', 'bytesSent'),

  {
    kind: 'histogram',
    name: 'stompede.phase.duration',
    unit: 's',
    help: 'How long each phase of a connection took, from when it was started; failed ones are not in it',
    labels: ['phase'],
    latencies: PHASES.map((phase) => ({ latency: phase, labels: { phase } })),
  },
  {
    kind: 'histogram',
    name: 'stompede.phase.from.due',
    unit: 's',
    help: 'The first phase of a connection, from when the schedule asked for the connection',
    labels: ['phase'],
    latencies: [
      { latency: 'due.dns', labels: { phase: 'dns' } },
      { latency: 'due.tcp', labels: { phase: 'tcp' } },
    ],
  },
  histogram('stompede.delivery.latency', 'From the SEND of a message to its delivery', 'delivery'),
  histogram(
    'stompede.delivery.from.due',
    'From when the schedule asked for the SEND to the delivery',
    'due.delivery',
  ),
  histogram(
    'stompede.publish.receipt',
    'From a SEND to its RECEIPT, where one was asked for',
    'publish.receipt',
  ),
  histogram('stompede.connection.lag', 'How much later than due arrivals were started', 'lag.arrival'),
  histogram('stompede.publish.lag', 'How much later than due messages were sent', 'lag.publish'),
  histogram(
    'stompede.read.delay',
    "The instrument's own error: a shorter latency can't be told from none",
    'read.delay',
  ),
  histogram(
    'stompede.drop.age',
    'How old held connections were that the other side ended, since their upgrade',
    'drop.age',
  ),
  histogram('stompede.drop.idle', 'How long before that they had last sent anything themselves', 'drop.idle'),

  {
    kind: 'counter',
    name: 'stompede.generator.cpu.used',
    unit: 's',
    help: 'CPU time of the processes that hold workers',
    labels: [],
    read: ({ totals }) => [{ labels: {}, value: totals.cpuMs / 1000 }],
  },
  ofGenerator('memory', 'By', 'Resident memory of those processes', ({ rssBytes }) => rssBytes),
  ofGenerator('utilization', '1', "How busy the busiest worker's event loop is", (row) => row.utilization),
  ofGenerator(
    'loop.delay',
    's',
    "The longest that a worker's event loop did not turn within the last second",
    ({ loopDelayMaxUs }) => loopDelayMaxUs / 1e6,
  ),
  ofGenerator(
    'cpu.wait',
    's',
    'How long the worker that waited longest for a CPU did so within the last second',
    ({ cpuWaitMs }) => cpuWaitMs / 1000,
  ),
  ofGenerator(
    'own.lag',
    's',
    'The most that a worker was late by itself within the last second',
    ({ ownLagMaxUs }) => ownLagMaxUs / 1e6,
  ),
  ofGenerator(
    'unsound.workers',
    '{worker}',
    'Workers that were not well within the last second; figures of then do not count',
    ({ unsoundWorkers }) => unsoundWorkers,
  ),
  ofGenerator('files', '{file}', 'Open files of the process with the most', ({ openFiles }) => openFiles),
  ofGenerator(
    'machine.busy',
    '1',
    'How busy all CPUs of the machine were, with everything that runs on it',
    ({ machineBusy }) => machineBusy,
  ),

  {
    kind: 'counter',
    name: 'stompede.export.merged',
    unit: 's',
    help: 'Seconds that came here together with a later one, because the exporter was behind; none of their counts is missing',
    labels: [],
    read: ({ totals }) => [{ labels: {}, value: totals.mergedSec }],
  },
  {
    kind: 'counter',
    name: 'stompede.export.pushes',
    unit: '{push}',
    help: 'Pushes to the OTLP collector, by what became of them',
    labels: ['outcome'],
    read: ({ pushes }) =>
      pushes === null
        ? []
        : [
            { labels: { outcome: 'sent' }, value: pushes.sent },
            { labels: { outcome: 'failed' }, value: pushes.failed },
          ],
  },
];
