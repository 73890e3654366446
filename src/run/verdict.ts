import { kindInfo } from '../model/failures.js';
import { findingInfo, type Finding, type FindingAbout } from '../model/findings.js';
import type { ConnectionCounts, DeliveryResult, FailureRow, Outcome, Verdict } from '../model/result.js';
import type { ThresholdOutcome, ThresholdVerdict } from '../model/thresholds.js';
import { EXIT, type ExitCode } from '../shared/exit-codes.js';
import { formatCount } from '../shared/units.js';

export interface VerdictInput {
  readonly outcome: Outcome;
  readonly connections: ConnectionCounts;
  readonly deliveries: DeliveryResult;
  readonly failures: readonly FailureRow[];
  readonly workersLost: number;
  readonly findings: readonly Finding[];
  readonly thresholds: readonly ThresholdVerdict[];
}

/** What came of everything that was asked for. docs/exit-codes.md has the order in which it is looked at. */
export function judge(input: VerdictInput): Verdict {
  const reasons = reasonsOf(input);
  const exitCode = exitCodeOf(input);
  return { exitCode, pass: exitCode === EXIT.good, headline: headlineOf(input, exitCode), reasons };
}

function exitCodeOf(input: VerdictInput): ExitCode {
  const came = (...outcomes: readonly ThresholdOutcome[]): boolean =>
    input.thresholds.some(({ outcome }) => outcomes.includes(outcome));
  if (input.outcome === 'stopped' || input.outcome === 'aborted') return EXIT.interrupted;
  if (input.outcome === 'invalid') return EXIT.unsound;
  if (neverReached(input)) return EXIT.unreachable;
  if (input.outcome === 'cut-short' || came('miss', 'too-few')) return EXIT.missed;
  return came('unresolved') ? EXIT.unsound : EXIT.good;
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
  const { failures, outcome, thresholds } = input;
  const reasons: string[] = [];
  if (input.workersLost > 0) reasons.push(`${many(input.workersLost, 'worker')} of the generator died.`);
  const own = countOf(failures, (row) => row.side === 'generator' && row.kind !== 'worker-lost');
  if (own > 0) reasons.push(`${many(own, 'failure')} ${own === 1 ? 'was' : 'were'} this machine's own.`);
  // What can't be told of a run that is not whole is no fault of anyone's.
  const whole = outcome !== 'aborted' && input.workersLost === 0;
  const told = thresholds.filter(({ outcome: came }) => (whole ? came !== 'pass' : came === 'miss'));
  return [...reasons, ...told.map(({ text }) => text)];
}

function headlineOf(input: VerdictInput, exitCode: ExitCode): string {
  const { connections, failures, findings, thresholds } = input;
  const target = mostCritical(findings, 'target');
  switch (exitCode) {
    case EXIT.good:
      return target === null ? goodHeadline(input) : `${goodHeadline(input)} But of the target: ${target}.`;
    case EXIT.interrupted: {
      const done = `${formatCount(connections.complete)} of ${many(connections.planned, 'connection')} complete`;
      return input.outcome === 'aborted'
        ? `The run was cut off, and this is rebuilt from what was on disk: ${done}.`
        : `Stopped on request: ${done}.`;
    }
    case EXIT.unsound: {
      if (input.outcome !== 'invalid') return textOf(thresholds, 'unresolved') ?? NOT_FINE_ENOUGH;
      const why = mostCritical(findings, 'generator');
      return `The load generator was not sound: these figures do not count${why === null ? '' : ` (${why})`}.`;
    }
    case EXIT.unreachable:
      return `The target was never reached: ${mainFailure(failures)}.`;
    default: {
      const aborted = thresholds.find(({ abortedAtMs }) => abortedAtMs !== null);
      if (aborted !== undefined) return `Cut short: ${aborted.text}`;
      const missed = textOf(thresholds, 'miss') ?? textOf(thresholds, 'too-few') ?? MISSED;
      return `${target === null ? '' : `Target: ${target}. `}${missed}`;
    }
  }
}

const MISSED = 'What was asked for was missed.';
const NOT_FINE_ENOUGH = "What was asked for lies within the instrument's own error.";

/** What held, in figures: a scenario can be content with less than all. */
function goodHeadline({ connections, deliveries, thresholds }: VerdictInput): string {
  const { planned, complete } = connections;
  const { expected, lost } = deliveries;
  const whose = complete === planned ? 'All ' : `${formatCount(complete)} of `;
  const who = planned === 1 && complete === 1 ? 'The connection' : `${whose}${many(planned, 'connection')}`;
  const all = `${who} went through the whole cycle`;
  const came = lost === 0 ? 'all ' : `${formatCount(expected - lost)} of `;
  const whole =
    expected === 0 ? all : `${all}, and ${came}${formatCount(expected)} expected deliveries arrived`;
  const own = thresholds.filter(({ implied }) => !implied).length;
  if (own === 0) return `${whole}.`;
  return `${whole}; ${own === 1 ? 'the threshold' : `all ${formatCount(own)} thresholds`} held.`;
}

function textOf(thresholds: readonly ThresholdVerdict[], outcome: ThresholdOutcome): string | null {
  return thresholds.find((verdict) => verdict.outcome === outcome)?.text ?? null;
}

/** The title of the first critical finding about one side; the findings come the worst first, then in their order in time. */
function mostCritical(findings: readonly Finding[], side: FindingAbout): string | null {
  const found = findings.find(({ about, severity }) => about === side && severity === 'critical');
  return found === undefined ? null : findingInfo(found.kind).title;
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
