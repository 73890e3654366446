import type { FailureRow, RunResult } from '../model/result.js';
import { formatCount } from './format.js';
import { soundness } from './soundness.js';

export interface FailureGroup {
  readonly title: string;
  readonly rows: readonly FailureRow[];
}

/** What happened to the target's connections, and apart from it what this machine did to itself; never added up. */
export function failureGroups(result: RunResult): readonly FailureGroup[] {
  const own = result.failures.filter(({ side }) => side === 'generator');
  const others = result.failures.filter(({ side }) => side !== 'generator');
  const groups = [
    { title: 'Failures', rows: others },
    { title: 'Failures of the generator itself', rows: own },
  ];
  if (soundness(result).verdict === 'invalid') groups.reverse();
  return groups.filter(({ rows }) => rows.length > 0);
}

/** Of the connections that failed, those that did not fail by the target alone, the one for sure and the other maybe. */
export function failedConnections(rows: readonly FailureRow[]): { own: number; whileUnsound: number } {
  const failed = { own: 0, whileUnsound: 0 };
  for (const { role, side, count, whileUnsound } of rows) {
    if (role !== 'connection') continue;
    if (side === 'generator') failed.own += count;
    else failed.whileUnsound += whileUnsound;
  }
  return failed;
}

/** Which of a row's failures may be the generator's own doing; null: none, or the row says already that all are. */
export function whileUnsoundText({ whileUnsound, count, side }: FailureRow): string | null {
  if (whileUnsound === 0 || side === 'generator') return null;
  const which = whileUnsound >= count ? 'all' : formatCount(whileUnsound);
  return `${which} of these while the generator was not sound`;
}
