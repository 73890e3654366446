import type { Finding } from '../../model/findings.js';
import type { FailureRow } from '../../model/result.js';
import type { Measured } from '../measured.js';
import { found, many } from './found.js';

/** Spring's bounded executor, and what brokers say of full queues, of flow control and of memory. */
const OVERLOAD_WORDS =
  /executorsubscribablechannel|task ?rejected|rejectedexecution|queue[^.]{0,20} (is )?full|overload|too (busy|many (messages|requests|pending))|resource[ _-]?(limit|alarm|error)|memory (limit|alarm|high|exceeded)|usage manager|back ?pressure|quota|capacity/i;

/** RFC 6455 section 7.4.1. */
const TOO_BIG = 1009;
const TOO_BIG_WORDS =
  /too (big|large|long)|(exceed|larger|longer|greater)[^.]{0,60}(size|length|limit|maximum|bytes|buffer)|(size|length|buffer)[^.]{0,40}(exceed|limit)|max[^.]{0,20}(size|length)/i;

/** A target's own words leave nothing to be concluded: one is enough. */
export function overloaded(measured: Measured): Finding[] {
  const rows = measured.failures.filter(
    ({ kind, sample }) =>
      kind === 'stomp-error' && OVERLOAD_WORDS.test(sample) && !TOO_BIG_WORDS.test(sample),
  );
  return saidSo(rows, (count, said) =>
    found('overloaded', 'critical', atMs(measured, rows), `${many(count, 'client')} got an ERROR: ${said}`, {
      clientsRefused: count,
    }),
  );
}

export function messageTooBig(measured: Measured): Finding[] {
  const rows = measured.failures.filter(
    ({ kind, code, sample }) =>
      ((kind === 'closed' || kind === 'closed-while-holding') && code === TOO_BIG) ||
      (kind === 'stomp-error' && TOO_BIG_WORDS.test(sample)),
  );
  const largestBytes = Math.max(0, ...measured.plan.publish.map(({ sizeBytes }) => sizeBytes));
  return saidSo(rows, (count, said) =>
    found(
      'message-too-big',
      'critical',
      atMs(measured, rows),
      `${many(count, 'client')} ${count === 1 ? 'was' : 'were'} ended: ${said}. The largest message of the scenario has ${many(largestBytes, 'byte')}.`,
      { clientsRefused: count, largestBytes },
    ),
  );
}

function saidSo(rows: readonly FailureRow[], finding: (count: number, said: string) => Finding): Finding[] {
  const [most] = [...rows].sort((a, b) => b.count - a.count);
  if (most === undefined) return [];
  return [
    finding(
      rows.reduce((sum, { count }) => sum + count, 0),
      most.sample,
    ),
  ];
}

/** The first second with such a failure. A publisher's is in no row of the series: then it is not known when. */
function atMs({ series }: Measured, rows: readonly FailureRow[]): number {
  const kinds = rows.filter(({ role }) => role === 'connection').map(({ kind }) => kind);
  const first = series.find(({ failures }) => kinds.some((kind) => (failures[kind] ?? 0) > 0));
  return (first?.atSec ?? 0) * 1000;
}
