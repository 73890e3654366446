import type { Finding } from '../../model/findings.js';
import { isBesideTarget } from '../beside-target.js';
import type { Measured } from '../measured.js';
import { finding } from './finding.js';

/** RFC 9293 sends again what was not acknowledged: below this much it is the weather of any network. */
const MANY_SEGMENTS = 100;
const MANY_SHARE = 0.01;

/**
 * TCP segments of this machine that had to be sent again. On loopback nothing is lost on the way: there it is the
 * backlog of a server that does not accept, which its time-outs tell better.
 */
export function networkFindings({ generator, plan }: Measured): Finding[] {
  const { segments } = generator.health;
  if (segments === null || isBesideTarget(plan)) return [];
  const { sent, retransmitted } = segments;
  if (retransmitted < MANY_SEGMENTS || retransmitted < sent * MANY_SHARE) return [];
  const percent = Math.round((retransmitted / sent) * 1000) / 10;
  return [
    finding('retransmits', 'warning', 0, {
      text: `${retransmitted} of ${sent} TCP segments that this machine sent during the run were sent again (${percent} %).`,
      values: { segmentsSent: sent, segmentsRetransmitted: retransmitted },
    }),
  ];
}
