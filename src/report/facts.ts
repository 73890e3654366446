import type { Nearest } from '../model/health.js';
import type { ReceiptSupport, RunResult } from '../model/result.js';
import { formatBytes, formatCount, formatMs, formatUs, formatUsTick } from './format.js';
import { failedConnections } from './failure-rows.js';
import { soundness } from './soundness.js';

/** One thing to know, ready to be shown: the text and the HTML report say the same words. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  /** `bad`: something was missed. `note`: worth a look, not a miss. */
  readonly tone: 'plain' | 'note' | 'bad';
}

export interface VerdictLabel {
  readonly label: 'PASS' | 'FAIL' | 'STOPPED' | 'ABORTED' | 'INVALID';
  readonly tone: 'good' | 'note' | 'bad';
}

export function verdictLabel(result: RunResult): VerdictLabel {
  if (soundness(result).verdict === 'invalid') return { label: 'INVALID', tone: 'bad' };
  if (result.outcome === 'aborted') return { label: 'ABORTED', tone: 'bad' };
  if (result.outcome === 'stopped') return { label: 'STOPPED', tone: 'note' };
  return result.verdict.pass ? { label: 'PASS', tone: 'good' } : { label: 'FAIL', tone: 'bad' };
}

/** The reasons that the headline has not said already. */
export function furtherReasons({ verdict }: RunResult): readonly string[] {
  return verdict.reasons.filter((reason) => reason !== verdict.headline);
}

/** Where the connections went, in words. */
export function targetOf(result: RunResult): string {
  const { embedded, urls } = result.plan.target;
  const [first, ...others] = urls;
  const address =
    first === undefined ? null : others.length === 0 ? first : `${first} and ${others.length} more`;
  if (!embedded) return address ?? 'no target';
  return address === null ? 'embedded broker' : `embedded broker at ${address}`;
}

export function connectionFacts({ connections, failures }: RunResult): readonly Fact[] {
  const failed = failedConnections(failures);
  return [
    count('planned', connections.planned),
    count('attempted', connections.attempted),
    count('complete', connections.complete),
    count('failed', connections.failed, 'bad'),
    ...unlessZero(count("of them the generator's own doing", failed.own, 'note')),
    ...unlessZero(count('of them while the generator was not sound', failed.whileUnsound, 'note')),
    ...unlessZero(count('unfinished', connections.unfinished, 'bad')),
    count('open at the peak', connections.peakOpen),
    ...unlessZero(count('dropped while holding', connections.droppedWhileHolding, 'bad')),
  ];
}

export function deliveryFacts({ deliveries }: RunResult): readonly Fact[] {
  return [
    count('published', deliveries.published),
    count('expected', deliveries.expected),
    count('received', deliveries.received),
    ...unlessZero(count('lost', deliveries.lost, 'bad')),
    ...unlessZero(count('late, after the drain time', deliveries.late, 'note')),
    ...unlessZero(count('at the edge of a subscription', deliveries.edge)),
    ...unlessZero(count('duplicated', deliveries.duplicated, 'bad')),
    ...unlessZero(count('out of order', deliveries.reordered, 'note')),
    ...unlessZero(count('misrouted', deliveries.misrouted, 'bad')),
    ...unlessZero(count('corrupted', deliveries.corrupted, 'bad')),
    ...unlessZero(count('not of this run', deliveries.foreign, 'note')),
    ...unlessZero(count('on wildcards, not accounted', deliveries.unaccounted, 'note')),
    ...unlessZero(count('more than expected', Math.max(0, deliveries.received - deliveries.expected), 'bad')),
  ];
}

export function publishingFacts({ publishing }: RunResult): readonly Fact[] {
  return [
    count(publishing.publishersPlanned === 1 ? 'publisher' : 'publishers', publishing.publishersPlanned),
    ...unlessZero(count('of them failed', publishing.publishersFailed, 'bad')),
    count('messages due', publishing.due),
    count('sent', publishing.sent),
    ...unlessZero(count('never sent', publishing.unsent, 'bad')),
    sentLate(publishing),
    ...unlessZero(count('receipts missing', publishing.receiptsMissing, 'bad')),
  ];
}

function sentLate({ lateCount, lagUs }: RunResult['publishing']): Fact {
  const latest = lateCount === 0 || lagUs === null ? '' : `, the latest by ${formatUs(lagUs.max)}`;
  return count(`sent late${latest}`, lateCount, 'note');
}

/** How well the schedule was kept, in one sentence. */
export function scheduleSentence({ schedule, connections }: RunResult): string {
  const tolerance = formatUsTick(schedule.lateToleranceUs);
  const who = `${formatCount(schedule.lateCount)} of ${formatCount(connections.attempted)} arrivals`;
  const worst = schedule.lagUs === null ? '' : `; the latest by ${formatUs(schedule.lagUs.max)}`;
  return `${who} started more than ${tolerance} after they were due${worst}.`;
}

export function serverFacts({ server }: RunResult): readonly Fact[] {
  const { receipts, subscribeConfirmedBy: by, heartbeatMs } = server;
  const confirmed = [
    ...(by.receipt > 0 ? [`RECEIPT ×${formatCount(by.receipt)}`] : []),
    ...(by.message > 0 ? [`first MESSAGE ×${formatCount(by.message)}`] : []),
    ...(by.none > 0 ? [`nothing ×${formatCount(by.none)}`] : []),
  ];
  return [
    plain('software', server.software ?? 'not said'),
    plain('STOMP version', tally(server.stompVersions)),
    plain('subprotocol', tally(server.subprotocols)),
    plain(
      'heart-beats',
      heartbeatMs === null ? 'not agreed' : heartbeats(heartbeatMs.send, heartbeatMs.receive),
    ),
    plain('subscribed, proven by', confirmed.length === 0 ? 'nothing' : confirmed.join(', ')),
    ...receiptFact('SUBSCRIBE', receipts.subscribe),
    ...receiptFact('UNSUBSCRIBE', receipts.unsubscribe),
    ...receiptFact('DISCONNECT', receipts.disconnect),
    ...receiptFact('SEND', receipts.send),
  ];
}

export function generatorFacts({ generator, run, addresses }: RunResult): readonly Fact[] {
  const { readDelayUs: delay } = generator;
  return [
    plain(
      'delay before a read',
      delay === null
        ? 'unknown'
        : `p50 ${formatUs(delay.p50)}, p99 ${formatUs(delay.p99)}, max ${formatUs(delay.max)}`,
    ),
    plain('CPU time', `${formatMs(generator.cpuMs)} in a run of ${formatMs(run.durationMs)}`),
    plain('memory at most', formatBytes(generator.maxRssBytes)),
    count('workers', generator.workers),
    count('processes', generator.processes),
    ...unlessZero(count('workers lost', generator.workersLost, 'bad')),
    ...unlessZero(count('local ports taken, and the next one tried', addresses.portsTaken, 'note')),
    ...limitFact('heap after a full collection', generator.health.heap, formatBytes),
    ...limitFact('open files of a process', generator.health.openFiles, formatCount),
    ...limitFact('memory of the control group', generator.health.groupMemory, formatBytes),
    plain('received', formatBytes(generator.bytesReceived)),
    plain('sent', formatBytes(generator.bytesSent)),
  ];
}

/** The nearest that the generator came to one of its limits. */
function limitFact(label: string, nearest: Nearest | null, format: (n: number) => string): readonly Fact[] {
  if (nearest === null) return [];
  return [plain(label, `${format(nearest.used)} of ${format(nearest.limit)}`)];
}

export function environmentFacts({ environment, stompede }: RunResult): readonly Fact[] {
  const { openFilesPerProcess: files, localPorts: ports } = environment;
  return [
    plain('stompede', stompede),
    plain('Node.js', environment.node),
    plain('system', environment.os),
    plain('CPUs', `${environment.cpus} × ${environment.cpuModel}`),
    plain('memory', formatBytes(environment.memoryBytes)),
    plain('open files a process', files === null ? 'unknown' : formatCount(files)),
    plain('local ports', ports === null ? 'unknown' : `${ports[0]} to ${ports[1]}`),
  ];
}

/** An ISO date and time without the fraction of its second. */
export function formatMoment(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2 UTC');
}

function count(label: string, value: number, toneIfAny: Fact['tone'] = 'plain'): Fact {
  return { label, value: formatCount(value), tone: value > 0 ? toneIfAny : 'plain' };
}

function plain(label: string, value: string): Fact {
  return { label, value, tone: 'plain' };
}

function unlessZero(fact: Fact): readonly Fact[] {
  return fact.value === '0' ? [] : [fact];
}

function tally(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).map(
    ([name, n]) => `${name === '' ? 'none' : name} ×${formatCount(n)}`,
  );
  return entries.length === 0 ? 'none' : entries.join(', ');
}

function heartbeats(sendMs: number, receiveMs: number): string {
  const part = (ms: number, way: string): string => (ms === 0 ? `none ${way}` : `${formatMs(ms)} ${way}`);
  return `${part(sendMs, 'sent')}, ${part(receiveMs, 'received')}`;
}

function receiptFact(frame: string, { asked, received, closedInstead }: ReceiptSupport): readonly Fact[] {
  if (asked === 0) return [];
  const closed = closedInstead === 0 ? '' : `; ${formatCount(closedInstead)} closed 1000 instead`;
  const value = `${formatCount(received)} of ${formatCount(asked)}${closed}`;
  return [
    { label: `RECEIPT for ${frame}`, value, tone: received + closedInstead < asked ? 'note' : 'plain' },
  ];
}
