import { PHASES, type Phase } from '../model/phases.js';
import type { FailureRow, PhaseResult, RunResult } from '../model/result.js';
import type { ThresholdVerdict } from '../model/thresholds.js';
import { formatCount, formatUs } from './format.js';
import { PASSED, type Case, type CaseOutcome, type Suite } from './junit-case.js';

const MOST_KINDS = 10;
const US_PER_SEC = 1_000_000;

/**
 * One case for each phase of the cycle, and one for the hold. A phase fails where a threshold about it was not met; where
 * there is none about it, when connections failed in it and the run's verdict counts them.
 */
export function cycleSuite(result: RunResult): Suite {
  const cases = PHASES.flatMap((phase) => {
    const found = result.phases[phase];
    return found === undefined ? [] : [phaseCase(phase, found, result)];
  });
  return { name: 'cycle', cases: [...cases, ...holdCase(result)] };
}

function phaseCase(phase: Phase, found: PhaseResult, result: RunResult): Case {
  const rows = result.failures.filter((row) => row.phase === phase && row.role === 'connection');
  const { count, failed, us } = found;
  return {
    name: phase,
    // The time of a case is what trends are drawn of.
    timeSec: us === null ? 0 : us.p50 / US_PER_SEC,
    outcome: outcomeOf(phase, found, rows, result),
    out: [
      `${formatCount(count)} succeeded, ${formatCount(failed)} failed`,
      ...(us === null ? [] : [`p50 ${formatUs(us.p50)}, p99 ${formatUs(us.p99)}, max ${formatUs(us.max)}`]),
      ...rows.slice(0, MOST_KINDS).map(kindLine),
    ],
  };
}

function outcomeOf(
  phase: Phase,
  { count, failed }: PhaseResult,
  rows: readonly FailureRow[],
  result: RunResult,
): CaseOutcome {
  const about = result.thresholds.filter(({ threshold }) => threshold.metric.startsWith(`phases.${phase}.`));
  const missed = about.filter(({ outcome }) => outcome !== 'pass');
  if (missed.length > 0) {
    const [first, ...others] = missed.map(({ text }) => text);
    return { is: 'failure', type: 'threshold', message: first ?? '', details: others };
  }
  if (about.length === 0 && failed > 0 && connectionsMissed(result)) {
    const message = `${formatCount(failed)} of ${formatCount(count + failed)} failed: ${kindsOf(rows)}`;
    return { is: 'failure', type: 'failed', message, details: rows.slice(0, MOST_KINDS).map(kindLine) };
  }
  return count + failed === 0 ? { is: 'skipped', message: 'no connection came that far' } : PASSED;
}

/** Whether connections that failed are among what the run was found wanting in. */
function connectionsMissed({ thresholds, verdict }: RunResult): boolean {
  const about = thresholds.filter(({ threshold }) => threshold.metric.startsWith('connections.'));
  return about.length === 0 ? !verdict.pass : about.some(isMissed);
}

function isMissed({ outcome }: ThresholdVerdict): boolean {
  return outcome !== 'pass';
}

/** The hold is no phase, but connections can be lost in it. */
function holdCase(result: RunResult): readonly Case[] {
  const { connections, failures } = result;
  const { holdStart, holdEnd } = result.run.marksMs;
  if (connections.attempted === 0) return [];
  const rows = failures.filter(({ phase, role }) => phase === 'hold' && role === 'connection');
  const dropped = rows.reduce((sum, { count }) => sum + count, 0);
  const missed = dropped > 0 && connectionsMissed(result);
  return [
    {
      name: 'hold',
      timeSec: holdStart === undefined || holdEnd === undefined ? 0 : (holdEnd - holdStart) / 1000,
      outcome: missed
        ? {
            is: 'failure',
            type: 'failed',
            message: `${formatCount(dropped)} connections were lost while they were held: ${kindsOf(rows)}`,
            details: rows.slice(0, MOST_KINDS).map(kindLine),
          }
        : PASSED,
      out: [`${formatCount(dropped)} lost`, ...rows.slice(0, MOST_KINDS).map(kindLine)],
    },
  ];
}

/** "19 × tcp-refused, 7 × local-ports" */
function kindsOf(rows: readonly FailureRow[]): string {
  const shown = rows.slice(0, MOST_KINDS).map(({ count, kind }) => `${formatCount(count)} × ${kind}`);
  if (shown.length === 0) return 'of no kind';
  return rows.length > MOST_KINDS ? `${shown.join(', ')} and others` : shown.join(', ');
}

function kindLine({ count, kind, side, sample }: FailureRow): string {
  const said = sample === '' ? '' : `: ${sample}`;
  return `${formatCount(count)} × ${kind} (${side})${said}`;
}
