import type { Finding } from '../../model/findings.js';
import type { FailureRow } from '../../model/result.js';
import type { Measured } from '../measured.js';
import { found, many } from './found.js';
import { NEARLY_ALL } from './thresholds.js';

const REFUSED_STATUS: ReadonlySet<number> = new Set([401, 403, 407]);

/** Close codes 3000 Unauthorized and 3003 Forbidden of IANA's WebSocket Close Code Number Registry. */
const REFUSED_CLOSE: ReadonlySet<number> = new Set([3000, 3003]);

/** RabbitMQ says `Bad CONNECT` and `Access refused`, ActiveMQ `User name [x] or password is invalid`, Spring what the application does. */
const REFUSED_WORDS =
  /bad connect\b|access[ _-]?(refused|denied)|authenticat|authoriz|unauthori[sz]ed|forbidden|not allowed|credential|password|passcode|\blogin\b|log ?in (failed|refused)|user ?name|virtual host|\bvhost\b/i;

/** Nearly every connect came to the point at which it says who it is, and was turned away for that. */
export function loginRefused({ failures, connections, publishing, series }: Measured): Finding[] {
  const rows = failures.filter(saysRefused);
  const refused = countOf(rows, 'connection');
  const publishersRefused = countOf(rows, 'publisher');
  const attempted = connections.attempted - connections.unfinished;
  const all = attempted > 0 ? refused >= NEARLY_ALL * attempted : false;
  const publishers = publishing.publishersPlanned;
  const allPublishers = publishers > 0 && publishersRefused >= NEARLY_ALL * publishers;
  const [first] = [...rows].sort((a, b) => b.count - a.count);
  if (first === undefined || (!all && !(allPublishers && connections.attempted === 0))) return [];
  const whom =
    publishersRefused === 0
      ? many(refused, 'connection')
      : `${many(refused, 'connection')} and ${many(publishersRefused, 'publisher')}`;
  const text = `${whom} of ${many(attempted, 'attempt')} were refused at ${first.phase}: ${first.sample}`;
  const values = { connectionsRefused: refused, publishersRefused, connectionsAttempted: attempted };
  const atSec = series.find(({ failed }) => failed > 0)?.atSec ?? 0;
  return [found('login-refused', 'critical', atSec * 1000, text, values)];
}

function countOf(rows: readonly FailureRow[], role: FailureRow['role']): number {
  // Those in seconds in which we were not well, too: that is no reason to refuse a login.
  return rows.reduce((sum, row) => sum + (row.role === role ? row.count : 0), 0);
}

function saysRefused({ phase, kind, code, sample }: FailureRow): boolean {
  if (phase === 'upgrade') return kind === 'upgrade-status' && code !== null && REFUSED_STATUS.has(code);
  if (phase !== 'connect') return false;
  if (kind === 'stomp-error') return REFUSED_WORDS.test(sample);
  return kind === 'closed' && ((code !== null && REFUSED_CLOSE.has(code)) || REFUSED_WORDS.test(sample));
}
