import { kindInfo } from '../model/failures.js';
import { findingInfo, type Finding, type FindingAbout } from '../model/findings.js';
import type {
  ConnectionCounts,
  DeliveryResult,
  FailureRow,
  Outcome,
  PublishingResult,
  Verdict,
} from '../model/result.js';
import { EXIT, type ExitCode } from '../shared/exit-codes.js';
import { formatCount } from '../shared/units.js';

export interface VerdictInput {
  readonly outcome: Outcome;
  readonly connections: ConnectionCounts;
  readonly deliveries: DeliveryResult;
  /** Of the deliveries that were reordered: on subscriptions with `ordered: true`. */
  readonly outOfOrder: number;
  readonly publishing: PublishingResult;
  readonly failures: readonly FailureRow[];
  readonly workersLost: number;
  readonly findings: readonly Finding[];
}

/** What was asked for, without thresholds: every connection complete, everything published, every delivery made. */
export function judge(input: VerdictInput): Verdict {
  const reasons = reasonsOf(input);
  const exitCode = exitCodeOf(input, reasons);
  return { exitCode, pass: exitCode === EXIT.good, headline: headlineOf(input, exitCode, reasons), reasons };
}

function exitCodeOf(input: VerdictInput, reasons: readonly string[]): ExitCode {
  if (input.outcome === 'stopped' || input.outcome === 'aborted') return EXIT.interrupted;
  if (input.outcome === 'invalid') return EXIT.unsound;
  if (neverReached(input)) return EXIT.unreachable;
  return reasons.length === 0 ? EXIT.good : EXIT.missed;
}

const REACHING: ReadonlySet<string> = new Set(['dns', 'tcp', 'tls']);

/** Every single attempt failed before the target had answered anything. */
function neverReached({ connections, failures }: VerdictInput): boolean {
  const unreached = failures
    .filter(({ role, phase }) => role === 'connection' && REACHING.has(phase))
    .reduce((sum, { count }) => sum + count, 0);
  return connections.attempted > 0 && unreached === connections.attempted;
}

function reasonsOf(input: VerdictInput): string[] {
  const { connections, publishing, failures } = input;
  const reasons: string[] = [];
  if (input.workersLost > 0) reasons.push(`${many(input.workersLost, 'worker')} of the generator died.`);
  const own = countOf(failures, (row) => row.side === 'generator' && row.kind !== 'worker-lost');
  if (own > 0) reasons.push(`${many(own, 'failure')} ${own === 1 ? 'was' : 'were'} this machine's own.`);
  // Where the data ends in the middle of the run, what did not happen and what is not known look the same.
  if (input.outcome === 'aborted') return reasons;
  const incomplete = connections.planned - connections.complete;
  if (incomplete > 0) {
    reasons.push(
      `${formatCount(incomplete)} of ${many(connections.planned, 'connection')} did not go through the whole cycle${mostly(failures)}.`,
    );
  }
  // A lost worker took its last second with it: deliveries can't be reckoned up.
  if (input.workersLost === 0) reasons.push(...deliveryReasons(input));
  if (publishing.publishersFailed > 0)
    reasons.push(`${many(publishing.publishersFailed, 'publisher')} failed.`);
  if (publishing.unsent > 0)
    reasons.push(`${many(publishing.unsent, 'message')} that the schedule asked for could not be sent.`);
  if (publishing.receiptsMissing > 0) {
    reasons.push(`${many(publishing.receiptsMissing, 'SEND')} got no RECEIPT in time.`);
  }
  return reasons;
}

// Copies, and what came late, did come: a reader has their counts, and decides.
function deliveryReasons({ deliveries, outOfOrder }: VerdictInput): string[] {
  const { expected, lost, misrouted, corrupted } = deliveries;
  const reasons: string[] = [];
  if (lost > 0)
    reasons.push(`${formatCount(lost)} of ${formatCount(expected)} expected deliveries never came.`);
  if (misrouted > 0) {
    reasons.push(`${many(misrouted, 'message')} came to subscriptions that they were not for.`);
  }
  if (corrupted > 0) reasons.push(`${many(corrupted, 'message')} had a damaged stamp.`);
  if (outOfOrder > 0) {
    reasons.push(`${many(outOfOrder, 'message')} came out of the order that the scenario asks for.`);
  }
  return reasons;
}

function headlineOf(input: VerdictInput, exitCode: ExitCode, reasons: readonly string[]): string {
  const { connections, deliveries, failures, findings } = input;
  const target = mostCritical(findings, 'target');
  switch (exitCode) {
    case EXIT.good: {
      const who =
        connections.planned === 1 ? 'The connection' : `All ${formatCount(connections.planned)} connections`;
      const all = `${who} went through the whole cycle`;
      const whole =
        deliveries.expected === 0
          ? `${all}.`
          : `${all}, and all ${formatCount(deliveries.expected)} expected deliveries arrived.`;
      return target === null ? whole : `${whole} But of the target: ${target}.`;
    }
    case EXIT.interrupted: {
      const done = `${formatCount(connections.complete)} of ${many(connections.planned, 'connection')} complete`;
      return input.outcome === 'aborted'
        ? `The run was cut off, and this is rebuilt from what was on disk: ${done}.`
        : `Stopped on request: ${done}.`;
    }
    case EXIT.unsound: {
      const why = mostCritical(findings, 'generator');
      return `The load generator was not sound: these figures do not count${why === null ? '' : ` (${why})`}.`;
    }
    case EXIT.unreachable:
      return `The target was never reached: ${mainFailure(failures)}.`;
    default:
      return `${target === null ? '' : `Target: ${target}. `}${reasons[0] ?? 'What was asked for was missed.'}`;
  }
}

/** The title of the first critical finding about one side; the findings come the worst first, then in their order in time. */
function mostCritical(findings: readonly Finding[], side: FindingAbout): string | null {
  const found = findings.find(({ about, severity }) => about === side && severity === 'critical');
  return found === undefined ? null : findingInfo(found.kind).title;
}

function mostly(failures: readonly FailureRow[]): string {
  const row = failures.find(({ role }) => role === 'connection');
  return row === undefined ? '' : `; most often at ${row.phase}: ${kindInfo(row.kind).title}`;
}

function mainFailure(failures: readonly FailureRow[]): string {
  const row = failures.find(({ role }) => role === 'connection');
  return row === undefined ? 'no attempt was made' : kindInfo(row.kind).title;
}

function countOf(failures: readonly FailureRow[], which: (row: FailureRow) => boolean): number {
  return failures.filter(which).reduce((sum, { count }) => sum + count, 0);
}

function many(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
