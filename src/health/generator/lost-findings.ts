import type { Finding } from '../../model/findings.js';
import type { Measured } from '../measured.js';
import { finding } from './finding.js';
import { firstMs, isOutOfMemory } from './limit-findings.js';

/** Workers that died, but for those of which is known that their memory was full: that is a finding of its own. */
export function lostFindings(measured: Measured): Finding[] {
  const { lostReasons } = measured.generator.health;
  const unexplained = lostReasons.filter((reason) => !isOutOfMemory(reason));
  const [first] = unexplained;
  if (first === undefined) return [];
  const lost = unexplained.length;
  const others = lost === 1 ? '' : `, and ${lost - 1} more`;
  return [
    finding('worker-lost', 'critical', firstMs('worker-lost', measured), {
      text: `${first}${others}: what it had under way is in no figure after that.`,
      values: { lost, workers: measured.generator.workers },
    }),
  ];
}
