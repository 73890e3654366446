import type { Finding } from '../../model/findings.js';
import type { Collapse } from './collapse.js';
import { found, many, secondsText } from './found.js';

/** The target, or the path to it, let go of all its connections at once. */
export function allLost({ how, atMs, lost, openBefore, withinMs, refusedAfter }: Collapse): Finding[] {
  if (how !== 'all') return [];
  const after = refusedAfter < 1 ? '' : ` ${many(refusedAfter, 'further connect')} failed after that.`;
  const text = `${many(lost, 'connection')} of ${many(openBefore, 'open one')} ended within ${secondsText(withinMs)}, from ${secondsText(atMs)} on.${after}`;
  const values = {
    connectionsLost: lost,
    connectionsOpen: openBefore,
    withinMs,
    connectsRefusedAfter: Math.round(refusedAfter),
  };
  return [found('all-lost', 'critical', atMs, text, values)];
}
